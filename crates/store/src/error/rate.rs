//! Errors of rating changes and of forgetting users.

use super::{ImportError, OffScale, StoreError, TooManyRatings};
use likemind::ids::IdError;

/// Errors when changing a rating or forgetting a user.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RateError {
    /// A rating is not on the scale.
    #[error(transparent)]
    OffScale(#[from] OffScale),
    /// A user or an item would have more ratings than allowed.
    #[error(transparent)]
    TooManyRatings(#[from] TooManyRatings),
    /// A new id is invalid, or there are too many users or items.
    #[error(transparent)]
    Id(#[from] IdError),
    /// No user or item has this id.
    #[error("expected the id of {what} in the database, found {id:?}")]
    UnknownId {
        /// `"a user"` or `"an item"`.
        what: &'static str,
        /// The id.
        id: String,
    },
    /// The scale, which was inferred from the ratings, cannot be widened enough.
    #[error(transparent)]
    Scale(ImportError),
    /// An error of the database.
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
