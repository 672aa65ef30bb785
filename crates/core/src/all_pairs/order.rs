//! The row order of a computation.

use crate::ids::{DenseIdx, RowIdx};
use crate::matrix::Rows;
use std::cmp::Reverse;

/// The rows of a side by descending number of ratings; rows of equal length keep their original
/// order.
///
/// The kernels hold a tile's rows densely and iterate over the ratings of its columns, so the cost
/// of a pair is proportional to the length of the column. In this order that is the shorter of the
/// two.
#[derive(Debug)]
pub(super) struct RowOrder {
    rows: Vec<RowIdx>,
}

impl RowOrder {
    pub(super) fn new(rows: &Rows) -> Self {
        let mut order: Vec<RowIdx> = rows.indices().collect();
        order.sort_by_key(|&row| Reverse(rows.row_len(row)));
        Self { rows: order }
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The row at a position.
    pub(super) fn row(&self, position: u32) -> RowIdx {
        self.rows[position as usize]
    }

    /// The rows in order.
    pub(super) fn rows(&self) -> &[RowIdx] {
        &self.rows
    }

    /// Returns the position of every row.
    pub(super) fn positions(&self) -> Vec<u32> {
        let mut positions = vec![0; self.rows.len()];
        for (position, &row) in (0..).zip(&self.rows) {
            positions[row.at()] = position;
        }
        positions
    }
}
