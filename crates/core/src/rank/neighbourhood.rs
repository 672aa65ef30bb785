//! Ranking by what neighbours rated.

use super::best::{Best, Scored};
use super::liking::Liking;
use super::popularity::share;
use super::{Ranked, TopN};
use crate::ids::{DenseIdx, ItemIdx, RowIdx, UserIdx};
use crate::matrix::RatingMatrix;
use crate::neighbours::{Neighbour, Neighbours};
use crate::predict::{Source, Term};
use crate::profile::Profile;
use crate::side::Side;

/// How much the share of all users who rated an item counts beside its neighbours. Small: it
/// orders what few neighbours know, and stands alone where none does.
const POPULARITY_WEIGHT: f64 = 0.001;

/// Scores items by the neighbours that know them, for one person; the formula is in the
/// documentation of [`NeighbourModel`](crate::NeighbourModel).
///
/// The weight without y was chosen among 14 with 3 kinds of damping on one fold of ml-100k: nDCG@10 of all
/// held-out items .366, where summing s alone has .316, s × the neighbour's rating .294, popularity .213.
#[derive(Clone, Copy)]
pub(crate) struct Scoring<'a> {
    pub(crate) matrix: &'a RatingMatrix,
    pub(crate) lists: Neighbours<'a>,
    pub(crate) person: &'a Profile,
    /// The users who are like the person; empty on the items' side.
    pub(crate) alike: &'a [Neighbour],
}

impl<'a> Scoring<'a> {
    fn side(&self) -> Side {
        self.lists.side()
    }

    /// s·n²/(|a||b|) for a row of `length` ratings and its neighbour.
    fn weight(&self, neighbour: &Neighbour, length: usize) -> f64 {
        let other = self.matrix.rows(self.side()).row_len(neighbour.index);
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

    /// The similar users that the sum runs over.
    fn alike(&self) -> impl Iterator<Item = &'a Neighbour> {
        self.alike.iter().filter(|other| other.similarity > 0.0)
    }

    /// The summed similarities of all items.
    fn sums(&self) -> Vec<f64> {
        match self.side() {
            Side::Users => self.sums_over_raters(),
            Side::Items => self.sums_over_rated(),
        }
    }

    fn sums_over_raters(&self) -> Vec<f64> {
        let (items, rows) = (self.matrix.items(), self.matrix.rows(Side::Users));
        // As many as a power of 2, so that a mask stands in for the check of an index: this loop is
        // what a recommendation waits for.
        let mut sums = vec![0.0; items.next_power_of_two()];
        let mask = sums.len() - 1;
        // By level; what is past the row's highest one is of a former row.
        let mut weights = [0.0; u8::MAX as usize + 1];
        for neighbour in self.alike() {
            let weight = self.weight(neighbour, self.person.ratings().len());
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

    fn sums_over_rated(&self) -> Vec<f64> {
        let rows = self.matrix.rows(Side::Items);
        let liking = Liking::of(self.person.ratings().iter().map(|&(_, rating)| rating));
        // How much each item was liked; 0 for those that the person has not rated.
        let mut liked = vec![0.0; self.matrix.items()];
        for &(item, rating) in self.person.ratings() {
            // A person who is not stored may have rated what nobody here has.
            if let Some(liked) = liked.get_mut(item.at()) {
                *liked = liking.factor(rating);
            }
        }
        let sum = |item: RowIdx| {
            let known = self.lists.of(item).iter();
            let known = known.filter(|n| n.similarity > 0.0 && liked[n.index.at()] > 0.0);
            let length = rows.row_len(item);
            known.map(|n| self.weight(n, length) * liked[n.index.at()]).sum()
        };
        rows.indices().map(sum).collect()
    }

    /// What each neighbour adds to the score of `item`, in the order in which it is summed.
    fn terms(&self, item: ItemIdx) -> Vec<Term> {
        let ratings = self.person.ratings();
        let length = match self.side() {
            Side::Users => ratings.len(),
            Side::Items => self.matrix.rows(Side::Items).row_len(item),
        };
        let term = |neighbour: &Neighbour, rating: f64, factor: f64| Term {
            neighbour: neighbour.index,
            similarity: neighbour.similarity,
            overlap: neighbour.overlap,
            rating,
            contribution: self.weight(neighbour, length) * factor,
        };
        match self.side() {
            Side::Users => {
                let of_user = |neighbour: &Neighbour| {
                    let user = neighbour.index.user();
                    let rating = self.matrix.rating(user, item)?;
                    Some(term(neighbour, rating, self.liked(user, item)?))
                };
                self.alike().filter_map(of_user).collect()
            }
            Side::Items => {
                let own = Liking::of(ratings.iter().map(|&(_, rating)| rating));
                let of_item = |neighbour: &Neighbour| {
                    let rating = self.person.rating(neighbour.index.item())?;
                    Some(term(neighbour, rating, own.factor(rating)))
                };
                let list = self.lists.of(item).iter();
                list.filter(|other| other.similarity > 0.0).filter_map(of_item).collect()
            }
        }
    }

    /// The best items for the person, best first. Equal scores are ordered by the item that appeared
    /// first.
    pub(crate) fn rank(&self, top: TopN<'_>) -> Vec<Ranked> {
        let base = |item| POPULARITY_WEIGHT * share(self.matrix, item);
        let mut sums = self.sums();
        for &(item, _) in self.person.ratings() {
            if let Some(sum) = sums.get_mut(item.at()) {
                *sum = f64::NEG_INFINITY;
            }
        }
        let mut best = Best::new(top.n());
        for (item, &sum) in (0..).map(ItemIdx).zip(&sums) {
            // No base is larger: most items need not be asked for theirs.
            if !best.takes(POPULARITY_WEIGHT + sum) {
                continue;
            }
            let score = base(item) + sum;
            if score > 0.0 && best.takes(score) && top.allows(item) {
                best.offer(item, score);
            }
        }
        let ranked = |Scored { item, score }| Ranked {
            item,
            score,
            base: base(item),
            terms: if top.has_terms() { self.terms(item) } else { Vec::new() },
            // Every neighbour that knows the item adds something.
            source: if sums[item.at()] > 0.0 { Source::Neighbours } else { Source::Popularity },
        };
        best.into_sorted().into_iter().map(ranked).collect()
    }
}
