//! The neighbour lists of all rows during a computation.

use super::fingerprint::Fingerprint;
use super::partial::PartialNeighbours;
use super::tile::Tile;
use crate::csr::Csr;
use crate::neighbours::{Neighbour, NeighbourIndex};
use crate::parameters::ModelParameters;
use crate::side::Side;
use crate::top_k::{RankKey, TopK};
use rayon::prelude::*;
use std::mem;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Number of rows that share a lock: the rows of one tile.
const BAND: usize = super::tile::ROWS as usize;

/// The neighbour lists by position, in bands that share a lock.
pub(super) struct NeighbourLists {
    k: usize,
    bands: Vec<Mutex<Vec<TopK>>>,
    /// Merged partial neighbours, kept to reuse their memory.
    idle: Mutex<Vec<PartialNeighbours>>,
}

impl NeighbourLists {
    pub(super) fn new(rows: usize, parameters: &ModelParameters) -> Self {
        // No list can be longer than the number of rows.
        let k = parameters.k().min(rows.max(1));
        let threshold = parameters.floor().map_or(RankKey::LAST, RankKey::before_all_with);
        let band = |first: usize| Mutex::new(vec![TopK::before(threshold); BAND.min(rows - first)]);
        let bands = (0..rows).step_by(BAND).map(band).collect();
        Self { k, bands, idle: Mutex::default() }
    }

    /// Returns empty lists for a tile of a computation, with the current thresholds for offers.
    pub(super) fn start(&self, computation: Fingerprint, tile: &Tile) -> PartialNeighbours {
        let mut partial = lock(&self.idle).pop().unwrap_or_default();
        partial.reset(computation, self.k, tile);
        for part in partial.parts() {
            self.for_each_list(part.range(), |list| part.open(list.threshold()));
        }
        partial
    }

    /// Returns the memory of partial lists for reuse.
    pub(super) fn recycle(&self, partial: PartialNeighbours) {
        lock(&self.idle).push(partial);
    }

    /// Memory use in bytes once all lists are full.
    pub(super) fn bytes(&self) -> usize {
        let rows: usize = self.bands.iter().map(|band| lock(band).len()).sum();
        rows * (self.k + self.k / 4 + 1) * size_of::<RankKey>()
    }

    pub(super) fn merge(&self, mut partial: PartialNeighbours) {
        for part in partial.parts() {
            let range = part.range();
            let mut partial_lists = part.lists().iter_mut();
            self.for_each_list(range, |list| {
                if let Some(partial_list) = partial_lists.next() {
                    list.merge(self.k, partial_list);
                }
            });
        }
        self.recycle(partial);
    }

    /// Offers further neighbours, by position, to the lists.
    pub(super) fn offer_all(&self, more: &Csr<Neighbour>) {
        self.bands.par_iter().enumerate().for_each(|(band, lists)| {
            for (list, position) in lock(lists).iter_mut().zip(band * BAND..) {
                for &neighbour in more.of(position) {
                    list.offer(self.k, neighbour.into());
                }
            }
        });
    }

    /// Approximate total number of neighbours in all lists.
    pub(super) fn neighbours(&self) -> usize {
        self.bands.iter().map(|band| lock(band).iter().map(TopK::len).sum::<usize>()).sum()
    }

    /// Visits the lists by position, a band at a time, with the first position of the band. Lists
    /// are cut to their k best first.
    pub(super) fn for_each_band(&self, mut visit: impl FnMut(u32, &[TopK])) {
        for (first, band) in (0..).step_by(BAND).zip(&self.bands) {
            let mut band = lock(band);
            band.iter_mut().for_each(|list| list.cut(self.k));
            visit(first, &band);
        }
    }

    /// Visits the lists of a range of positions in order, locking each band once.
    fn for_each_list(&self, range: Range<u32>, mut visit: impl FnMut(&mut TopK)) {
        let range = range.start as usize..range.end as usize;
        let mut position = range.start;
        while position < range.end {
            let band_end = ((position / BAND + 1) * BAND).min(range.end);
            let mut band = lock(&self.bands[position / BAND]);
            let first = position / BAND * BAND;
            band[position - first..band_end - first].iter_mut().for_each(&mut visit);
            position = band_end;
        }
    }

    /// Whether the list at a position has neighbours.
    pub(super) fn has_neighbours(&self, position: u32) -> bool {
        let position = position as usize;
        lock(&self.bands[position / BAND])[position % BAND].len() > 0
    }

    /// Returns the lists by row; `positions` maps every row to its position.
    pub(super) fn finish(self, side: Side, positions: &[u32]) -> NeighbourIndex {
        drop(self.idle);
        let bands = self.bands.into_par_iter().map(|band| {
            let mut lists = band.into_inner().unwrap_or_else(PoisonError::into_inner);
            lists.iter_mut().for_each(|list| list.sort(self.k));
            lists
        });
        let mut bands: Vec<Vec<TopK>> = bands.collect();
        let entries = bands.iter().flatten().map(TopK::len).sum();
        let mut lists = Csr::with_capacity(positions.len(), entries);
        for &position in positions {
            let list = &mut bands[position as usize / BAND][position as usize % BAND];
            // Each list is freed as soon as it has been copied, so the lists are held in memory
            // only about once.
            let list = mem::replace(list, TopK::before(RankKey::LAST));
            lists.push(list.neighbours());
        }
        NeighbourIndex::from_valid_lists(side, lists)
    }
}

/// Locks a mutex, ignoring poisoning: the guarded values are changed only by single pushes, so they
/// stay consistent if a thread panics.
fn lock<T>(guarded: &Mutex<T>) -> MutexGuard<'_, T> {
    guarded.lock().unwrap_or_else(PoisonError::into_inner)
}
