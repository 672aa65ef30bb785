//! Ranking by popularity.

use super::best::{Best, Scored};
use super::{Ranked, TopN};
use crate::ids::ItemIdx;
use crate::matrix::RatingMatrix;
use crate::predict::Source;
use crate::profile::Profile;
use crate::side::Side;

/// Weight of an item's popularity, the share of all users who rated it, beside what the person's
/// ratings say. It is small, so popularity decides only between items of which they say little.
pub(crate) const POPULARITY_WEIGHT: f64 = 0.001;

/// Returns the share of all users who rated `item`, 0 to 1; 0 for an unknown item.
pub(crate) fn share(matrix: &RatingMatrix, item: ItemIdx) -> f64 {
    let raters = matrix.rows(Side::Items).row_len(item);
    raters as f64 / matrix.users().max(1) as f64
}

/// Ranks the items that a person has not rated, or all of them, by the share of all users who rated them.
pub(crate) fn by_popularity(matrix: &RatingMatrix, person: &Profile, top: TopN<'_>) -> Vec<Ranked> {
    let mut best = Best::new(top.n());
    for item in (0..matrix.items() as u32).map(ItemIdx) {
        let share = share(matrix, item);
        let is_candidate = share > 0.0 && best.accepts(share);
        let is_wanted = || top.has_rated() || person.rating(item).is_none();
        if is_candidate && is_wanted() && top.allows(item) {
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
