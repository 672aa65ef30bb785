//! Ranking by what neighbours rated.

use super::liking::Liking;
use super::popularity::PopularityRanker;
use super::{Best, Ranked, Ranker, Scored};
use crate::ids::{DenseIdx, ItemIdx, RowIdx, UserIdx};
use crate::matrix::RatingMatrix;
use crate::neighbours::{Neighbour, Neighbours};
use crate::predict::{Source, Term};
use crate::profile::Profile;
use crate::side::Side;

/// How much the share of all users who rated an item counts beside its neighbours. Small: it
/// orders what few neighbours know, and stands alone where none does.
const POPULARITY_WEIGHT: f64 = 0.001;

/// Scores items by the neighbours that know them:
/// score(u, i) = .001·n_i/|U| + Σ y·s·n²/(|a||b|), with n_i of |U| users having rated i.
///
/// Users' side: the sum runs over the person's stored neighbours who rated i (for a person who is not
/// stored, those of [`Profile::with_neighbours`]), a being the person and b the neighbour. Items' side: over the items that the person rated among the stored
/// neighbours of i, a being i and b the neighbour. s is their similarity, n their overlap, |a| and
/// |b| how many ratings they have: the square of the cosine of the 0/1 rows weighs those who know
/// the same things over those who merely agree on a few. Neighbours of similarity 0 or less add nothing.
/// y = 1 + .25·z, from .05 to 2, tells how much was liked what was known: z is the rating's distance from
/// its user's mean in their standard deviations, 0 for somebody whose ratings are all equal.
///
/// The weight without y was chosen among 14 with 3 kinds of damping on one fold of ml-100k: nDCG@10 of all
/// held-out items .366, where summing s alone has .316, s × the neighbour's rating .294, popularity .213.
pub struct NeighbourhoodRanker<'a> {
    matrix: &'a RatingMatrix,
    index: Neighbours<'a>,
    popularity: PopularityRanker<'a>,
    with_terms: bool,
}

impl<'a> NeighbourhoodRanker<'a> {
    /// A ranker over the ratings of `matrix` and the neighbours of `index`, a `&NeighbourIndex` that
    /// was made of it or the `&LiveIndex` that is kept with it.
    pub fn new(matrix: &'a RatingMatrix, index: impl Into<Neighbours<'a>>) -> Self {
        let popularity = PopularityRanker::new(matrix);
        Self { matrix, index: index.into(), popularity, with_terms: true }
    }

    /// Leaves the terms of what it ranks empty, for those who do not ask for reasons.
    pub fn without_terms(self) -> Self {
        Self { with_terms: false, ..self }
    }

    /// s·n²/(|a||b|) for a row of `length` ratings and its neighbour.
    fn weight(&self, neighbour: &Neighbour, length: usize) -> f64 {
        let other = self.matrix.rows(self.index.side()).row_len(neighbour.index);
        let overlap = f64::from(neighbour.overlap);
        // A neighbour shares ratings, so that neither length is 0; a person's may have changed since.
        neighbour.similarity * (overlap * overlap) / (length.max(1) as f64 * other.max(1) as f64)
    }

    /// How much a user liked an item, by everything that they rated; `None` if they have not rated it.
    fn liked(&self, user: UserIdx, item: ItemIdx) -> Option<f64> {
        let (rows, scale) = (self.matrix.rows(Side::Users), self.matrix.scale());
        let row = rows.row(user);
        let place = row.columns().binary_search(&item.get()).ok()?;
        Some(match row.narrow_levels() {
            Some(levels) => Liking::of_levels(levels).factor(levels[place].into()),
            None => Liking::of(row.ratings(scale)).factor(row.rating(place, scale)),
        })
    }

    /// The similar users that the sum runs over, for a person of the users' side: those stored, or
    /// those that a person known by their ratings alone came with.
    fn neighbours_of<'p>(&'p self, person: &'p Profile) -> impl Iterator<Item = Neighbour> + 'p {
        let list = match person.user() {
            Some(user) => self.index.of(user),
            None => person.neighbours(),
        };
        list.iter().copied().filter(|n| n.similarity > 0.0)
    }

