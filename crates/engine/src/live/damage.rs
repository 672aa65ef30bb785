//! What is wrong in a database, before it is said in which.

use likemind_store::{Store, StoreError};

/// A content that cannot be right, in words.
#[derive(Debug)]
pub(super) struct Damage(pub(super) String);

impl Damage {
    /// As the error of a database.
    pub(super) fn of(self, store: &Store) -> StoreError {
        StoreError::Damaged { location: store.location().clone(), found: self.0 }
    }
}
