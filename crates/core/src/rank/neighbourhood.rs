//! Ranking of items by the ratings of neighbours.

use super::best::{Best, Scored};
use super::liking::{Liking, is_linear};
use super::popularity::{POPULARITY_WEIGHT, share};
use super::{Ranked, TopN};
use crate::ids::{DenseIdx, ItemIdx, RowIdx, UserIdx};
use crate::matrix::RatingMatrix;
use crate::neighbours::{Neighbour, Neighbours};
use crate::predict::{Source, Term};
use crate::profile::Profile;
use crate::side::Side;

/// Number of items whose sums are compared with the best scores at once.
const CHUNK: usize = 16;

/// Scores items for one person by the neighbours that know them. See
/// [`NeighbourModel`](crate::NeighbourModel) for the formula.
///
/// The weights were chosen on 80/20 splits of ml-100k, ml-latest-small and ml-1m from √s or s times
/// powers of the cosine c. On the users' side √s·c³ has an nDCG@10 of .370, .299 and .307 over all
/// held-out items, s·c² .360, .293 and .294 (means of three other splits of each). On the items'
/// side √s·c² has .327 on ml-100k, s·c² .318, and √s·c³ less than √s·c². With the binary cosine on
/// the items' side, c alone gives .380 where s·c² gives .347 (one split of ml-100k), and .232
/// instead of .176 on the plays of HetRec 2011 Last.fm.
#[derive(Clone, Copy)]
pub(crate) struct Scoring<'a> {
    pub(crate) matrix: &'a RatingMatrix,
    pub(crate) lists: Neighbours<'a>,
    pub(crate) person: &'a Profile,
    /// Whether the weight is the cosine alone.
    pub(crate) has_plain_cosines: bool,
    /// The users who are similar to the person; empty on the items' side.
    pub(crate) similar_users: &'a [Neighbour],
}

impl<'a> Scoring<'a> {
    fn side(&self) -> Side {
        self.lists.side()
    }

    /// Returns the weight without y, for a row with `length` ratings and its neighbour.
    fn weight(&self, neighbour: &Neighbour, length: usize) -> f64 {
        let other = self.matrix.rows(self.side()).row_len(neighbour.index);
        let overlap = f64::from(neighbour.overlap);
        // Neighbours share ratings, but these may have been removed since the fit: avoid dividing
        // by 0.
        let cosine = overlap / (length.max(1) as f64 * other.max(1) as f64).sqrt();
        if self.has_plain_cosines {
            return cosine;
        }
        let weight = neighbour.similarity.sqrt() * (cosine * cosine);
        match self.side() {
            Side::Users => weight * cosine,
            Side::Items => weight,
        }
    }

    /// Returns the liking of the person.
    fn liking(&self) -> Liking {
        let ratings = self.person.ratings().iter().map(|&(_, rating)| rating);
        Liking::from_ratings(self.matrix.scale(), ratings)
    }

    /// Returns the weight y of a user's rating of an item; `None` if the user has not rated it.
    fn liking_factor(&self, user: UserIdx, item: ItemIdx) -> Option<f64> {
        let (rows, scale) = (self.matrix.rows(Side::Users), self.matrix.scale());
        let row = rows.row(user);
        let position = row.columns().binary_search(&item.get()).ok()?;
        Some(match row.narrow_levels() {
            Some(levels) if is_linear(scale) => {
                let liking = Liking::from_sums(row.len(), rows.level_sums(user.into()));
                liking.factor(levels[position].into())
            }
            _ => {
                let liking = Liking::from_ratings(scale, row.ratings(scale));
                liking.factor(row.rating(position, scale))
            }
        })
    }

