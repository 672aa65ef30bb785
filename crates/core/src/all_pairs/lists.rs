//! The lists of all rows while they grow.

use super::fingerprint::Fingerprint;
use super::order::RowOrder;
use super::partial::PartialNeighbours;
use super::tile::Tile;
use super::top_k::{RankKey, TopK};
use crate::csr::Csr;
use crate::neighbours::{Neighbour, NeighbourIndex};
use crate::parameters::ModelParameters;
use rayon::prelude::*;
use std::mem;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many rows share a lock: those that tiles compute together.
const BAND: usize = super::tile::ROWS as usize;

/// The growing lists by position, in bands that are locked together.
pub(super) struct NeighbourLists {
    k: usize,
    bands: Vec<Mutex<Vec<TopK>>>,
    /// Partial neighbours that were merged: their memory serves again.
    idle: Mutex<Vec<PartialNeighbours>>,
}

impl NeighbourLists {
    pub(super) fn new(rows: usize, parameters: &ModelParameters) -> Self {
        // No list can be longer than the other rows are many.
        let k = parameters.k().min(rows.max(1));
        let open = parameters.floor().map_or(RankKey::LAST, RankKey::before_all_of);
        let band = |first: usize| Mutex::new(vec![TopK::before(open); BAND.min(rows - first)]);
        let bands = (0..rows).step_by(BAND).map(band).collect();
        Self { k, bands, idle: Mutex::default() }
    }

    /// Empty lists for a tile of a computation, which know the bars that offers have to pass.
    pub(super) fn start(&self, computation: Fingerprint, tile: &Tile) -> PartialNeighbours {
        let mut partial = lock(&self.idle).pop().unwrap_or_default();
        partial.restart(computation, self.k, tile);
        for part in partial.parts() {
            self.each_band(part.range(), |list| part.open(list.bar()));
        }
        partial
    }

    /// Gives the memory of partial lists back.
    pub(super) fn discard(&self, partial: PartialNeighbours) {
        lock(&self.idle).push(partial);
    }

    /// Bytes of the full lists.
    pub(super) fn bytes(&self) -> usize {
        let rows: usize = self.bands.iter().map(|band| lock(band).len()).sum();
        rows * (self.k + self.k / 4 + 1) * size_of::<RankKey>()
    }

    pub(super) fn merge(&self, mut partial: PartialNeighbours) {
        for part in partial.parts() {
            let range = part.range();
            let mut gathered = part.lists().iter_mut();
            self.each_band(range, |list| {
                if let Some(gathered) = gathered.next() {
                    list.take(self.k, gathered);
                }
            });
        }
        self.discard(partial);
    }

    /// Has the lists take in more neighbours, those of each by its position.
    pub(super) fn take_in(&self, more: &Csr<Neighbour>) {
        self.bands.par_iter().enumerate().for_each(|(band, lists)| {
            for (list, position) in lock(lists).iter_mut().zip(band * BAND..) {
                for &neighbour in more.of(position) {
                    list.offer(self.k, neighbour.into());
                }
            }
        });
    }

    /// How many neighbours all lists keep, about.
    pub(super) fn neighbours(&self) -> usize {
        self.bands.iter().map(|band| lock(band).iter().map(TopK::len).sum::<usize>()).sum()
    }

    /// Visits the lists by position, cut to the k best, a band at a time, with its first position.
    pub(super) fn each_band_cut(&self, mut visit: impl FnMut(u32, &[TopK])) {
        for (first, band) in (0..).step_by(BAND).zip(&self.bands) {
            let mut band = lock(band);
            band.iter_mut().for_each(|list| list.cut(self.k));
            visit(first, &band);
        }
    }

    /// Visits the lists of a range of positions in order, a band under one lock.
    fn each_band(&self, range: Range<u32>, mut visit: impl FnMut(&mut TopK)) {
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

    pub(super) fn finish(self, parameters: &ModelParameters, order: &RowOrder) -> NeighbourIndex {
        drop(self.idle);
        let bands = self.bands.into_par_iter().map(|band| {
            let mut lists = band.into_inner().unwrap_or_else(PoisonError::into_inner);
            lists.iter_mut().for_each(|list| list.sort(self.k));
            lists
        });
        let mut bands: Vec<Vec<TopK>> = bands.collect();
        let entries = bands.iter().flatten().map(TopK::len).sum();
        let mut lists = Csr::with_capacity(order.len(), entries);
        for position in order.positions() {
            let list = &mut bands[position as usize / BAND][position as usize % BAND];
            // Freed as it is copied, so that the lists are held about once.
            let list = mem::replace(list, TopK::before(RankKey::LAST));
            lists.push(list.neighbours());
        }
        NeighbourIndex::of_lists(parameters.side(), lists)
    }
}

/// What a lock guards stays whole if a thread died while it held it: it is changed by single pushes.
fn lock<T>(guarded: &Mutex<T>) -> MutexGuard<'_, T> {
    guarded.lock().unwrap_or_else(PoisonError::into_inner)
}
