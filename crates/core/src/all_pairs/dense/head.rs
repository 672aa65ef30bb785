//! The columns that blocks hold densely, and the rows packed over them.

use super::super::columns::OrderedColumns;
use super::super::kernel::{LANES, Line, PackedRow};
use super::super::order::RowOrder;
use crate::similarity::View;
use std::cmp::Reverse;
use std::ops::Range;

/// What a co-rating of a column outside the head costs, in units of one column of one row against
/// one block. Measured; it moves time only.
const EVENT_COST: u64 = 4;

/// The dense columns, renumbered as lines by falling number of ratings, so that the lines in use
/// lie close together; and every row's ratings, those of dense columns packed for the kernels.
pub(super) struct Head {
    lines: usize,
    starts: Vec<usize>,
    columns: Vec<[u32; 4]>,
    levels: Vec<[u8; 4]>,
    squares: Vec<[u8; 4]>,
    tail_starts: Vec<usize>,
    tail: Vec<(u32, u8)>,
}

/// Of every column its line; [`TAIL`] for those that are not dense.
const TAIL: u32 = u32::MAX;

impl Head {
    pub(super) fn new(
        view: &View<'_, u8>,
        columns: &OrderedColumns<u8>,
        order: &RowOrder,
    ) -> Self {
        let (line_of, lines) = lines(columns);
        let mut head = Self {
            // One more, that stays empty, for the columns that fill a row's last step up.
            lines: lines + 1,
            starts: vec![0],
            columns: Vec::new(),
            levels: Vec::new(),
            squares: Vec::new(),
            tail_starts: vec![0],
            tail: Vec::new(),
        };
        let mut entries = Vec::new();
        for &row in order.rows() {
            entries.clear();
            for (column, level) in view.row(row as usize) {
                match line_of[column as usize] {
                    TAIL => head.tail.push((column, level)),
                    line => entries.push((line, level)),
                }
            }
            entries.sort_unstable_by_key(|&(line, level)| (Reverse(level), line));
            head.push_row(&entries);
        }
        head
    }

    fn push_row(&mut self, entries: &[(u32, u8)]) {
        let empty = self.lines as u32 - 1;
        for step in entries.chunks(4) {
            let at = |place: usize| step.get(place).copied().unwrap_or((empty, 0));
            let levels = [0, 1, 2, 3].map(|place| at(place).1);
            self.columns.push([0, 1, 2, 3].map(|place| at(place).0));
            self.levels.push(levels);
            self.squares.push(levels.map(|level| level * level));
        }
        self.starts.push(self.columns.len());
        self.tail_starts.push(self.tail.len());
    }

    /// How many lines a block has.
    pub(super) fn lines(&self) -> usize {
        self.lines
    }

    /// The row at a position, over the dense columns.
    pub(super) fn row(&self, position: u32) -> PackedRow<'_> {
        let steps = self.starts[position as usize]..self.starts[position as usize + 1];
        PackedRow {
            columns: &self.columns[steps.clone()],
            levels: &self.levels[steps.clone()],
            squares: &self.squares[steps],
        }
    }

    /// The other columns of the row at a position, with its levels there.
    pub(super) fn tail(&self, position: u32) -> &[(u32, u8)] {
        let position = position as usize;
        &self.tail[self.tail_starts[position]..self.tail_starts[position + 1]]
    }

    /// Writes a block's rows into empty lines.
    pub(super) fn fill<L: Line>(&self, block: Range<u32>, lines: &mut [L]) {
        for (lane, position) in block.enumerate() {
            let row = self.row(position);
            let entries = row.columns.as_flattened().iter().zip(row.levels.as_flattened());
            for (&column, &level) in entries {
                lines[column as usize].set(lane, level);
            }
        }
    }

    /// Empties the lines that a block's rows were written into.
    pub(super) fn clear<L: Line>(&self, block: Range<u32>, lines: &mut [L]) {
        let steps = self.starts[block.start as usize]..self.starts[block.end as usize];
        if steps.len() * 4 > lines.len() {
            return lines.fill(L::EMPTY);
        }
        for &column in self.columns[steps].as_flattened() {
            lines[column as usize] = L::EMPTY;
        }
    }
}

/// Gives a line to every column that is cheaper dense: one that the blocks before its rows meet
/// in fewer steps than it has pairs of rows.
fn lines(columns: &OrderedColumns<u8>) -> (Vec<u32>, usize) {
    let lists = columns.lists();
    let all = lists.offsets.len() - 1;
    let is_dense = |&column: &u32| {
        let (positions, _) = lists.of(column);
        let pairs = (positions.len() * positions.len().saturating_sub(1) / 2) as u64;
        let blocks: u64 = positions.iter().map(|&p| u64::from(p / LANES as u32 + 1)).sum();
        pairs * EVENT_COST > blocks
    };
    let mut dense: Vec<u32> = (0..all as u32).filter(is_dense).collect();
    dense.sort_by_key(|&column| Reverse(lists.of(column).0.len()));
    let mut line_of = vec![TAIL; all];
    for (line, &column) in (0..).zip(&dense) {
        line_of[column as usize] = line;
    }
    (line_of, dense.len())
}
