//! The unit of work: a block of rows × a block of columns of the pair matrix.

use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Rows that are computed together: a few blocks of the kernels, so that a small set still makes
/// work for many threads.
const ROWS: u32 = 256;
/// Columns that are computed together: many, so that writing the rows into blocks costs little.
const COLUMNS: u32 = 16_384;

/// A block of the upper triangle of the pair matrix: the pairs (row, column) with row < column.
///
/// Rows and columns are places in the order of the computation, by falling number of ratings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tile {
    rows: Range<u32>,
    columns: Range<u32>,
}

impl Tile {
    /// The rows, as places in the order of the computation.
    pub fn rows(&self) -> Range<u32> {
        self.rows.clone()
    }

    /// The columns: rows of the same side, whose pairs with an earlier row are in this tile.
    pub fn columns(&self) -> Range<u32> {
        self.columns.clone()
    }

    /// How many pairs the tile holds.
    pub fn pairs(&self) -> u64 {
        let after = |row: u32| self.columns.end.saturating_sub(self.columns.start.max(row + 1));
        self.rows().map(|row| u64::from(after(row))).sum()
    }
}

/// The tiles of a side.
pub(super) struct TilePlan {
    tiles: Vec<Tile>,
}

impl TilePlan {
    /// Tiles for `rows` rows, in order of their rows, then of their columns.
    pub(super) fn new(rows: u32) -> Self {
        let mut tiles = Vec::new();
        for first_row in (0..rows).step_by(ROWS as usize) {
            let first_block = first_row / COLUMNS * COLUMNS;
            for first_column in (first_block..rows).step_by(COLUMNS as usize) {
                let tile = Tile {
                    rows: first_row..first_row.saturating_add(ROWS).min(rows),
                    columns: first_column..first_column.saturating_add(COLUMNS).min(rows),
                };
                if tile.pairs() > 0 {
                    tiles.push(tile);
                }
            }
        }
        Self { tiles }
    }

    pub(super) fn tiles(&self) -> &[Tile] {
        &self.tiles
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_hold_every_pair_once() {
        for rows in [0, 1, 2, 255, 256, 257, 16_383, 16_384, 16_385, 40_000] {
            let plan = TilePlan::new(rows);
            let pairs: u64 = plan.tiles().iter().map(Tile::pairs).sum();
            let rows = u64::from(rows);
            assert_eq!(pairs, rows * rows.saturating_sub(1) / 2, "{rows}");
        }
        // By pair for one size that has tiles on, across and off the diagonal.
        let mut seen = std::collections::HashSet::new();
        for tile in TilePlan::new(17_000).tiles() {
            for row in tile.rows().filter(|row| row % 89 == 0) {
                for column in tile.columns().filter(|&column| column > row) {
                    assert!(seen.insert((row, column)));
                }
            }
        }
        assert_eq!(seen.len(), (0..17_000).step_by(89).map(|row| 16_999 - row).sum::<usize>());
    }
}