    /// Iterates over the users with a positive similarity.
    fn positive_users(&self) -> impl Iterator<Item = &'a Neighbour> {
        self.similar_users.iter().filter(|other| other.similarity > 0.0)
    }

    /// Returns the sum over neighbours for every item.
    fn sums(&self) -> Vec<f64> {
        match self.side() {
            Side::Users => self.sums_over_raters(),
            Side::Items => self.sums_over_rated(),
        }
    }

    fn sums_over_raters(&self) -> Vec<f64> {
        let (items, rows) = (self.matrix.items(), self.matrix.rows(Side::Users));
        let scale = self.matrix.scale();
        // The length is a power of two, so that a mask can replace bounds checks in the loop below,
        // which dominates the time of a recommendation.
        let mut sums = vec![0.0; items.next_power_of_two()];
        let mask = sums.len() - 1;
        let mut weights = [0.0; u8::MAX as usize + 1];
        let highest = scale.levels().map_or(0, |levels| levels.min(u8::MAX.into()) as u8);
        for neighbour in self.positive_users() {
            let weight = self.weight(neighbour, self.person.ratings().len());
            let row = rows.row(neighbour.index);
            match row.narrow_levels() {
                Some(levels) if is_linear(scale) => {
                    let liking = Liking::from_sums(row.len(), rows.level_sums(neighbour.index));
                    for (level, of_level) in (0..=highest).zip(&mut weights) {
                        *of_level = weight * liking.factor(level.into());
                    }
                    for (&item, &level) in row.columns().iter().zip(levels) {
                        sums[item as usize & mask] += weights[level as usize];
                    }
                }
                _ => {
                    let liking = Liking::from_ratings(scale, row.ratings(scale));
                    for (&item, rating) in row.columns().iter().zip(row.ratings(scale)) {
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
        let liking = self.liking();
        // The weight y of the person's rating of each item; 0 if the person has not rated it.
        let mut factors = vec![0.0; self.matrix.items()];
        for &(item, rating) in self.person.ratings() {
            // A guest may have rated items that are not in the matrix.
            if let Some(factor) = factors.get_mut(item.at()) {
                *factor = liking.factor(rating);
            }
        }
        let sum = |item: RowIdx| {
            let rated = self.lists.list(item).iter();
            let rated = rated.filter(|n| n.similarity > 0.0 && factors[n.index.at()] > 0.0);
            let length = rows.row_len(item);
            rated.map(|n| self.weight(n, length) * factors[n.index.at()]).sum()
        };
        rows.indices().map(sum).collect()
    }

    /// Returns the contributions of neighbours to the score of `item`, in the order of summation.
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
                    Some(term(neighbour, rating, self.liking_factor(user, item)?))
                };
                self.positive_users().filter_map(of_user).collect()
            }
            Side::Items => {
                let liking = self.liking();
                let of_item = |neighbour: &Neighbour| {
                    let rating = self.person.rating(neighbour.index.item())?;
                    Some(term(neighbour, rating, liking.factor(rating)))
                };
                let list = self.lists.list(item).iter();
                list.filter(|other| other.similarity > 0.0).filter_map(of_item).collect()
            }
        }
    }

    /// Returns the best items for the person, best first. Items with equal scores are ordered by
    /// first appearance.
    pub(crate) fn rank(&self, top: TopN<'_>) -> Vec<Ranked> {
        let base = |item| POPULARITY_WEIGHT * share(self.matrix, item);
        let mut sums = self.sums();
        if !top.has_rated() {
            for &(item, _) in self.person.ratings() {
                if let Some(sum) = sums.get_mut(item.at()) {
                    *sum = f64::NEG_INFINITY;
                }
            }
        }
        let mut best = Best::new(top.n());
        for (first, chunk) in (0_u32..).step_by(CHUNK).zip(sums.chunks(CHUNK)) {
            // The base is at most `POPULARITY_WEIGHT`, so it need not be computed for most items.
            // Without branches, a chunk takes a few instructions.
            let accepted = |accepted, &sum: &f64| accepted | best.accepts(POPULARITY_WEIGHT + sum);
            if !chunk.iter().fold(false, accepted) {
                continue;
            }
            for (item, &sum) in (first..).map(ItemIdx).zip(chunk) {
                let score = base(item) + sum;
                if score > 0.0 && best.accepts(score) && top.allows(item) {
                    best.offer(item, score);
                }
            }
        }
        let ranked = |Scored { item, score }| Ranked {
            item,
            score,
            base: base(item),
            terms: if top.has_terms() { self.terms(item) } else { Vec::new() },
            // Every neighbour that knows the item contributes a positive amount.
            source: if sums[item.at()] > 0.0 { Source::Neighbours } else { Source::Popularity },
        };
        best.into_sorted().into_iter().map(ranked).collect()
    }
}
