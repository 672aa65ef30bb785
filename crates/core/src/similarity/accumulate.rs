//! Sparse accumulation: one row against a range of rows, by walking the lists of its columns.

use super::finish::{Cell, Sums};
use super::plane::ColumnLists;
use crate::sums::{CoRatedSums, CorrelationSums, DifferenceSums, ProductSums};
use std::ops::Range;

/// Sums of one row with each row of a range.
pub(crate) struct Accumulator<S> {
    rows: Range<u32>,
    cells: Vec<S>,
    /// The rows whose cells hold something, in no order.
    touched: Vec<u32>,
}

impl<S: Sums> Default for Accumulator<S> {
    fn default() -> Self {
        Self::new(0..0)
    }
}

impl<S: Sums> Accumulator<S> {
    pub(crate) fn new(rows: Range<u32>) -> Self {
        Self { cells: vec![S::default(); rows.len()], rows, touched: Vec::new() }
    }

    /// Adds a row's entries, which ascend by column, so that every cell sums in that order.
    pub(crate) fn add<V: Copy>(&mut self, lists: ColumnLists<'_, V>, entries: &[(u32, V)])
    where
        S: Cell<V>,
    {
        self.add_from(lists, entries, self.rows.start);
    }

    /// As [`add`](Self::add), with the rows from `first` on alone.
    pub(crate) fn add_from<V: Copy>(
        &mut self,
        lists: ColumnLists<'_, V>,
        entries: &[(u32, V)],
        first: u32,
    ) where
        S: Cell<V>,
    {
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
    pub(crate) fn drain(&mut self, mut each: impl FnMut(u32, &S)) {
        for row in self.touched.drain(..) {
            let cell = &mut self.cells[(row - self.rows.start) as usize];
            each(row, cell);
            *cell = S::default();
        }
    }

    /// Covers the first `rows` rows from now on, if it does not already. Holds nothing before.
    fn cover(&mut self, rows: usize) {
        self.cells.resize(rows, S::default());
        self.rows = 0..rows as u32;
    }
}

/// Accumulators that serve again and again, one for each kind of sums; empty until asked for.
#[derive(Default)]
pub(crate) struct Accumulators {
    co_rated: Accumulator<CoRatedSums>,
    correlation: Accumulator<CorrelationSums>,
    products: Accumulator<ProductSums>,
    differences: Accumulator<DifferenceSums>,
}

/// A kind of sums with its accumulator among all.
pub(crate) trait Accumulated: Sums {
    fn among(all: &mut Accumulators) -> &mut Accumulator<Self>;
}

impl Accumulators {
    /// The accumulator of a kind, over `rows` rows.
    pub(crate) fn over<S: Accumulated>(&mut self, rows: usize) -> &mut Accumulator<S> {
        let accumulator = S::among(self);
        accumulator.cover(rows);
        accumulator
    }
}

impl Accumulated for CoRatedSums {
    fn among(all: &mut Accumulators) -> &mut Accumulator<Self> {
        &mut all.co_rated
    }
}

impl Accumulated for CorrelationSums {
    fn among(all: &mut Accumulators) -> &mut Accumulator<Self> {
        &mut all.correlation
    }
}

impl Accumulated for ProductSums {
    fn among(all: &mut Accumulators) -> &mut Accumulator<Self> {
        &mut all.products
    }
}

impl Accumulated for DifferenceSums {
    fn among(all: &mut Accumulators) -> &mut Accumulator<Self> {
        &mut all.differences
    }
}
