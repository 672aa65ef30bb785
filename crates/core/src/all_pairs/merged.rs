//! Which tiles the lists have.

use std::sync::atomic::{AtomicU8, Ordering};

/// Which tiles of a computation are merged into its lists. The default: none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MergedTiles(pub(super) Vec<bool>);

impl MergedTiles {
    /// How many.
    pub fn count(&self) -> usize {
        self.0.iter().filter(|&&merged| merged).count()
    }

    /// Whether the tile at a place is.
    pub(super) fn has(&self, place: usize) -> bool {
        self.0.get(place).is_some_and(|&merged| merged)
    }
}

/// How far each tile of a computation is, as many threads merge them.
pub(super) struct TileStates(Vec<AtomicU8>);

const OPEN: u8 = 0;
/// A thread is merging it.
const CLAIMED: u8 = 1;
const MERGED: u8 = 2;

impl TileStates {
    /// So many tiles, none of them merged.
    pub(super) fn new(tiles: usize) -> Self {
        Self((0..tiles).map(|_| AtomicU8::new(OPEN)).collect())
    }

    /// Claims a tile for the calling thread; false if it is merged or claimed already.
    pub(super) fn claim(&self, place: usize) -> bool {
        let state = &self.0[place];
        state.compare_exchange(OPEN, CLAIMED, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// Marks a tile as merged, after its neighbours are in the lists: whoever sees the mark sees them.
    pub(super) fn set_merged(&self, place: usize) {
        self.0[place].store(MERGED, Ordering::Release);
    }

    pub(super) fn merged(&self) -> MergedTiles {
        let is_merged = |state: &AtomicU8| state.load(Ordering::Acquire) == MERGED;
        MergedTiles(self.0.iter().map(is_merged).collect())
    }
}
