//! Damage in a database, before the error names the database.

use likemind_store::{Store, StoreError};

/// A description of invalid data.
#[derive(Debug)]
pub(super) struct Damage(pub(super) String);

impl Damage {
    /// The error of a given database.
    pub(super) fn of(self, store: &Store) -> StoreError {
        StoreError::Damaged { location: store.location().clone(), found: self.0 }
    }
}
