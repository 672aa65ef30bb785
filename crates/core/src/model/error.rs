//! Errors of models and sessions.

use crate::all_pairs::Cancelled;
use crate::parameters::error::ParameterError;
use crate::profile::Profile;
use crate::scale::RatingScale;
use crate::side::Side;

/// Errors when building a [`NeighbourModel`](crate::NeighbourModel).
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum ModelError {
    /// An option is out of range.
    #[error(transparent)]
    Parameters(#[from] ParameterError),
    /// The neighbours are of the other side.
    #[error("expected neighbours of {expected}, found neighbours of {found}")]
    Side {
        /// The side of the parameters.
        expected: Side,
        /// The side of the neighbours.
        found: Side,
    },
    /// The neighbours and the rating matrix have different numbers of rows.
    #[error("expected the neighbours of {expected} rows, found those of {found}")]
    Rows {
        /// Number of rows of the rating matrix.
        expected: usize,
        /// Number of rows with neighbour lists.
        found: usize,
    },
}

/// Errors when fitting a model that is observed by an [`Observer`](crate::Observer).
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum ObservedFitError {
    /// An option is out of range.
    #[error(transparent)]
    Parameters(#[from] ParameterError),
    /// The observer cancelled the fit.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl ObservedFitError {
    /// The error of a fit that nobody observes.
    pub(crate) fn unobserved(self) -> ParameterError {
        match self {
            Self::Parameters(error) => error,
            Self::Cancelled(_) => unreachable!("nobody cancels it"),
        }
    }
}

/// Errors when opening a [`Session`](crate::Session).
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

impl SessionError {
    /// Checks that the ratings of a guest are on the scale; those of a stored user always are.
    pub(crate) fn check(person: &Profile, scale: &RatingScale) -> Result<(), Self> {
        let mut ratings = person.ratings().iter().map(|&(_, rating)| rating);
        match ratings.find(|rating| !scale.contains(*rating)) {
            Some(rating) if person.user().is_none() => {
                Err(Self::OffScale { scale: *scale, rating })
            }
            _ => Ok(()),
        }
    }
}
