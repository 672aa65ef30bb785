//! The order in which rows are compared.

use crate::ids::{DenseIdx, RowIdx};
use crate::matrix::Rows;
use std::cmp::Reverse;

/// The rows of a side by falling number of ratings; rows of the same length in their own order.
///
/// A tile's kernels hold its rows densely and walk the ratings of its columns, so a pair costs
/// what the column is long. In this order that is the shorter of the two.
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

    /// How many rows there are.
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

    /// Of every row, its position.
    pub(super) fn positions(&self) -> Vec<u32> {
        let mut positions = vec![0; self.rows.len()];
        for (position, &row) in (0..).zip(&self.rows) {
            positions[row.at()] = position;
        }
        positions
    }
}
