//! Changes since a sequence number.

use likemind::{ItemIdx, UserIdx};

/// A rating that was set or removed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SingleChange {
    /// The sequence number.
    pub sequence: u64,
    /// The user. A new user has the next index.
    pub user: UserIdx,
    /// The item. A new item has an index past the last one.
    pub item: ItemIdx,
    /// The new rating; `None` if it was removed.
    pub rating: Option<f64>,
}

/// The changes since a sequence number.
#[derive(Clone, Debug, PartialEq)]
pub enum Changes {
    /// Single changes, ascending and without gaps. All users and items that were added since occur
    /// in them.
    Single(Vec<SingleChange>),
    /// The changes include one that is not a single change, such as a large import, or go back
    /// further than the log. Whatever was computed from the earlier ratings must be computed again.
    Unavailable,
}
