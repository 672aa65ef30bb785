//! Ratings with their times.

use likemind::ItemIdx;

/// A rating of one user, with its time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimedRating {
    /// The item.
    pub item: ItemIdx,
    /// On the data set's scale.
    pub rating: f64,
    /// When, in seconds since 1970; `None` where unknown.
    pub timestamp: Option<i64>,
}
