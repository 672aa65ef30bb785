//! The similarity matrix of a small data set as an array.

use super::Similarities;
use crate::ids::{DenseIdx, RowIdx};
use ndarray::Array2;

impl Similarities<'_> {
    /// Returns the full similarity matrix, rows × rows, symmetric; NaN where undefined. The
    /// diagonal holds each row's similarity with itself. Intended for small data sets: it takes 8
    /// bytes per cell.
    pub fn to_matrix(&self) -> Array2<f64> {
        let rows = self.rows();
        let mut matrix = Array2::from_elem((rows, rows), f64::NAN);
        for row in RowIdx::first(rows) {
            let own = self.pair(row, row).similarity;
            matrix[[row.at(), row.at()]] = own.unwrap_or(f64::NAN);
            for other in self.row(row) {
                matrix[[row.at(), other.index.at()]] = other.similarity;
            }
        }
        matrix
    }
}
