//! The head: the columns that blocks hold densely, with the rows packed over them.

use super::super::kernel::{LANES, Line, PackedRow, StepOrder};
use super::super::order::RowOrder;
use super::packed::{PackedRows, TAIL};
use crate::ids::{DenseIdx, RowIdx};
use crate::similarity::View;
use rayon::prelude::*;
use std::ops::Range;

/// Cost of a co-rating outside the head, in units of one column of one row against one block.
/// Measured; it affects only speed.
const TAIL_COST: u64 = 4;

/// The dense columns, numbered as lines in ascending order, and the ratings of every row, with
/// those of dense columns packed for the kernels.
pub(in super::super) struct Head {
    lines: usize,
    line_of: Vec<u32>,
    /// [`LANES`] rows each, matching the blocks, so that threads can pack them independently and
    /// nothing is copied afterwards.
    blocks: Vec<PackedRows>,
}

impl Head {
    /// Packs the rows of a view.
    pub(super) fn new(view: &View<'_, u8>, order: &RowOrder, steps: StepOrder) -> Self {
        let (line_of, dense) = lines(view, order);
        // An extra line that stays empty, for the columns that pad a row's last step.
        let empty = dense as u32;
        let pack = |rows: &[RowIdx]| {
            let ratings = rows.iter().map(|&row| view.row(row).size_hint().0).sum();
            let mut packed = PackedRows::with_capacity(rows.len(), ratings);
            let mut entries = Vec::new();
            for &row in rows {
                packed.push(view.row(row), &line_of, empty, steps, &mut entries);
            }
            packed.shrink();
            packed
        };
        // The first blocks have most of the ratings, so each thread takes one block at a time.
        let blocks = order.rows().par_chunks(LANES).with_max_len(1).map(pack).collect();
        Self { lines: dense + 1, line_of, blocks }
    }

    /// Whether the head contains a column.
    pub(in super::super) fn holds(&self, column: RowIdx) -> bool {
        self.line_of[column.at()] != TAIL
    }

    /// Memory use in bytes.
    pub(in super::super) fn bytes(&self) -> usize {
        self.blocks.iter().map(PackedRows::bytes).sum()
    }

    /// Number of lines of a block.
    pub(in super::super) fn lines(&self) -> usize {
        self.lines
    }

    /// The row at a position, restricted to the dense columns.
    pub(in super::super) fn row(&self, position: u32) -> PackedRow<'_> {
        let position = position as usize;
        self.blocks[position / LANES].row(position % LANES)
    }

    /// The columns outside the head of the row at a position, with its levels there.
    pub(in super::super) fn tail(&self, position: u32) -> &[(u32, u8)] {
        let position = position as usize;
        self.blocks[position / LANES].tail(position % LANES)
    }

    /// Writes the rows of a block into empty lines.
    pub(super) fn fill<L: Line>(&self, block: Range<u32>, lines: &mut [L]) {
        for (lane, position) in block.enumerate() {
            let row = self.row(position);
            let entries = row.columns.as_flattened().iter().zip(row.levels.as_flattened());
            for (&column, &level) in entries {
                lines[column as usize].set(lane, level);
            }
        }
    }

    /// Clears the lines into which the rows of a block were written.
    pub(super) fn clear<L: Line>(&self, block: Range<u32>, lines: &mut [L]) {
        let written = self.blocks[block.start as usize / LANES].lines();
        if written.len() > lines.len() {
            return lines.fill(L::EMPTY);
        }
        for &line in written {
            lines[line as usize] = L::EMPTY;
        }
    }
}

/// Assigns a line to every column that is cheaper dense: one that costs the blocks before its rows
/// fewer steps than it has pairs of rows, weighted by [`TAIL_COST`].
fn lines(view: &View<'_, u8>, order: &RowOrder) -> (Vec<u32>, usize) {
    let positions = order.positions();
    let all = view.columns.len();
    let is_dense = |&column: &u32| {
        let rows = &view.columns.columns()[view.columns.range(RowIdx(column))];
        let pairs = (rows.len() * rows.len().saturating_sub(1) / 2) as u64;
        let block = |&row: &u32| u64::from(positions[row as usize] / LANES as u32 + 1);
        pairs * TAIL_COST > rows.iter().map(block).sum()
    };
    let dense: Vec<u32> = (0..all as u32).into_par_iter().filter(is_dense).collect();
    let mut line_of = vec![TAIL; all];
    for (line, &column) in (0..).zip(&dense) {
        line_of[column as usize] = line;
    }
    (line_of, dense.len())
}
