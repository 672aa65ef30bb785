//! The lists of a finished computation.

use super::lists::NeighbourLists;
use super::order::RowOrder;
use crate::ids::{DenseIdx, RowIdx};
use crate::neighbours::NeighbourIndex;
use crate::side::Side;

/// The neighbour lists of a finished computation, from [`AllPairs::into_lists`](super::AllPairs::into_lists).
///
/// They do not borrow the matrix, so it can be dropped before [`into_index`](Self::into_index), during which
/// the neighbours are in memory twice.
pub struct FinishedLists {
    side: Side,
    lists: NeighbourLists,
    /// The position of every row.
    positions: Vec<u32>,
}

impl FinishedLists {
    pub(super) fn new(side: Side, lists: NeighbourLists, order: &RowOrder) -> Self {
        Self { side, lists, positions: order.positions() }
    }

    /// Whether a row has neighbours; `false` past the last row.
    pub fn has_neighbours(&self, row: impl Into<RowIdx>) -> bool {
        self.positions.get(row.into().at()).is_some_and(|&at| self.lists.has_neighbours(at))
    }

    /// Sorts the lists and returns them as an index.
    pub fn into_index(self) -> NeighbourIndex {
        self.lists.finish(self.side, &self.positions)
    }
}
