//! The columns that blocks hold densely, and the rows packed over them.

use super::super::kernel::{LANES, Line, PackedRow, StepOrder};
use super::super::order::RowOrder;
use crate::similarity::View;
use rayon::prelude::*;
use std::ops::Range;

/// What a co-rating of a column outside the head costs, in units of one column of one row against
/// one block. Measured; it moves time only.
const EVENT_COST: u64 = 4;

/// The dense columns, numbered as lines in their order, and every row's ratings, those of dense
/// columns packed for the kernels.
pub(in super::super) struct Head {
    order: StepOrder,
    lines: usize,
    /// Where each row's steps begin.
    starts: Vec<usize>,
    columns: Vec<[u32; 4]>,
    levels: Vec<[u8; 4]>,
    squares: Vec<[u8; 4]>,
    tail_starts: Vec<usize>,
    tail: Vec<(u32, u8)>,
    line_of: Vec<u32>,
}

/// How many rows a thread packs at a time: few, since the first have most of the ratings.
const ROWS_A_PART: usize = 64;

/// Of every column its line; [`TAIL`] for those that are not dense.
const TAIL: u32 = u32::MAX;

impl Head {
    /// Packs the rows of a view.
    pub(super) fn new(view: &View<'_, u8>, order: &RowOrder, steps: StepOrder) -> Self {
        let (line_of, dense) = lines(view, order);
        // One more, that stays empty, for the columns that fill a row's last step up.
        let mut head = Self::empty(dense + 1, steps);
        let parts = order.rows().par_chunks(ROWS_A_PART).map(|rows| {
            let mut part = Self::empty(dense + 1, steps);
            let mut entries = Vec::new();
            for &row in rows {
                part.push_row(view.row(row as usize), &line_of, &mut entries);
            }
            part
        });
        for part in parts.collect::<Vec<_>>() {
            head.append(part);
        }
        head.line_of = line_of;
        head
    }

    fn empty(lines: usize, order: StepOrder) -> Self {
        Self {
            order,
            lines,
            starts: vec![0],
            columns: Vec::new(),
            levels: Vec::new(),
            squares: Vec::new(),
            tail_starts: vec![0],
            tail: Vec::new(),
            line_of: Vec::new(),
        }
    }

    fn push_row(
        &mut self,
        ratings: impl Iterator<Item = (u32, u8)>,
        line_of: &[u32],
        entries: &mut Vec<Entry>,
    ) {
        entries.clear();
        for (column, level) in ratings {
            match line_of[column as usize] {
                TAIL => self.tail.push((column, level)),
                line => entries.push(Entry::new(self.order, line, level)),
            }
        }
        entries.sort_unstable();
        let empty = Entry::new(self.order, self.lines as u32 - 1, 0);
        for step in entries.chunks(4) {
            let at = |place: usize| step.get(place).copied().unwrap_or(empty);
            let levels = [0, 1, 2, 3].map(|place| at(place).level());
            self.columns.push([0, 1, 2, 3].map(|place| at(place).line()));
            self.levels.push(levels);
            self.squares.push(levels.map(|level| level * level));
        }
        self.starts.push(self.columns.len());
        self.tail_starts.push(self.tail.len());
    }

    fn append(&mut self, part: Self) {
        let (steps, tail) = (self.columns.len(), self.tail.len());
        self.starts.extend(part.starts[1..].iter().map(|start| start + steps));
        self.tail_starts.extend(part.tail_starts[1..].iter().map(|start| start + tail));
        self.columns.extend(part.columns);
        self.levels.extend(part.levels);
        self.squares.extend(part.squares);
        self.tail.extend(part.tail);
    }

    /// Whether blocks hold a column.
    pub(in super::super) fn holds(&self, column: usize) -> bool {
        self.line_of[column] != TAIL
    }

    /// How many bytes the layout takes.
    pub(in super::super) fn bytes(&self) -> usize {
        self.columns.len() * 24 + self.tail.len() * 8 + self.starts.len() * 16
    }

    /// How many lines a block has.
    pub(in super::super) fn lines(&self) -> usize {
        self.lines
    }

    /// The row at a position, over the dense columns.
    pub(in super::super) fn row(&self, position: u32) -> PackedRow<'_> {
        let steps = self.starts[position as usize]..self.starts[position as usize + 1];
        PackedRow {
            columns: &self.columns[steps.clone()],
            levels: &self.levels[steps.clone()],
            squares: &self.squares[steps],
        }
    }

    /// The other columns of the row at a position, with its levels there.
    pub(in super::super) fn tail(&self, position: u32) -> &[(u32, u8)] {
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

/// A rating of a dense column as one number, which sorts fast: for the order of steps its top, then
/// the line and the level.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry(u64);

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

/// Gives a line to every column that is cheaper dense: one that the blocks before its rows meet
/// in fewer steps than it has pairs of rows.
fn lines(view: &View<'_, u8>, order: &RowOrder) -> (Vec<u32>, usize) {
    let positions = order.positions();
    let all = view.columns.len();
    let is_dense = |&column: &u32| {
        let rows = &view.columns.columns()[view.columns.range(column as usize)];
        let pairs = (rows.len() * rows.len().saturating_sub(1) / 2) as u64;
        let block = |&row: &u32| u64::from(positions[row as usize] / LANES as u32 + 1);
        pairs * EVENT_COST > rows.iter().map(block).sum()
    };
    let dense: Vec<u32> = (0..all as u32).into_par_iter().filter(is_dense).collect();
    let mut line_of = vec![TAIL; all];
    for (line, &column) in (0..).zip(&dense) {
        line_of[column as usize] = line;
    }
    (line_of, dense.len())
}
