//! Why a model cannot be made, or cannot answer.

use crate::parameters::error::ParameterError;
use crate::scale::RatingScale;
use crate::side::Side;

/// Why there is no model of some ratings.
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum ModelError {
    /// Options out of range.
    #[error(transparent)]
    Parameters(#[from] ParameterError),
    /// Neighbours of the other side.
    #[error("expected neighbours of {expected}, found neighbours of {found}")]
    Side {
        /// The side of the parameters.
        expected: Side,
        /// The side of the neighbours.
        found: Side,
    },
    /// Neighbours of other rows than those of the ratings.
    #[error("expected the neighbours of {expected} rows, found those of {found}")]
    Rows {
        /// How many rows the ratings have.
        expected: usize,
        /// How many rows have neighbours.
        found: usize,
    },
}

/// Why a model cannot answer for a person.
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum SessionError {
    /// A rating is not on the scale of the model's ratings.
    #[error("expected ratings on the scale {scale}, found {rating}")]
    OffScale {
        /// The scale.
        scale: RatingScale,
        /// The rating.
        rating: f64,
    },
}
