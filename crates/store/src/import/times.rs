//! Which of two ratings of the same user and item is the newer one.

use super::Keep;
use super::incoming::Incoming;
use likemind::{ItemIdx, Rating, RatingMatrix, UserIdx};
use std::collections::HashMap;

/// Stored times, by user and item.
pub(crate) type Times = HashMap<(UserIdx, ItemIdx), Option<i64>>;

/// Which old ratings stay where an incoming one has another value.
pub(crate) enum Staying {
    All,
    /// Those of these pairs, ascending.
    Some(Vec<(UserIdx, ItemIdx)>),
}

impl Staying {
    pub(crate) fn has(&self, user: UserIdx, item: ItemIdx) -> bool {
        match self {
            Self::All => true,
            Self::Some(pairs) => pairs.binary_search(&(user, item)).is_ok(),
        }
    }

    /// What can be said before any times are known: all stay, or none so far.
    pub(crate) fn before_times(keep: Keep) -> Self {
        match keep {
            Keep::Existing => Self::All,
            Keep::Newest | Keep::Incoming => Self::Some(Vec::new()),
        }
    }

    /// Takes in what the stored times say of some incoming ratings, which come after all before.
    pub(crate) fn decide(&mut self, incoming: &[Rating], stored: &Times) {
        let Self::Some(staying) = self else { return };
        let is_older = |new: &&Rating| {
            let stored = stored.get(&(new.user, new.item)).copied().flatten();
            stored.zip(new.timestamp).is_some_and(|(stored, new)| new < stored)
        };
        staying.extend(incoming.iter().filter(is_older).map(|new| (new.user, new.item)));
    }
}

/// The incoming ratings whose time decides whether they take the place of an old one, ascending. The
/// packed ratings have no times: those of these pairs are to be read.
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
