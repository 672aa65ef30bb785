//! Tracking of merged tiles.

use std::sync::atomic::{AtomicU8, Ordering};

/// The set of tiles of a computation that have been merged. Empty by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MergedTiles(pub(super) Vec<bool>);

impl MergedTiles {
    /// Number of merged tiles.
    pub fn count(&self) -> usize {
        self.0.iter().filter(|&&merged| merged).count()
    }

    /// Whether the tile at an index has been merged.
    pub(super) fn has(&self, index: usize) -> bool {
        self.0.get(index).is_some_and(|&merged| merged)
    }
}

/// The state of each tile of a computation, shared by the threads that merge them.
pub(super) struct TileStates(Vec<AtomicU8>);

const OPEN: u8 = 0;
/// A thread is merging the tile.
const CLAIMED: u8 = 1;
const MERGED: u8 = 2;

impl TileStates {
    /// Creates the states of the given number of tiles, none of them merged.
    pub(super) fn new(tiles: usize) -> Self {
        Self((0..tiles).map(|_| AtomicU8::new(OPEN)).collect())
    }

    /// Claims a tile for the calling thread. Returns false if the tile has already been claimed or
    /// merged.
    pub(super) fn claim(&self, index: usize) -> bool {
        let state = &self.0[index];
        state.compare_exchange(OPEN, CLAIMED, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// Marks a tile as merged. Must be called after its neighbours have been added to the lists, so
    /// that a thread that observes the mark also observes the neighbours.
    pub(super) fn set_merged(&self, index: usize) {
        self.0[index].store(MERGED, Ordering::Release);
    }

    pub(super) fn merged(&self) -> MergedTiles {
        let is_merged = |state: &AtomicU8| state.load(Ordering::Acquire) == MERGED;
        MergedTiles(self.0.iter().map(is_merged).collect())
    }
}
