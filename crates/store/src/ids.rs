//! External ids of users and items.

use likemind::{DenseIdx, Ids, ItemIdx, Side, UserIdx};

/// An index type whose ids are stored.
pub(crate) trait StoredIdx: DenseIdx + Unpin {
    const SIDE: Side;
    /// The singular with its article, for messages.
    const ONE: &'static str;
}

impl StoredIdx for UserIdx {
    const SIDE: Side = Side::Users;
    const ONE: &'static str = "a user";
}

impl StoredIdx for ItemIdx {
    const SIDE: Side = Side::Items;
    const ONE: &'static str = "an item";
}

/// The ids of all users and items, in order of first appearance.
#[derive(Clone, Debug, Default)]
pub(crate) struct AllIds {
    pub(crate) users: Ids<UserIdx>,
    pub(crate) items: Ids<ItemIdx>,
}

impl AllIds {
    pub(crate) fn counts(&self) -> Counts {
        Counts { users: self.users.len(), items: self.items.len() }
    }
}

/// The numbers of users and items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) users: usize,
    pub(crate) items: usize,
}
