//! Errors of lookups by index.

use super::StoreError;

/// Errors when looking up users or items by index.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LookupError {
    /// No user or item has this index.
    #[error("expected the index of {what}, found {index}")]
    UnknownIndex {
        /// `"a user"` or `"an item"`.
        what: &'static str,
        /// The index.
        index: u32,
    },
    /// An error of the database.
    #[error(transparent)]
    Store(#[from] StoreError),
}
