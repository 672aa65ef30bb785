//! Ranking by popularity: what is left where no neighbour knows.

use super::best::{Best, Scored};
use super::{Ranked, TopN};
use crate::ids::ItemIdx;
use crate::matrix::RatingMatrix;
use crate::predict::Source;
use crate::profile::Profile;
use crate::side::Side;

/// The share of all users who rated `item`, 0 to 1; 0 for an unknown item.
pub(super) fn share(matrix: &RatingMatrix, item: ItemIdx) -> f64 {
    let raters = matrix.rows(Side::Items).row_len(item);
    raters as f64 / matrix.users().max(1) as f64
}

/// The items that a person has not rated, by the share of all users who did.
pub(crate) fn by_popularity(matrix: &RatingMatrix, person: &Profile, top: TopN<'_>) -> Vec<Ranked> {
    let mut best = Best::new(top.n());
    for item in (0..matrix.items() as u32).map(ItemIdx) {
        let share = share(matrix, item);
        let is_wanted = share > 0.0 && best.takes(share);
        if is_wanted && person.rating(item).is_none() && top.allows(item) {
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
