//! Changing single ratings, and forgetting people.

use super::{ImportError, OffScale, StoreError, TooManyRatings};
use likemind::ids::IdError;

/// Why a rating cannot be changed, or a person not be forgotten.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RateError {
    /// A rating is not on the scale.
    #[error(transparent)]
    OffScale(#[from] OffScale),
    /// A user or an item that would have more ratings than it may.
    #[error(transparent)]
    TooManyRatings(#[from] TooManyRatings),
    /// An id that cannot be kept.
    #[error(transparent)]
    Id(#[from] IdError),
    /// An id that no user or item has.
    #[error("expected the id of {what} in the database, found {id:?}")]
    UnknownId {
        /// `"a user"` or `"an item"`.
        what: &'static str,
        /// The id.
        id: String,
    },
    /// The scale, which was found from the ratings, cannot become wide enough.
    #[error(transparent)]
    Scale(ImportError),
    /// What can go wrong with any database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ImportError> for RateError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Store(error) => Self::Store(error),
            refused => Self::Scale(refused),
        }
    }
}
