//! Why neighbours cannot be kept exact.

use crate::ids::{DenseIdx, RowIdx};
use crate::measure::Measure;
use crate::side::Side;
use crate::weighting::Weighting;

/// Why an index cannot be kept exact as ratings arrive.
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum LiveError {
    /// A single rating changes every pair.
    #[error(
        "expected a similarity that a rating changes for its own user and item alone, found {measure} \
         weighted by {weighting}, which depends on all ratings: a job refreshes it"
    )]
    Global {
        /// The measure.
        measure: Measure,
        /// The weighting.
        weighting: Weighting,
    },
    /// The index is of the other side than its parameters say.
    #[error("expected neighbours of {expected}, found those of {found}")]
    Side {
        /// The side of the parameters.
        expected: Side,
        /// The side of the index.
        found: Side,
    },
    /// The index is not of the matrix.
    #[error("expected neighbours of {expected} rows, found {found}")]
    Rows {
        /// How many rows the matrix has.
        expected: usize,
        /// How many the index has.
        found: usize,
    },
    /// A changed row that there is not.
    #[error("expected changed rows below {rows}, found {}", .found.get())]
    UnknownRow {
        /// How many rows the matrix has.
        rows: usize,
        /// The row.
        found: RowIdx,
    },
}
