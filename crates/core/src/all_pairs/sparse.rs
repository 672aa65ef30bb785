//! Tiles with sparse accumulation: each row walks the lists of its columns.

use super::columns::OrderedColumns;
use super::order::RowOrder;
use super::partial::PartialNeighbours;
use super::tile::Tile;
use crate::neighbours::Neighbour;
use crate::similarity::{Accumulator, Cell, Finisher, View};
use crate::sums::{CoRatedSums, PackedSums};

/// The inputs of sparse accumulation, shared by all tiles.
pub(super) struct Sparse<'a, V> {
    pub(super) view: &'a View<'a, V>,
    pub(super) columns: &'a OrderedColumns<V>,
    pub(super) order: &'a RowOrder,
    pub(super) finisher: &'a Finisher<'a>,
}

impl Sparse<'_, u8> {
    /// Like [`offer_pairs`](Self::offer_pairs), with the smallest sums that the tile's rows fit.
    pub(super) fn offer_pairs_of_few_levels(
        &self,
        tile: &Tile,
        packed_length: usize,
        partial: &mut PartialNeighbours,
    ) {
        let length = |position| self.view.rows.row_len(self.order.row(position));
        match tile.rows().all(|position| length(position) <= packed_length) {
            true => self.offer_pairs::<PackedSums>(tile, partial),
            false => self.offer_pairs::<CoRatedSums>(tile, partial),
        }
    }
}

impl<V: Copy + Default> Sparse<'_, V> {
    /// Offers all pairs of a tile. The cost is proportional to the number of co-ratings, so pairs
    /// without any cost nothing. Suited to values of any kind, and to rows with few co-ratings.
    pub(super) fn offer_pairs<S: Cell<V>>(&self, tile: &Tile, partial: &mut PartialNeighbours) {
        let Self { view, columns, order, finisher } = self;
        let mut accumulator = Accumulator::<S>::new(tile.columns());
        let mut entries = Vec::new();
        for position in tile.rows() {
            let row = order.row(position);
            entries.clear();
            entries.extend(view.row(row));
            accumulator.add_from(columns.lists(), &entries, position + 1);
            let facts = finisher.facts(row);
            accumulator.drain(|other_position, sums| {
                let other = order.row(other_position);
                if let Some(similarity) = finisher.similarity(sums, &facts, &finisher.facts(other))
                {
                    let overlap = sums.overlap();
                    let neighbour = |index| Neighbour { index, overlap, similarity };
                    partial.rows().offer(position, neighbour(other));
                    partial.columns().offer(other_position, neighbour(row));
                }
            });
        }
    }
}
