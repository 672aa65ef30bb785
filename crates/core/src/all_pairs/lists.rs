//! The lists of all rows while they grow, and what a tile adds to them.

use super::tile::Tile;
use super::top_k::TopK;
use crate::neighbours::{Neighbour, NeighbourIndex};
use crate::side::Side;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many rows share a lock.
const BAND: usize = 256;

/// The growing lists, in bands of rows that are locked together.
pub(super) struct NeighbourLists {
    k: usize,
    bands: Vec<Mutex<Vec<TopK>>>,
}

/// What the pairs of one tile give to the lists of its rows and of its columns.
pub struct PartialNeighbours {
    rows: Part,
    columns: Part,
}

/// Lists of a range of rows.
struct Part {
    range: Range<u32>,
    lists: Vec<TopK>,
}

impl Part {
    fn offer(&mut self, row: u32, neighbour: Neighbour) {
        self.lists[(row - self.range.start) as usize].offer(neighbour);
    }
}

impl PartialNeighbours {
    pub(super) fn offer_row(&mut self, row: u32, neighbour: Neighbour) {
        self.rows.offer(row, neighbour);
    }

    pub(super) fn offer_column(&mut self, column: u32, neighbour: Neighbour) {
        self.columns.offer(column, neighbour);
    }
}

impl NeighbourLists {
    pub(super) fn new(rows: usize, k: usize) -> Self {
        // No list can be longer than the other rows are many.
        let k = k.min(rows.max(1));
        let band = |first: usize| Mutex::new(vec![TopK::new(k); BAND.min(rows - first)]);
        Self { k, bands: (0..rows).step_by(BAND).map(band).collect() }
    }

    /// Empty lists for a tile, which know the bars that offers have to pass.
    pub(super) fn start(&self, tile: &Tile) -> PartialNeighbours {
        PartialNeighbours { rows: self.part(tile.rows()), columns: self.part(tile.columns()) }
    }

    fn part(&self, range: Range<u32>) -> Part {
        let mut lists = Vec::with_capacity(range.len());
        self.each_band(range.clone(), |_, list| lists.push(TopK::above(self.k, list.bar())));
        Part { range, lists }
    }

    pub(super) fn merge(&self, partial: PartialNeighbours) {
        for part in [partial.rows, partial.columns] {
            let mut lists = part.lists.into_iter();
            self.each_band(part.range, |_, list| {
                let kept = lists.next().map(TopK::into_kept).unwrap_or_default();
                kept.into_iter().for_each(|neighbour| list.offer(neighbour));
            });
        }
    }

    /// Visits the lists of a range of rows in order, a band under one lock.
    fn each_band(&self, range: Range<u32>, mut visit: impl FnMut(usize, &mut TopK)) {
        let range = range.start as usize..range.end as usize;
        let mut row = range.start;
        while row < range.end {
            let band_end = ((row / BAND + 1) * BAND).min(range.end);
            let mut band = lock(&self.bands[row / BAND]);
            for row in row..band_end {
                visit(row, &mut band[row % BAND]);
            }
            row = band_end;
        }
    }

    pub(super) fn finish(self, side: Side) -> NeighbourIndex {
        let bands = self.bands.into_par_iter();
        let sorted: Vec<Vec<Vec<Neighbour>>> = bands
            .map(|band| {
                let band = band.into_inner().unwrap_or_else(PoisonError::into_inner);
                band.into_iter().map(TopK::into_sorted).collect()
            })
            .collect();
        NeighbourIndex::from_sorted(side, sorted.into_iter().flatten())
    }
}

/// A band stays whole if a thread died while it held the lock: an offer is one push.
fn lock(band: &Mutex<Vec<TopK>>) -> MutexGuard<'_, Vec<TopK>> {
    band.lock().unwrap_or_else(PoisonError::into_inner)
}
