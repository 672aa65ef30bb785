//! Asking for users or items by their indices.

use super::StoreError;

/// Why users or items cannot be looked up by their indices.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LookupError {
    /// An index that no user or item has.
    #[error("expected the index of {what}, found {index}")]
    UnknownIndex {
        /// `"a user"` or `"an item"`.
        what: &'static str,
        /// The index.
        index: u32,
    },
    /// What can go wrong with any database.
    #[error(transparent)]
    Store(#[from] StoreError),
}
