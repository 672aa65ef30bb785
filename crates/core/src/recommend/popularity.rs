//! Ranking by popularity: what is left where no neighbour knows.

use super::{Best, Ranked, Ranker, Scored};
use crate::ids::ItemIdx;
use crate::matrix::RatingMatrix;
use crate::predict::Source;
use crate::profile::Profile;
use crate::side::Side;

/// Scores an item by the share of all users who rated it.
pub struct PopularityRanker<'a> {
    matrix: &'a RatingMatrix,
}

impl<'a> PopularityRanker<'a> {
    /// A ranker over the ratings of `matrix`.
    pub fn new(matrix: &'a RatingMatrix) -> Self {
        Self { matrix }
    }

    /// The share of all users who rated `item`, 0 to 1; 0 for an unknown item.
    pub fn share(&self, item: ItemIdx) -> f64 {
        let raters = self.matrix.rows(Side::Items).row_len(item);
        raters as f64 / self.matrix.users().max(1) as f64
    }
}

impl Ranker for PopularityRanker<'_> {
    fn rank(&self, person: &Profile, n: usize, allow: &dyn Fn(ItemIdx) -> bool) -> Vec<Ranked> {
        let mut best = Best::new(n);
        for item in (0..self.matrix.items() as u32).map(ItemIdx) {
            let share = self.share(item);
            let is_wanted = share > 0.0 && best.takes(share);
            if is_wanted && person.rating(item).is_none() && allow(item) {
                best.offer(item, share);
            }
        }
        let ranked = |Scored { item, score }| Ranked {
            item,
            score,
            base: score,
            terms: Vec::new(),
            source: Source::Popularity,
        };
        best.into_sorted().into_iter().map(ranked).collect()
    }
}
