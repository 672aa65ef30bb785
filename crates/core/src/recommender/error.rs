//! Errors of the recommender.

use crate::matrix::MatrixError;
use crate::model::{ModelError, SessionError};
use crate::parameters::error::ParameterError;
use crate::profile::ProfileError;
use crate::scale::ScaleError;

/// Errors when fitting a [`Recommender`](crate::Recommender).
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum FitError {
    /// An option is out of range.
    #[error(transparent)]
    Parameters(#[from] ParameterError),
    /// No scale can be found: there are no ratings, or one is NaN or larger than [`MAX_RATING`](crate::scale::MAX_RATING).
    #[error(transparent)]
    Scale(#[from] ScaleError),
    /// The rating matrix cannot be built.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
    /// The model cannot be fitted.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// There are more users, or items, than indices.
    #[error("expected at most 4294967295 {what}, found more")]
    TooMany {
        /// `"users"` or `"items"`.
        what: &'static str,
    },
}

/// Errors when querying a [`Recommender`](crate::Recommender).
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum QueryError {
    /// No user has this id.
    #[error("expected the id of a user with ratings, found {id}")]
    UnknownUser {
        /// The id, as `Debug` writes it.
        id: String,
    },
    /// No item has this id.
    #[error("expected the id of a rated item, found {id}")]
    UnknownItem {
        /// The id, as `Debug` writes it.
        id: String,
    },
    /// The ratings of a guest are invalid.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The model cannot use the person's ratings.
    #[error(transparent)]
    Session(#[from] SessionError),
}
