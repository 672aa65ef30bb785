//! Changes of single ratings, as they are asked for and as they were made.

use crate::changes::SingleChange;
use likemind::{ItemIdx, UserIdx};
use serde::Serialize;

/// What becomes of a rating.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// It takes this value and time, whether or not there was one.
    Set {
        /// On the data set's scale.
        rating: f64,
        /// When, in seconds since 1970; `None` where unknown.
        timestamp: Option<i64>,
    },
    /// There is none any more.
    Remove,
}

/// A change of the rating of one user and item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RatingChange<'a> {
    /// The user's id; a new one is taken in where a rating is set.
    pub user: &'a str,
    /// The item's id; a new one is taken in where a rating is set.
    pub item: &'a str,
    /// What becomes of the rating.
    pub change: Change,
}

/// What a change of a rating did.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rated {
    /// The data set's sequence after it.
    pub sequence: u64,
    /// The user.
    pub user: UserIdx,
    /// The item.
    pub item: ItemIdx,
    /// The rating before; `None` if there was none.
    pub before: Option<f64>,
    /// The rating now; `None` if there is none.
    pub after: Option<f64>,
    /// Whether the user was not there before.
    pub new_user: bool,
    /// Whether the item was not there before.
    pub new_item: bool,
    /// Whether anything is other than before, be it the time alone.
    pub changed: bool,
}

impl Rated {
    /// The change, as whoever [follows](crate::Store::changes_since) the ratings is told of it.
    pub fn single_change(&self) -> SingleChange {
        let &Self { sequence, user, item, after, .. } = self;
        SingleChange { sequence, user, item, rating: after }
    }
}
