//! The session of ridge regression.

use super::ItemRidge;
use crate::ids::{DenseIdx, ItemIdx};
use crate::matrix::{Raters, RatingMatrix};
use crate::model::{Session, SessionError};
use crate::predict::{Prediction, Source, Term};
use crate::profile::Profile;
use crate::rank::{Best, Liking, POPULARITY_WEIGHT, Ranked, Scored, TopN, share};
use crate::side::Side;

/// A rating of the person, of one of the head's items.
struct Rated {
    item: ItemIdx,
    rating: f64,
    place: usize,
    /// y.
    factor: f64,
}

/// The ratings of one person.
pub(super) struct RidgeSession<'a> {
    ridge: &'a ItemRidge,
    matrix: &'a RatingMatrix,
    person: &'a Profile,
    user_bias: f64,
    rated: Vec<Rated>,
}

impl<'a> RidgeSession<'a> {
    pub(super) fn open(
        ridge: &'a ItemRidge,
        matrix: &'a RatingMatrix,
        person: &'a Profile,
    ) -> Result<Self, SessionError> {
        SessionError::check(person, matrix.scale())?;
        let (ratings, baseline) = (person.ratings(), &ridge.baseline);
        let user_bias = baseline.of_person(ratings.iter().copied(), ridge.options.baseline);
        let liking =
            Liking::from_ratings(matrix.scale(), ratings.iter().map(|&(_, rating)| rating));
        let rated = ratings.iter().filter_map(|&(item, rating)| {
            let (place, factor) = (ridge.head.place(item)?, liking.factor(rating));
            Some(Rated { item, rating, place, factor })
        });
        let rated = rated.collect();
        Ok(Self { ridge, matrix, person, user_bias, rated })
    }

    /// Returns the sum of the contributions for every item.
    fn sums(&self) -> Vec<f64> {
        let ItemRidge { head, exact, local, .. } = self.ridge;
        let mut sums = vec![0.0; self.matrix.items().max(head.of_items())];
        let mut of_head = vec![0.0; head.len()];
        for rated in &self.rated {
            let factor = rated.factor * exact.deviation(rated.place) * exact.unit();
            for (sum, &entry) in of_head.iter_mut().zip(exact.row(rated.place)) {
                *sum += factor * f64::from(entry);
            }
            for entry in local.row(rated.place) {
                sums[entry.item.at()] += rated.factor * f64::from(entry.weight);
            }
        }
        for (place, (item, sum)) in head.items().iter().zip(of_head).enumerate() {
            sums[item.at()] = sum / exact.deviation(place);
        }
        sums
    }

    /// Returns the contributions of the person's ratings to the score of an item, in the order of
    /// summation.
    fn terms(&self, item: ItemIdx) -> Vec<Term> {
        let ItemRidge { head, exact, local, .. } = self.ridge;
        let raters = Raters::of(self.matrix, item);
        let place = head.place(item);
        let term = |rated: &Rated| {
            let (similarity, weight) = match place {
                Some(place) => {
                    let correlation = exact.unit() * f64::from(exact.row(rated.place)[place]);
                    let ratio = exact.deviation(rated.place) / exact.deviation(place);
                    (correlation, correlation * ratio)
                }
                None => {
                    let weight = local.weight(rated.place, item)?;
                    (weight, weight)
                }
            };
            (weight != 0.0).then(|| Term {
                neighbour: rated.item.into(),
                similarity,
                overlap: raters.who_rated(rated.item),
                rating: rated.rating,
                contribution: rated.factor * weight,
            })
        };
        self.rated.iter().filter_map(term).collect()
    }
}

impl Session for RidgeSession<'_> {
    fn predict(&self, item: ItemIdx) -> Prediction {
        let baseline = &self.ridge.baseline;
        let rating = baseline.mean() + self.user_bias + baseline.of_item(item);
        Prediction::fallback(rating, Source::Baseline, self.matrix)
    }

    fn rank(&self, top: TopN<'_>) -> Vec<Ranked> {
        let rows = self.matrix.rows(Side::Items);
        let base = |item| POPULARITY_WEIGHT * share(self.matrix, item);
        let sums = self.sums();
        let mut best = Best::new(top.n());
        for (item, &sum) in (0..).map(ItemIdx).zip(&sums) {
            let score = base(item) + sum;
            let is_candidate = best.accepts(score) && rows.row_len(item) > 0;
            let is_wanted = || top.has_rated() || self.person.rating(item).is_none();
            if is_candidate && is_wanted() && top.allows(item) {
                best.offer(item, score);
            }
        }
        let ranked = |Scored { item, score }| Ranked {
            item,
            score,
            base: base(item),
            terms: if top.has_terms() { self.terms(item) } else { Vec::new() },
            source: if sums[item.at()] == 0.0 { Source::Popularity } else { Source::Neighbours },
        };
        best.into_sorted().into_iter().map(ranked).collect()
    }
}
