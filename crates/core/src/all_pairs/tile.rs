//! Tiles, the units of work: blocks of rows × blocks of columns of the pair matrix.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;

/// Number of rows of a tile: a few blocks of the kernels, so that even a small data set has work
/// for many threads.
pub(super) const ROWS: u32 = 256;
/// Minimum and maximum number of columns of a tile: many, to amortise the cost of writing the rows
/// into blocks.
const COLUMNS: (u32, u32) = (1024, 16_384);
/// Number of tiles into which the columns of the first rows are split, if there are enough columns,
/// so that threads share these rows: until they are finished, no list has a threshold, and nearly
/// all pairs are kept.
const SPLITS: u32 = 8;

/// A block of the upper triangle of the pair matrix: the pairs (row, column) with row < column.
///
/// Rows and columns are positions in the row order of the computation, by descending number of
/// ratings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tile {
    rows: Range<u32>,
    columns: Range<u32>,
}

impl Tile {
    pub(super) fn new(rows: Range<u32>, columns: Range<u32>) -> Self {
        Self { rows, columns }
    }

    /// The rows, as positions in the row order of the computation.
    pub fn rows(&self) -> Range<u32> {
        self.rows.clone()
    }

    /// The columns: positions of rows of the same side whose pairs with earlier rows are in this
    /// tile.
    pub fn columns(&self) -> Range<u32> {
        self.columns.clone()
    }

    /// Number of pairs in the tile.
    pub fn pairs(&self) -> u64 {
        let after = |row: u32| self.columns.end.saturating_sub(self.columns.start.max(row + 1));
        self.rows().map(|row| u64::from(after(row))).sum()
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rows, columns } = self;
        let (row, row_end, column, column_end) = (rows.start, rows.end, columns.start, columns.end);
        write!(out, "rows {row}..{row_end}, columns {column}..{column_end}")
    }
}

/// The tiles of a computation.
pub(super) struct TilePlan {
    tiles: Vec<Tile>,
    /// The index of the first tile of each block of rows.
    firsts: Vec<usize>,
    /// Number of columns of a tile, except the last ones.
    width: u32,
}

impl TilePlan {
    /// Plans the tiles for the given number of rows, ordered by rows, then by columns.
    pub(super) fn new(rows: u32) -> Self {
        let (mut tiles, mut firsts) = (Vec::new(), Vec::new());
        let width = (rows / SPLITS).next_multiple_of(ROWS).clamp(COLUMNS.0, COLUMNS.1);
        for first_row in (0..rows).step_by(ROWS as usize) {
            firsts.push(tiles.len());
            let first_block = first_row / width * width;
            for first_column in (first_block..rows).step_by(width as usize) {
                let tile = Tile {
                    rows: first_row..first_row.saturating_add(ROWS).min(rows),
                    columns: first_column..first_column.saturating_add(width).min(rows),
                };
                if tile.pairs() > 0 {
                    tiles.push(tile);
                }
            }
        }
        Self { tiles, firsts, width }
    }

    pub(super) fn tiles(&self) -> &[Tile] {
        &self.tiles
    }

    /// Returns the index of the tile with this first row and column; `None` if there is none.
    pub(super) fn index_of(&self, row: u32, column: u32) -> Option<usize> {
        let index = self.index_with(row, column)?;
        let Tile { rows, columns } = &self.tiles[index];
        ((rows.start, columns.start) == (row, column)).then_some(index)
    }

    /// Returns the block of a position: a tile holds either all pairs of two blocks or none.
    pub(super) fn block(position: u32) -> usize {
        (position / ROWS) as usize
    }

    /// Returns for every block whether the tile that pairs it with the block starting at position
    /// `first` is `wanted`.
    pub(super) fn blocks_with(&self, first: u32, wanted: impl Fn(usize) -> bool) -> Vec<bool> {
        let starts = (0..self.firsts.len() as u32).map(|block| block * ROWS);
        let index = |other: u32| self.index_with(first.min(other), first.max(other));
        starts.map(|other| index(other).is_some_and(&wanted)).collect()
    }

    /// Returns the index of the tile that contains a pair, with the row before the column; `None`
    /// if there is none.
    pub(super) fn index_with(&self, row: u32, column: u32) -> Option<usize> {
        let first = *self.firsts.get((row / ROWS) as usize)?;
        let offset = (column / self.width).checked_sub(row / ROWS * ROWS / self.width)?;
        let tile = self.tiles.get(first + offset as usize)?;
        (tile.rows.contains(&row) && tile.columns.contains(&column))
            .then_some(first + offset as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_contain_every_pair_once() {
        for rows in [0, 1, 2, 255, 256, 257, 1023, 1024, 1025, 9000, 140_000] {
            let plan = TilePlan::new(rows);
            let pairs: u64 = plan.tiles().iter().map(Tile::pairs).sum();
            let rows = u64::from(rows);
            assert_eq!(pairs, rows * rows.saturating_sub(1) / 2, "{rows}");
            for (index, tile) in plan.tiles().iter().enumerate() {
                assert_eq!(plan.index_of(tile.rows.start, tile.columns.start), Some(index));
            }
        }
        // Check every pair for one size with tiles on, across and off the diagonal.
        let mut seen = std::collections::HashSet::new();
        let plan = TilePlan::new(17_000);
        for (index, tile) in plan.tiles().iter().enumerate() {
            for row in tile.rows().filter(|row| row % 89 == 0) {
                for column in tile.columns().filter(|&column| column > row) {
                    assert!(seen.insert((row, column)));
                    assert_eq!(plan.index_with(row, column), Some(index));
                }
            }
        }
        assert_eq!(seen.len(), (0..17_000).step_by(89).map(|row| 16_999 - row).sum::<usize>());
    }
}
