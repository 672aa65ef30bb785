//! Neighbourhood prediction.

use super::centre::{Centred, Centring, Rated};
use super::similar::Neighbourhood;
use super::{Prediction, PredictionOptions, Predictor, Source, Term, Ties};
use crate::ids::{DenseIdx, ItemIdx, RowIdx, UserIdx};
use crate::matrix::RatingMatrix;
use crate::neighbours::Neighbour;
use crate::parameters::error::ParameterError;
use crate::predict::Centre;
use crate::profile::Profile;
use crate::side::Side;
use rayon::prelude::*;
use std::cmp::Ordering;
use std::sync::Arc;

/// Predicts from the most similar neighbours that rated:
/// r̂ = base + unit · Σ s·d / (λ + Σ|s|), summed over at most `raters` neighbours of similarity
/// s > 0, largest first; d is a neighbour's rating less what was expected of it, in its own units
/// (Herlocker et al., SIGIR 1999; Koren, *TKDD* 4, 2010). What base, unit and d are,
/// [`Centre`](super::Centre) says.
///
/// Users' side: neighbours of the person that rated the item. Items' side: neighbours of the item
/// that the person rated.
pub struct NeighbourhoodPredictor<'a> {
    matrix: &'a RatingMatrix,
    neighbourhood: Neighbourhood<'a>,
    centring: Arc<Centring>,
    ties: Ties<'a>,
    with_terms: bool,
}

/// What seeking an item in a row takes, in steps along a column.
const STEPS_A_SEARCH: usize = 8;

/// A neighbour that rated.
struct Candidate {
    row: Neighbour,
    rating: f64,
    /// Where the rating stood in the file, for ties; 0 where that is not asked for.
    place: u32,
}

impl<'a> NeighbourhoodPredictor<'a> {
    /// A predictor over the ratings of `matrix`, which fits its own [`Centring`].
    ///
    /// # Errors
    /// [`ParameterError`] for options out of range.
    pub fn new(
        matrix: &'a RatingMatrix,
        neighbourhood: Neighbourhood<'a>,
        options: PredictionOptions,
    ) -> Result<Self, ParameterError> {
        let centring = Arc::new(Centring::fit(matrix, options)?);
        Ok(Self::with_centring(matrix, neighbourhood, centring))
    }

    /// A predictor over the ratings of `matrix`, with what was fitted to them, or to slightly earlier
    /// ones. Costs nothing.
    pub fn with_centring(
        matrix: &'a RatingMatrix,
        neighbourhood: Neighbourhood<'a>,
        centring: Arc<Centring>,
    ) -> Self {
        Self { matrix, neighbourhood, centring, ties: Ties::Overlap, with_terms: true }
    }

    /// Leaves the terms of predictions empty, for those who do not ask for reasons.
    pub fn without_terms(self) -> Self {
        Self { with_terms: false, ..self }
    }

    /// Breaks ties between equal similarities in another way than by larger overlap.
    pub fn with_ties(self, ties: Ties<'a>) -> Self {
        Self { ties, ..self }
    }

    fn side(&self) -> Side {
        self.neighbourhood.side()
    }

    fn options(&self) -> &PredictionOptions {
        self.centring.options()
    }

    /// The similarities of the row that a prediction asks for.
    fn similarities(&self, person: &Profile, item: ItemIdx) -> Vec<Neighbour> {
        match (self.side(), person.user()) {
            (Side::Items, _) => self.neighbourhood.of_row(item.into()),
            (Side::Users, Some(user)) => self.neighbourhood.of_row(user.into()),
            (Side::Users, None) => self.neighbourhood.of_person(person),
        }
    }

    /// The neighbours of similarity above 0 that rated, best first, `raters` at most.
    fn candidates(&self, known: &[Neighbour], person: &Profile, item: ItemIdx) -> Vec<Candidate> {
        let mut found = match self.side() {
            Side::Users => self.raters_of(known, item),
            Side::Items => self.rated_by(known, person),
        };
        found.retain(|candidate| candidate.row.similarity > 0.0);
        let order = |a: &Candidate, b: &Candidate| -> Ordering {
            match self.ties {
                Ties::Reading(_) => by_similarity(&a.row, &b.row).then(a.place.cmp(&b.place)),
                Ties::Overlap | Ties::Appearance => self.by_rank(&a.row, &b.row),
            }
        };
        if found.len() > self.options().raters {
            found.select_nth_unstable_by(self.options().raters, order);
            found.truncate(self.options().raters);
        }
        found.sort_unstable_by(order);
        found
    }

