//! Sparse accumulation: the sums of one row with a range of rows, by walking the lists of its
//! columns.

use super::cell::Cell;
use super::finish::Sums;
use super::plane::ColumnLists;
use crate::sums::{CoRatedSums, CorrelationSums, DifferenceSums, PackedSums, ProductSums};
use std::ops::Range;

/// The sums of one row with each row of a range.
pub(crate) struct Accumulator<S> {
    rows: Range<u32>,
    cells: Vec<S>,
    /// Starts with the `count` rows that have nonempty cells, in no particular order. One longer
    /// than `cells`, so that it can be written to even when all are listed.
    touched: Vec<u32>,
    count: usize,
}

impl<S: Sums> Default for Accumulator<S> {
    fn default() -> Self {
        Self::new(0..0)
    }
}

impl<S: Sums> Accumulator<S> {
    pub(crate) fn new(rows: Range<u32>) -> Self {
        let cells = vec![S::default(); rows.len()];
        Self { touched: vec![0; cells.len() + 1], cells, rows, count: 0 }
    }

    /// Adds the entries of a row, which must be ascending by column, so that every cell sums in
    /// that order.
    pub(crate) fn add<V: Copy>(&mut self, lists: ColumnLists<'_, V>, entries: &[(u32, V)])
    where
        S: Cell<V>,
    {
        self.add_from(lists, entries, self.rows.start);
    }

    /// Like [`add`](Self::add), but only for rows from `first` on.
    pub(crate) fn add_from<V: Copy>(
        &mut self,
        lists: ColumnLists<'_, V>,
        entries: &[(u32, V)],
        first: u32,
    ) where
        S: Cell<V>,
    {
        let range = first.max(self.rows.start)..self.rows.end;
        let mut count = self.count;
        for &(column, x) in entries {
            let (raters, values) = lists.of(column);
            let from =
                if range.start == 0 { 0 } else { raters.partition_point(|&r| r < range.start) };
            for (&row, &y) in raters[from..].iter().zip(&values[from..]) {
                if row >= range.end {
                    break;
                }
                let cell = &mut self.cells[(row - self.rows.start) as usize];
                // Always written, because a branch would be mispredicted often.
                self.touched[count] = row;
                count += usize::from(cell.overlap() == 0);
                cell.accumulate(x, y);
            }
        }
        self.count = count;
    }

    /// Calls `each` with every touched row and its sums, in no particular order, and clears them.
    pub(crate) fn drain(&mut self, mut each: impl FnMut(u32, &S)) {
        for &row in &self.touched[..self.count] {
            let cell = &mut self.cells[(row - self.rows.start) as usize];
            each(row, cell);
            *cell = S::default();
        }
        self.count = 0;
    }

    /// Sets the range to the first `rows` rows. The accumulator must be empty.
    fn set_rows(&mut self, rows: usize) {
        self.cells.resize(rows, S::default());
        self.touched.resize(rows + 1, 0);
        self.rows = 0..rows as u32;
    }
}

/// Reusable accumulators, one for each kind of sums; they allocate on first use.
#[derive(Default)]
pub(crate) struct Accumulators {
    packed: Accumulator<PackedSums>,
    co_rated: Accumulator<CoRatedSums>,
    correlation: Accumulator<CorrelationSums>,
    products: Accumulator<ProductSums>,
    differences: Accumulator<DifferenceSums>,
}

/// A kind of sums that has an accumulator in [`Accumulators`].
pub(crate) trait Accumulated: Sums {
    fn select(all: &mut Accumulators) -> &mut Accumulator<Self>;
}

impl Accumulators {
    /// Returns the accumulator of a kind, covering the first `rows` rows.
    pub(crate) fn over<S: Accumulated>(&mut self, rows: usize) -> &mut Accumulator<S> {
        let accumulator = S::select(self);
        accumulator.set_rows(rows);
        accumulator
    }
}

impl Accumulated for PackedSums {
    fn select(all: &mut Accumulators) -> &mut Accumulator<Self> {
        &mut all.packed
    }
}

impl Accumulated for CoRatedSums {
    fn select(all: &mut Accumulators) -> &mut Accumulator<Self> {
        &mut all.co_rated
    }
}

impl Accumulated for CorrelationSums {
    fn select(all: &mut Accumulators) -> &mut Accumulator<Self> {
        &mut all.correlation
    }
}

impl Accumulated for ProductSums {
    fn select(all: &mut Accumulators) -> &mut Accumulator<Self> {
        &mut all.products
    }
}

impl Accumulated for DifferenceSums {
    fn select(all: &mut Accumulators) -> &mut Accumulator<Self> {
        &mut all.differences
    }
}
