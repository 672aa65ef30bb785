//! The columns of a side, their rows in the order of the computation.

use super::order::RowOrder;
use crate::similarity::{ColumnLists, View};

/// What each column holds, by ascending position.
pub(super) struct OrderedColumns<V> {
    offsets: Vec<usize>,
    positions: Vec<u32>,
    values: Vec<V>,
}

impl<V: Copy + Default> OrderedColumns<V> {
    /// The columns of a view that `wanted` accepts; the others are empty.
    pub(super) fn new(
        view: &View<'_, V>,
        order: &RowOrder,
        wanted: impl Fn(usize) -> bool,
    ) -> Self {
        let columns = view.columns.len();
        let mut offsets = Vec::with_capacity(columns + 1);
        offsets.push(0);
        for column in 0..columns {
            let length = if wanted(column) { view.columns.row_len(column) } else { 0 };
            offsets.push(offsets[column] + length);
        }
        let entries = offsets[columns];
        let (mut positions, mut values) = (vec![0; entries], vec![V::default(); entries]);
        let mut next = offsets.clone();
        for (position, &row) in (0..).zip(order.rows()) {
            for (column, value) in view.row(row as usize) {
                let place = &mut next[column as usize];
                if *place < offsets[column as usize + 1] {
                    positions[*place] = position;
                    values[*place] = value;
                    *place += 1;
                }
            }
        }
        Self { offsets, positions, values }
    }

    pub(super) fn lists(&self) -> ColumnLists<'_, V> {
        ColumnLists { offsets: &self.offsets, rows: &self.positions, values: &self.values }
    }
}
