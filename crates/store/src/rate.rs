//! Changes of single ratings, and their results.

use crate::changes::SingleChange;
use likemind::{ItemIdx, UserIdx};
use serde::Serialize;

/// A change of a rating.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// Set the rating and time, whether or not there was a rating before.
    Set {
        /// The rating, on the scale of the data set.
        rating: f64,
        /// The time in seconds since 1970; `None` if unknown.
        timestamp: Option<i64>,
    },
    /// Remove the rating.
    Remove,
}

/// A change of one user's rating of one item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RatingChange<'a> {
    /// The id of the user; a new user is added if a rating is set.
    pub user: &'a str,
    /// The id of the item; a new item is added if a rating is set.
    pub item: &'a str,
    /// The change.
    pub change: Change,
}

/// The result of a change of a rating.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rated {
    /// The sequence of the data set afterwards.
    pub sequence: u64,
    /// The user.
    pub user: UserIdx,
    /// The item.
    pub item: ItemIdx,
    /// The rating before; `None` if there was none.
    pub before: Option<f64>,
    /// The rating now; `None` if there is none.
    pub after: Option<f64>,
    /// Whether the user was added.
    pub new_user: bool,
    /// Whether the item was added.
    pub new_item: bool,
    /// Whether anything changed, even if only the time.
    pub changed: bool,
}

impl Rated {
    /// Returns the change as [`Store::changes_since`](crate::Store::changes_since) reports it.
    pub fn single_change(&self) -> SingleChange {
        let &Self { sequence, user, item, after, .. } = self;
        SingleChange { sequence, user, item, rating: after }
    }
}
