//! Importing.

use super::{OffScale, StoreError, TooManyRatings};
use likemind::RatingScale;
use likemind::catalogue::InfoTooLong;
use likemind::ids::IdError;
use likemind::matrix::MatrixError;

/// Why ratings, or a scale, cannot be taken in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The data set and the import are on scales that do not go together.
    #[error("expected ratings on the database's scale {database}, found a data set on {import}")]
    ScaleConflict {
        /// The scale of the database.
        database: RatingScale,
        /// The scale of the import.
        import: RatingScale,
        /// One that holds both.
        both: RatingScale,
    },
    /// A rating is not on the scale.
    #[error(transparent)]
    OffScale(#[from] OffScale),
    /// An import has two ratings of one user and item.
    #[error("expected one rating a user and item, found two by user {user:?} of item {item:?}")]
    Duplicate {
        /// The user's id.
        user: String,
        /// The item's id.
        item: String,
    },
    /// A user or an item that would have more ratings than it may.
    #[error(transparent)]
    TooManyRatings(#[from] TooManyRatings),
    /// A title or genres that are too long to be kept.
    #[error("{error}, of the item {item:?}")]
    InfoTooLong {
        /// The item's id.
        item: String,
        /// What is too long.
        error: InfoTooLong,
    },
    /// More users or items than there can be.
    #[error(transparent)]
    Id(#[from] IdError),
    /// Ratings that make no matrix.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
    /// What can go wrong with any database.
    #[error(transparent)]
    Store(#[from] StoreError),
}
