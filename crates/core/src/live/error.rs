//! Errors of live neighbours.

use crate::ids::{DenseIdx, RowIdx};
use crate::measure::Measure;
use crate::side::Side;
use crate::weighting::Weighting;

/// Errors when attaching an index to a [`Live`](super::Live).
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum LiveError {
    /// The similarity is global: a single rating changes every pair.
    #[error(
        "expected a similarity in which a rating affects only its own user and item, found {measure} \
         weighted by {weighting}, which depends on all ratings: a job refreshes it"
    )]
    Global {
        /// The measure.
        measure: Measure,
        /// The weighting.
        weighting: Weighting,
    },
    /// The index belongs to the other side than the parameters.
    #[error("expected neighbours of {expected}, found those of {found}")]
    Side {
        /// The side of the parameters.
        expected: Side,
        /// The side of the index.
        found: Side,
    },
    /// The index does not match the matrix.
    #[error("expected neighbours of {expected} rows, found {found}")]
    Rows {
        /// Number of rows of the matrix.
        expected: usize,
        /// Number of rows of the index.
        found: usize,
    },
    /// The index was computed with a larger k, so its lists do not tell whether they are complete.
    #[error("expected at most {expected} neighbours in a list, found {found}")]
    Longest {
        /// Maximum number of neighbours, with spare ones.
        expected: usize,
        /// Number of neighbours in the longest list.
        found: usize,
    },
    /// A changed row does not exist.
    #[error("expected changed rows below {rows}, found {}", .found.get())]
    UnknownRow {
        /// Number of rows of the matrix.
        rows: usize,
        /// The row.
        found: RowIdx,
    },
}
