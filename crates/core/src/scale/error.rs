//! Errors of rating scales.

use super::{MAX_LEVELS, MAX_RATING};

/// Errors when constructing a [`RatingScale`](super::RatingScale).
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum ScaleError {
    /// The text is not of the form `MIN:MAX:STEP`, `MIN:MAX` or `MIN:MAX:count`.
    #[error(
        "expected a scale as MIN:MAX:STEP (0.5:5:0.5), MIN:MAX (-10:10) or MIN:MAX:count (0:500:count), found {found:?}"
    )]
    Form {
        /// The text as given.
        found: String,
    },
    /// An end is NaN or larger than [`MAX_RATING`], or the lower end is above the upper end.
    #[error(
        "expected a scale with ends of at most ±{MAX_RATING:e}, the minimum not above the maximum, found {min} and {max}"
    )]
    Ends {
        /// The lower end.
        min: f64,
        /// The upper end.
        max: f64,
    },
    /// The ends of counts are not whole numbers, or below 0.
    #[error("expected counts from 0 or more in whole numbers, found {min} to {max}")]
    Counts {
        /// The lower end.
        min: f64,
        /// The upper end.
        max: f64,
    },
    /// The step is not a positive number that divides the range.
    #[error("expected a step that divides the scale {min} to {max} into whole steps, found {step}")]
    Step {
        /// The lower end.
        min: f64,
        /// The upper end.
        max: f64,
        /// The step.
        step: f64,
    },
    /// The scale would have more than [`MAX_LEVELS`] levels.
    #[error(
        "expected at most {MAX_LEVELS} levels, found {levels}; MIN:MAX without a step allows any value"
    )]
    Levels {
        /// Number of levels that the scale would have.
        levels: f64,
    },
    /// There are no ratings from which to find a scale.
    #[error("expected at least one rating to find the scale from, found none")]
    NoRatings,
    /// A rating is NaN or larger than [`MAX_RATING`].
    #[error("expected ratings of at most ±{MAX_RATING:e}, found {found}")]
    Magnitude {
        /// The value.
        found: f64,
    },
}