    /// The known users who rated `item`. Both sides ascend by index.
    fn raters_of(&self, known: &[Neighbour], item: ItemIdx) -> Vec<Candidate> {
        let rows = self.matrix.rows(Side::Items);
        let (row, first) = (rows.row(item), rows.range(item).start);
        let places = self.ties.places(Side::Items);
        meet(known, row.columns().len(), |place| row.columns()[place])
            .map(|(other, place)| Candidate {
                row: *other,
                rating: row.rating(place, self.matrix.scale()),
                place: places.map_or(0, |places| place_of(places, first + place)),
            })
            .collect()
    }

    /// The known items that the person rated.
    fn rated_by(&self, known: &[Neighbour], person: &Profile) -> Vec<Candidate> {
        let first = person.user().map(|user| self.matrix.rows(Side::Users).range(user).start);
        let places = self.ties.places(Side::Users).zip(first);
        let ratings = person.ratings();
        meet(known, ratings.len(), |place| ratings[place].0.get())
            .map(|(other, place)| Candidate {
                row: *other,
                rating: ratings[place].1,
                place: places.map_or(0, |(places, first)| place_of(places, first + place)),
            })
            .collect()
    }

    /// The [`candidates`](Self::candidates) of each of some items on the users' side, found along the
    /// users' rows, the most similar first: where few users are known that is quicker than along the
    /// items' columns, which all their raters are in.
    fn candidates_of_each(
        &self,
        mut known: Vec<Neighbour>,
        items: &[ItemIdx],
    ) -> Vec<Vec<Candidate>> {
        known.retain(|row| row.similarity > 0.0);
        known.sort_unstable_by(|a, b| self.by_rank(a, b));
        let (rows, raters) = (self.matrix.rows(Side::Users), self.options().raters);
        let mut open: Vec<usize> = (0..items.len()).collect();
        open.sort_unstable_by_key(|&place| items[place]);
        let most = raters.min(known.len());
        let mut found: Vec<_> = items.iter().map(|_| Vec::with_capacity(most)).collect();
        for &neighbour in &known {
            let row = rows.row(neighbour.index);
            // Columns ascend, and so do the open items: each is sought after the one before it.
            let mut from = 0;
            open.retain(|&place| {
                let sought = items[place].get();
                from += row.columns()[from..].partition_point(|&column| column < sought);
                if row.columns().get(from) == Some(&sought) {
                    let rating = row.rating(from, self.matrix.scale());
                    found[place].push(Candidate { row: neighbour, rating, place: 0 });
                }
                found[place].len() < raters
            });
        }
        found
    }

    /// Most similar first, then by larger overlap, where that counts, then by first appearance.
    fn by_rank(&self, a: &Neighbour, b: &Neighbour) -> Ordering {
        let overlap = match self.ties {
            Ties::Overlap => b.overlap.cmp(&a.overlap),
            Ties::Appearance | Ties::Reading(_) => Ordering::Equal,
        };
        by_similarity(a, b).then(overlap).then(a.index.cmp(&b.index))
    }

    /// Whether [`candidates_of_each`](Self::candidates_of_each) takes fewer steps than going along the columns.
    fn is_quicker_along_rows(&self, known: &[Neighbour], items: &[ItemIdx]) -> bool {
        let rows = self.matrix.rows(Side::Items);
        let along_columns: usize = items.iter().map(|&item| rows.row_len(item)).sum();
        let is_by_row = !matches!(self.ties, Ties::Reading(_));
        is_by_row && known.len() * items.len() * STEPS_A_SEARCH < along_columns
    }

    fn predict_with(&self, known: &[Neighbour], person: &Centred<'_>, item: ItemIdx) -> Prediction {
        self.predict_from(&self.candidates(known, person.profile, item), person, item)
    }

    fn predict_from(
        &self,
        candidates: &[Candidate],
        person: &Centred<'_>,
        item: ItemIdx,
    ) -> Prediction {
        if candidates.len() < self.options().min_raters {
            let (rating, source) = self.centring.fallback(self.place(), person, item);
            let fallback = Prediction::fallback(rating, source, self.matrix);
            return Prediction { confidence: Some(0.0), ..fallback };
        }
        self.average(candidates, person, item)
    }

    /// Which rows are meant.
    fn place(&self) -> (&RatingMatrix, Side) {
        (self.matrix, self.side())
    }