    /// The summed similarities of all items.
    fn sums(&self, person: &Profile) -> Vec<f64> {
        match self.index.side() {
            Side::Users => self.sums_over_raters(person),
            Side::Items => self.sums_over_rated(person),
        }
    }

    fn sums_over_raters(&self, person: &Profile) -> Vec<f64> {
        let (items, rows) = (self.matrix.items(), self.matrix.rows(Side::Users));
        // As many as a power of 2, so that a mask stands in for the check of an index: this loop is
        // what a recommendation waits for.
        let mut sums = vec![0.0; items.next_power_of_two()];
        let mask = sums.len() - 1;
        // By level; what is past the row's highest one is of a former row.
        let mut weights = [0.0; u8::MAX as usize + 1];
        for neighbour in self.neighbours_of(person) {
            let weight = self.weight(&neighbour, person.ratings().len());
            let row = rows.row(neighbour.index);
            match row.narrow_levels() {
                Some(levels) => {
                    let liking = Liking::of_levels(levels);
                    let most = levels.iter().fold(0, |most: u8, &level| most.max(level));
                    for (level, of_level) in (0..=most).zip(&mut weights) {
                        *of_level = weight * liking.factor(level.into());
                    }
                    for (&item, &level) in row.columns().iter().zip(levels) {
                        sums[item as usize & mask] += weights[level as usize];
                    }
                }
                None => {
                    let ratings = || row.ratings(self.matrix.scale());
                    let liking = Liking::of(ratings());
                    for (&item, rating) in row.columns().iter().zip(ratings()) {
                        sums[item as usize & mask] += weight * liking.factor(rating);
                    }
                }
            }
        }
        sums.truncate(items);
        sums
    }

    fn sums_over_rated(&self, person: &Profile) -> Vec<f64> {
        let rows = self.matrix.rows(Side::Items);
        let liking = Liking::of(person.ratings().iter().map(|&(_, rating)| rating));
        // How much each item was liked; 0 for those that the person has not rated.
        let mut liked = vec![0.0; self.matrix.items()];
        for &(item, rating) in person.ratings() {
            // A person who is not stored may have rated what nobody here has.
            if let Some(liked) = liked.get_mut(item.at()) {
                *liked = liking.factor(rating);
            }
        }
        let sum = |item: RowIdx| {
            let known = self.index.of(item).iter();
            let known = known.filter(|n| n.similarity > 0.0 && liked[n.index.at()] > 0.0);
            let length = rows.row_len(item);
            known.map(|n| self.weight(n, length) * liked[n.index.at()]).sum()
        };
        rows.indices().map(sum).collect()
    }

    /// What each neighbour adds to the score of `item`, in the order in which it is summed.
    fn terms(&self, person: &Profile, item: ItemIdx) -> Vec<Term> {
        let length = match self.index.side() {
            Side::Users => person.ratings().len(),
            Side::Items => self.matrix.rows(Side::Items).row_len(item),
        };
        let own = Liking::of(person.ratings().iter().map(|&(_, rating)| rating));
        let term = |neighbour: Neighbour, rating: f64, factor: f64| Term {
            neighbour: neighbour.index,
            similarity: neighbour.similarity,
            overlap: neighbour.overlap,
            rating,
            contribution: self.weight(&neighbour, length) * factor,
        };
        match self.index.side() {
            Side::Users => self
                .neighbours_of(person)
                .filter_map(|n| {
                    let rating = self.matrix.rating(n.index.user(), item)?;
                    Some(term(n, rating, self.liked(n.index.user(), item)?))
                })
                .collect(),
            Side::Items => {
                let list = self.index.of(item).iter().copied();
                list.filter(|n| n.similarity > 0.0)
                    .filter_map(|n| {
                        let rating = person.rating(n.index.item())?;
                        Some(term(n, rating, own.factor(rating)))
                    })
                    .collect()
            }
        }
    }
}

