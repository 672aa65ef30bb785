//! Rows packed for the kernels, with each block in contiguous memory.

use super::super::kernel::{PackedRow, StepOrder};
use crate::csr::{Csr, Offsets};

/// The line of a column that is not dense.
pub(super) const TAIL: u32 = u32::MAX;

/// The rows of a block: ratings of dense columns packed as steps, all others in lists.
pub(super) struct PackedRows {
    /// The range of steps of each row.
    steps: Offsets,
    columns: Vec<[u32; 4]>,
    levels: Vec<[u8; 4]>,
    squares: Vec<[u8; 4]>,
    tail: Csr<(u32, u8)>,
}

impl PackedRows {
    /// Reserves memory for rows with the given number of ratings in total, as if all columns were
    /// dense.
    pub(super) fn with_capacity(rows: usize, ratings: usize) -> Self {
        let steps = ratings / 4 + rows;
        Self {
            steps: Offsets::with_capacity(rows),
            columns: Vec::with_capacity(steps),
            levels: Vec::with_capacity(steps),
            squares: Vec::with_capacity(steps),
            tail: Csr::with_capacity(rows, 0),
        }
    }

    /// Packs one more row; its last step is padded with columns of the `empty` line.
    pub(super) fn push(
        &mut self,
        ratings: impl Iterator<Item = (u32, u8)>,
        line_of: &[u32],
        empty: u32,
        order: StepOrder,
        entries: &mut Vec<Entry>,
    ) {
        entries.clear();
        self.tail.push(ratings.filter(|&(column, level)| match line_of[column as usize] {
            TAIL => true,
            line => {
                entries.push(Entry::new(order, line, level));
                false
            }
        }));
        entries.sort_unstable();
        let empty = Entry::new(order, empty, 0);
        for step in entries.chunks(4) {
            let at = |index: usize| step.get(index).copied().unwrap_or(empty);
            let levels = [0, 1, 2, 3].map(|index| at(index).level());
            self.columns.push([0, 1, 2, 3].map(|index| at(index).line()));
            self.levels.push(levels);
            self.squares.push(levels.map(|level| level * level));
        }
        self.steps.push(entries.len().div_ceil(4));
    }

    /// Frees unused memory: few of the columns may have been dense.
    pub(super) fn shrink(&mut self) {
        self.columns.shrink_to_fit();
        self.levels.shrink_to_fit();
        self.squares.shrink_to_fit();
        self.tail.shrink_to_fit();
    }

    /// Memory use in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.columns.len() * 24 + self.tail.entries().len() * 8 + self.steps.len() * 16
    }

    /// The row at an index, restricted to the dense columns.
    pub(super) fn row(&self, index: usize) -> PackedRow<'_> {
        let steps = self.steps.range(index);
        PackedRow {
            columns: &self.columns[steps.clone()],
            levels: &self.levels[steps.clone()],
            squares: &self.squares[steps],
        }
    }

    /// The columns outside the head of the row at an index, with its levels there.
    pub(super) fn tail(&self, index: usize) -> &[(u32, u8)] {
        self.tail.of(index)
    }

    /// The lines of all rows, in step order within each row.
    pub(super) fn lines(&self) -> &[u32] {
        self.columns.as_flattened()
    }
}

/// A rating of a dense column as one sortable number: the step order in the top bits, then the line
/// and the level.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry(u64);

impl Entry {
    fn new(order: StepOrder, line: u32, level: u8) -> Self {
        let first = match order {
            StepOrder::Lines => 0,
            StepOrder::FallingLevels => !level,
        };
        Self(u64::from(first) << 40 | u64::from(line) << 8 | u64::from(level))
    }

    fn line(self) -> u32 {
        (self.0 >> 8) as u32
    }

    fn level(self) -> u8 {
        self.0 as u8
    }
}
