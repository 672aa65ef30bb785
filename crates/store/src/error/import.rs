//! Errors of imports.

use super::{OffScale, StoreError, TooManyRatings};
use likemind::RatingScale;
use likemind::catalogue::InfoTooLong;
use likemind::ids::IdError;
use likemind::matrix::MatrixError;

/// Errors when importing ratings or setting a scale.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The scales of the data set and the import are incompatible.
    #[error("expected ratings on the database's scale {database}, found a data set on {import}")]
    ScaleConflict {
        /// The scale of the database.
        database: RatingScale,
        /// The scale of the import.
        import: RatingScale,
        /// A scale that contains both.
        both: RatingScale,
    },
    /// A rating is not on the scale.
    #[error(transparent)]
    OffScale(#[from] OffScale),
    /// The import contains two ratings of the same item by the same user.
    #[error("expected one rating per user and item, found two by user {user:?} of item {item:?}")]
    Duplicate {
        /// The user's id.
        user: String,
        /// The item's id.
        item: String,
    },
    /// A user or an item would have more ratings than allowed.
    #[error(transparent)]
    TooManyRatings(#[from] TooManyRatings),
    /// A title or the genres of an item are too long.
    #[error("item {item:?}: {error}")]
    InfoTooLong {
        /// The item's id.
        item: String,
        /// Which of them is too long.
        error: InfoTooLong,
    },
    /// An id is invalid, or there are too many users or items.
    #[error(transparent)]
    Id(#[from] IdError),
    /// The ratings do not form a valid matrix.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
    /// An error of the database.
    #[error(transparent)]
    Store(#[from] StoreError),
}
