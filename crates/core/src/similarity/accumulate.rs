//! Sparse accumulation: one row against a range of rows, by walking the lists of its columns.

use super::finish::{Cell, Sums};
use super::plane::{ColumnLists, Value};
use std::ops::Range;

/// Sums of one row with each row of a range.
pub(crate) struct Accumulator<V: Value> {
    rows: Range<u32>,
    cells: Vec<V::Sums>,
    /// The rows whose cells hold something, in no order.
    touched: Vec<u32>,
}

impl<V: Value> Accumulator<V> {
    pub(crate) fn new(rows: Range<u32>) -> Self {
        Self { cells: vec![V::Sums::default(); rows.len()], rows, touched: Vec::new() }
    }

    /// Adds a row's entries, which ascend by column, so that every cell sums in that order.
    pub(crate) fn add(&mut self, lists: ColumnLists<'_, V>, entries: &[(u32, V)]) {
        self.add_from(lists, entries, self.rows.start);
    }

    /// As [`add`](Self::add), with the rows from `first` on alone.
    pub(crate) fn add_from(&mut self, lists: ColumnLists<'_, V>, entries: &[(u32, V)], first: u32) {
        let wanted = first.max(self.rows.start)..self.rows.end;
        for &(column, x) in entries {
            let (raters, values) = lists.of(column);
            let from =
                if wanted.start == 0 { 0 } else { raters.partition_point(|&r| r < wanted.start) };
            for (&row, &y) in raters[from..].iter().zip(&values[from..]) {
                if row >= wanted.end {
                    break;
                }
                let cell = &mut self.cells[(row - self.rows.start) as usize];
                if cell.overlap() == 0 {
                    self.touched.push(row);
                }
                cell.take(x, y);
            }
        }
    }

    /// Hands out every row that was touched with its sums, in no order, and starts anew.
    pub(crate) fn drain(&mut self, mut each: impl FnMut(u32, &V::Sums)) {
        for row in self.touched.drain(..) {
            let cell = &mut self.cells[(row - self.rows.start) as usize];
            each(row, cell);
            *cell = V::Sums::default();
        }
    }
}
