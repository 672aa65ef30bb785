//! Why there is no recommender, or no answer.

use crate::matrix::MatrixError;
use crate::model::{ModelError, SessionError};
use crate::parameters::error::ParameterError;
use crate::profile::ProfileError;
use crate::scale::ScaleError;

/// Why there is no recommender of some ratings.
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum FitError {
    /// Options out of range.
    #[error(transparent)]
    Parameters(#[from] ParameterError),
    /// The ratings have no scale: there are none, or one is not finite.
    #[error(transparent)]
    Scale(#[from] ScaleError),
    /// The ratings make no matrix.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
    /// The matrix makes no model.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// More users, or items, than there are indices.
    #[error("expected at most 4294967295 {what}, found more")]
    TooMany {
        /// `"users"` or `"items"`.
        what: &'static str,
    },
}

/// Why a recommender cannot answer.
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum AskError {
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
    /// The ratings that a person came with cannot be used.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The model cannot answer for the person.
    #[error(transparent)]
    Session(#[from] SessionError),
}