impl Ranker for NeighbourhoodRanker<'_> {
    fn rank(&self, person: &Profile, n: usize, allow: &dyn Fn(ItemIdx) -> bool) -> Vec<Ranked> {
        let base = |item| POPULARITY_WEIGHT * self.popularity.share(item);
        let mut sums = self.sums(person);
        for &(item, _) in person.ratings() {
            if let Some(sum) = sums.get_mut(item.at()) {
                *sum = f64::NEG_INFINITY;
            }
        }
        let mut best = Best::new(n);
        for (item, &sum) in (0..).map(ItemIdx).zip(&sums) {
            // No base is larger: most items need not be asked for theirs.
            if !best.takes(POPULARITY_WEIGHT + sum) {
                continue;
            }
            let score = base(item) + sum;
            if score > 0.0 && best.takes(score) && allow(item) {
                best.offer(item, score);
            }
        }
        let ranked = |Scored { item, score }| Ranked {
            item,
            score,
            base: base(item),
            terms: if self.with_terms { self.terms(person, item) } else { Vec::new() },
            // Every neighbour that knows the item adds something.
            source: if sums[item.at()] > 0.0 { Source::Neighbours } else { Source::Popularity },
        };
        best.into_sorted().into_iter().map(ranked).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AllPairs, ModelOptions, RatingScale, RatingTable, Unobserved};

    fn matrix() -> RatingMatrix {
        let mut table = RatingTable::new();
        for (user, items) in [
            ("a", &[("p", 1.0), ("q", 3.0), ("r", 5.0)][..]),
            ("b", &[("p", 1.0), ("q", 3.0), ("r", 4.0), ("s", 5.0)]),
            ("c", &[("p", 5.0), ("q", 3.0), ("r", 1.0), ("t", 5.0)]),
            ("d", &[("u", 2.0)]),
        ] {
            for &(item, rating) in items {
                table.push(user, item, rating, None).unwrap();
            }
        }
        RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap()
    }

    fn rank(side: Side, user: u32, n: usize) -> Vec<Ranked> {
        let matrix = matrix();
        let parameters = ModelOptions::new(side).check().unwrap();
        let index = AllPairs::new(&matrix, parameters).run(&Unobserved).unwrap();
        let person = Profile::of_user(&matrix, UserIdx(user));
        NeighbourhoodRanker::new(&matrix, &index).rank(&person, n, &|_| true)
    }

    #[test]
    fn neighbours_come_first_and_popularity_fills_the_rest() {
        let ranked = rank(Side::Users, 0, 10);
        let items: Vec<_> = ranked.iter().map(|r| (r.item.0, r.source)).collect();
        // s by the like mind, then t and u, which only popularity knows (c is the opposite).
        assert_eq!(
            items,
            [(3, Source::Neighbours), (4, Source::Popularity), (5, Source::Popularity)]
        );
        assert_eq!(ranked[0].terms[0].neighbour, RowIdx(1));
        assert_eq!(ranked[0].terms[0].rating, 5.0);
    }

    #[test]
    fn base_and_contributions_are_the_score() {
        for side in [Side::Users, Side::Items] {
            for ranked in (0..4).flat_map(|user| rank(side, user, 10)) {
                let sum: f64 = ranked.terms.iter().map(|term| term.contribution).sum();
                assert!((ranked.base + sum - ranked.score).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn a_person_without_ratings_or_neighbours_gets_what_is_popular() {
        let matrix = matrix();
        let parameters = ModelOptions::new(Side::Users).check().unwrap();
        let index = AllPairs::new(&matrix, parameters).run(&Unobserved).unwrap();
        let ranker = NeighbourhoodRanker::new(&matrix, &index);
        let ranked = ranker.rank(&Profile::default(), 2, &|item| item != ItemIdx(0));
        assert_eq!(ranked.iter().map(|r| r.item.0).collect::<Vec<_>>(), [1, 2]);
        assert!(ranker.rank(&Profile::default(), 0, &|_| true).is_empty());
        assert_eq!(ranker.rank(&Profile::default(), 99, &|_| true).len(), 6);
    }
}
