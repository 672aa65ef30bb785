//! Determining the newer of two ratings of the same user and item.

use super::Keep;
use super::incoming::Incoming;
use likemind::{ItemIdx, Rating, RatingMatrix, UserIdx};
use std::collections::HashMap;

/// Stored times, by user and item.
pub(crate) type Times = HashMap<(UserIdx, ItemIdx), Option<i64>>;

/// The old ratings that are kept if an incoming one has another value.
pub(crate) enum KeptRatings {
    All,
    /// The ratings of these pairs, ascending.
    Some(Vec<(UserIdx, ItemIdx)>),
}

impl KeptRatings {
    pub(crate) fn contains(&self, user: UserIdx, item: ItemIdx) -> bool {
        match self {
            Self::All => true,
            Self::Some(pairs) => pairs.binary_search(&(user, item)).is_ok(),
        }
    }

    /// Returns the initial set, before any times are known: all of the ratings or none.
    pub(crate) fn new(keep: Keep) -> Self {
        match keep {
            Keep::Existing => Self::All,
            Keep::Newest | Keep::Incoming => Self::Some(Vec::new()),
        }
    }

    /// Adds the ratings whose stored time is later than the incoming one. The ratings must be in
    /// ascending order across calls.
    pub(crate) fn add_newer(&mut self, incoming: &[Rating], stored: &Times) {
        let Self::Some(pairs) = self else { return };
        let is_older = |new: &&Rating| {
            let stored = stored.get(&(new.user, new.item)).copied().flatten();
            stored.zip(new.timestamp).is_some_and(|(stored, new)| new < stored)
        };
        pairs.extend(incoming.iter().filter(is_older).map(|new| (new.user, new.item)));
    }
}

/// Returns the incoming ratings whose time decides whether they replace an old one, ascending. The
/// packed ratings contain no times, so the stored times of these pairs must be read.
pub(crate) fn contested(keep: Keep, old: &RatingMatrix, incoming: &Incoming<'_>) -> Vec<Rating> {
    if keep != Keep::Newest || old.ratings() == 0 {
        return Vec::new();
    }
    let differs = |new: &Rating| {
        let old = old.rating(new.user, new.item);
        new.timestamp.is_some() && old.is_some_and(|old| old != new.rating)
    };
    incoming.iter().filter(differs).collect()
}
