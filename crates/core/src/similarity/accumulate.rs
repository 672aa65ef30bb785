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

impl<V: Value> Default for Accumulator<V> {
    fn default() -> Self {
        Self::new(0..0)
    }
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

    /// Covers the first `rows` rows from now on, if it does not already. Holds nothing before.
    fn cover(&mut self, rows: usize) {
        self.cells.resize(rows, V::Sums::default());
        self.rows = 0..rows as u32;
    }
}

/// Accumulators that serve again and again, one for each kind of values; empty until asked for.
#[derive(Default)]
pub(crate) struct Accumulators {
    levels: Accumulator<u8>,
    wide_levels: Accumulator<u32>,
    reals: Accumulator<f64>,
}

/// A kind of value with its accumulator among all.
pub(crate) trait Accumulated: Value {
    fn among(all: &mut Accumulators) -> &mut Accumulator<Self>;
}

impl Accumulators {
    /// The accumulator of a kind, over `rows` rows.
    pub(crate) fn over<V: Accumulated>(&mut self, rows: usize) -> &mut Accumulator<V> {
        let accumulator = V::among(self);
        accumulator.cover(rows);
        accumulator
    }
}

impl Accumulated for u8 {
    fn among(all: &mut Accumulators) -> &mut Accumulator<Self> {
        &mut all.levels
    }
}

impl Accumulated for u32 {
    fn among(all: &mut Accumulators) -> &mut Accumulator<Self> {
        &mut all.wide_levels
    }
}

impl Accumulated for f64 {
    fn among(all: &mut Accumulators) -> &mut Accumulator<Self> {
        &mut all.reals
    }
}
