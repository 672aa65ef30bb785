//! Ratings with their times.

use likemind::ItemIdx;

/// A rating by a given user, with its time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimedRating {
    /// The item.
    pub item: ItemIdx,
    /// The rating, on the scale of the data set.
    pub rating: f64,
    /// The time in seconds since 1970; `None` if unknown.
    pub timestamp: Option<i64>,
}