    fn average(&self, candidates: &[Candidate], person: &Centred<'_>, item: ItemIdx) -> Prediction {
        let weight: f64 = candidates.iter().map(|candidate| candidate.row.similarity).sum();
        let denominator = self.options().denominator_shrinkage + weight;
        let expected = self.centring.expected(self.place(), person, item);
        let base = match self.options().centre {
            // Nothing is subtracted, so λ draws to the mean of all ratings.
            Centre::None => {
                self.centring.global_mean() * (self.options().denominator_shrinkage / denominator)
            }
            _ => expected.base,
        };
        let length = if self.with_terms { candidates.len() } else { 0 };
        let (mut terms, mut sum) = (Vec::with_capacity(length), 0.0);
        for Candidate { row, rating, .. } in candidates {
            let rated = Rated { neighbour: row.index, item, rating: *rating };
            let distance = self.centring.distance(self.place(), person, &rated);
            sum += row.similarity * distance;
            if !self.with_terms {
                continue;
            }
            terms.push(Term {
                neighbour: row.index,
                similarity: row.similarity,
                overlap: row.overlap,
                rating: *rating,
                contribution: expected.unit * row.similarity * distance / denominator,
            });
        }
        let score = base + expected.unit * sum / denominator;
        Prediction {
            rating: self.matrix.scale().clip(score),
            score,
            base,
            terms,
            source: Source::Neighbours,
            confidence: Some(weight / (1.0 + weight)),
        }
    }
}

/// Most similar first.
fn by_similarity(a: &Neighbour, b: &Neighbour) -> Ordering {
    b.similarity.total_cmp(&a.similarity)
}

/// Where an entry was read; 0 for one that came later.
fn place_of(places: &[u32], entry: usize) -> u32 {
    places.get(entry).copied().unwrap_or(0)
}

/// The similarities whose index is also among `len` ascending numbers, with the place of each.
fn meet<'s>(
    known: &'s [Neighbour],
    len: usize,
    number: impl Fn(usize) -> u32 + 's,
) -> impl Iterator<Item = (&'s Neighbour, usize)> {
    let mut place = 0;
    let mut rest = known.iter().peekable();
    std::iter::from_fn(move || {
        while place < len {
            let wanted = RowIdx(number(place));
            // Few similarities against many numbers, or the other way round: gallop on either.
            while rest.next_if(|other| other.index < wanted).is_some() {}
            let next = rest.peek()?;
            if next.index == wanted {
                place += 1;
                return rest.next().map(|other| (other, place - 1));
            }
            place += 1;
        }
        None
    })
}

impl Predictor for NeighbourhoodPredictor<'_> {
    fn predict(&self, person: &Profile, item: ItemIdx) -> Prediction {
        let known = self.similarities(person, item);
        self.predict_with(&known, &self.centring.centred(person), item)
    }

    /// Looks at the person once for all items.
    fn predict_items(&self, person: &Profile, items: &[ItemIdx]) -> Vec<Prediction> {
        let centred = self.centring.centred(person);
        match self.side() {
            Side::Users => {
                let known = items.first().map(|&item| self.similarities(person, item));
                let known = known.unwrap_or_default();
                if self.is_quicker_along_rows(&known, items) {
                    let found = self.candidates_of_each(known, items).into_iter().zip(items);
                    return found.map(|(f, &i)| self.predict_from(&f, &centred, i)).collect();
                }
                items.iter().map(|&item| self.predict_with(&known, &centred, item)).collect()
            }
            Side::Items => {
                let known = |item| self.similarities(person, item);
                items.iter().map(|&i| self.predict_with(&known(i), &centred, i)).collect()
            }
        }
    }

    /// Computes each row's similarities once for all its queries.
    fn predict_each(
        &self,
        matrix: &RatingMatrix,
        queries: &[(UserIdx, ItemIdx)],
        take: &(dyn Fn(usize, Prediction) + Sync),
    ) {
        let row_of = |query: usize| match self.side() {
            Side::Users => RowIdx::from(queries[query].0),
            Side::Items => queries[query].1.into(),
        };
        let mut order: Vec<usize> = (0..queries.len()).collect();
        order.sort_by_key(|&query| row_of(query));
        let groups: Vec<&[usize]> = order.chunk_by(|&a, &b| row_of(a) == row_of(b)).collect();
        groups.into_par_iter().for_each(|group| {
            let known = self.neighbourhood.of_row(row_of(group[0]));
            for &query in group {
                let (user, item) = queries[query];
                let person = Profile::of_user(matrix, user);
                take(query, self.predict_with(&known, &self.centring.centred(&person), item));
            }
        });
    }
}
