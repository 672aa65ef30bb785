//! What changed since a moment.

use likemind::{ItemIdx, UserIdx};

/// One rating that was set or removed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SingleChange {
    /// Its number.
    pub sequence: u64,
    /// Whose rating. A user who was not there before has the next index.
    pub user: UserIdx,
    /// Of what. An item that was not there before has an index past the last.
    pub item: ItemIdx,
    /// The rating since then; `None` if there is none.
    pub rating: Option<f64>,
}

/// What changed since a sequence number.
#[derive(Clone, Debug, PartialEq)]
pub enum Changes {
    /// Change by change, ascending and without gaps. Users and items that came since occur in them,
    /// all of them.
    Single(Vec<SingleChange>),
    /// Something that is no single change, such as a large import, or more than is kept. What was
    /// made of the earlier ratings must be made anew.
    Unfollowable,
}
