//! The all-pairs computation: the nearest neighbours of every row, tile by tile.

mod bytes;
mod checkpoint;
mod columns;
mod costs;
mod dense;
mod fingerprint;
mod finished;
mod kernel;
mod layout;
mod lists;
mod merged;
mod observer;
mod order;
mod partial;
mod resume;
mod run;
mod sparse;
mod tile;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use costs::Work;
pub use finished::FinishedLists;
pub use kernel::{Kernel, KernelError};
pub use merged::MergedTiles;
pub use observer::{Cancelled, Observer, Progress, Unobserved};
pub use partial::{MergeError, PartialNeighbours};
pub use tile::Tile;

use crate::matrix::RatingMatrix;
use crate::neighbours::NeighbourIndex;
use crate::parameters::ModelParameters;
use crate::similarity::{Plane, Similarities};
use columns::OrderedColumns;
use costs::Costs;
use fingerprint::Fingerprint;
use layout::Layout;
use lists::NeighbourLists;
use merged::TileStates;
use order::RowOrder;
use partial::{Part, ReadNeighbours};
use sparse::Sparse;
use tile::TilePlan;

/// The error returned when not all tiles have been merged, so neighbour lists may be incomplete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected all {tiles} tiles to be merged, found {merged}")]
pub struct Incomplete {
    /// Number of merged tiles.
    pub merged: usize,
    /// Number of tiles in the plan.
    pub tiles: usize,
}

/// An all-pairs computation: a plan of tiles, and the neighbour lists into which their results are
/// merged.
///
/// The finished lists depend only on the ratings and the parameters: not on the number of threads,
/// nor on the order in which tiles are computed and merged.
///
/// ```
/// # use likemind::{AllPairs, ModelOptions, RatingMatrix, RatingScale, RatingTable, Side, Unobserved, UserIdx};
/// # let mut table = RatingTable::new();
/// # for (user, ratings) in [("ada", [1.0, 2.0, 3.0]), ("bob", [2.0, 4.0, 5.0])] {
/// #     for (item, rating) in ["x", "y", "z"].into_iter().zip(ratings) {
/// #         table.push(user, item, rating, None).unwrap();
/// #     }
/// # }
/// # let matrix = RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap();
/// let parameters = ModelOptions::new(Side::Users).check().unwrap();
/// let index = AllPairs::new(&matrix, parameters).run(&Unobserved).unwrap();
/// assert_eq!(index.list(UserIdx(0))[0].index.user(), UserIdx(1));
/// ```
pub struct AllPairs<'a> {
    similarities: Similarities<'a>,
    parameters: ModelParameters,
    order: RowOrder,
    plan: TilePlan,
    layout: Layout,
    costs: Costs,
    /// Column layout for tiles that are cheaper with the sparse kernel; `None` if there are none.
    sparse_columns: Option<OrderedColumns<u8>>,
    lists: NeighbourLists,
    states: TileStates,
    fingerprint: Fingerprint,
}

impl<'a> AllPairs<'a> {
    /// Plans the computation of all pairs of a matrix, using the fastest kernel for each tile. Lays
    /// out the ratings, and fits a baseline if the measure needs one; all other work is done per
    /// tile.
    pub fn new(matrix: &'a RatingMatrix, parameters: ModelParameters) -> Self {
        Self::with_kernel(matrix, parameters, None)
    }

    /// Like [`new`](Self::new), but computes all tiles with the given kernel, as far as it supports
    /// them: the block kernels require a scale of at most 11 levels and a measure on the ratings
    /// themselves.
    pub fn with_kernel(
        matrix: &'a RatingMatrix,
        parameters: ModelParameters,
        kernel: Option<Kernel>,
    ) -> Self {
        let similarities = Similarities::new(matrix, parameters.side(), parameters.similarity());
        let order = RowOrder::new(matrix.rows(parameters.side()));
        let plan = TilePlan::new(order.len() as u32);
        let layout = Layout::new(&similarities, &order, kernel);
        let lists = NeighbourLists::new(order.len(), &parameters);
        let side = parameters.side();
        let (rows, columns) = (matrix.rows(side), matrix.rows(side.other()));
        let costs = Costs::new(rows, columns, &order, layout.head(), plan.tiles());
        let sparse_columns = match similarities.plane() {
            Plane::FewLevels { view, .. }
                if kernel.is_none()
                    && layout.head().is_some()
                    && costs.sparse_pays_off(plan.tiles()) =>
            {
                Some(OrderedColumns::from_view(view, &order))
            }
            _ => None,
        };
        let states = TileStates::new(plan.tiles().len());
        let fingerprint = Fingerprint::new(matrix, &parameters, &order, plan.tiles());
        Self {
            similarities,
            parameters,
            order,
            plan,
            layout,
            costs,
            sparse_columns,
            lists,
            states,
            fingerprint,
        }
    }

    /// The tiles of the plan, which together contain every pair exactly once.
    pub fn tiles(&self) -> &[Tile] {
        self.plan.tiles()
    }

    /// Number of pairs of rows, n(n − 1)/2.
    pub fn pairs(&self) -> u64 {
        self.tiles().iter().map(Tile::pairs).sum()
    }

    /// The kernel that computes the tiles, or the most expensive of them if some are computed with
    /// the sparse kernel.
    pub fn kernel(&self) -> Kernel {
        self.layout.kernel()
    }

    /// Number of co-ratings over all pairs: Σ c(c − 1)/2 over the column lengths c. This is the
    /// number of steps that a sparse computation takes.
    pub fn co_ratings(&self) -> u64 {
        let columns = self.similarities.matrix().rows(self.parameters.side().other());
        columns.indices().map(|column| costs::pairs(columns.row_len(column) as u64)).sum()
    }

    /// Returns the expected cost of a tile.
    pub fn work(&self, tile: &Tile) -> Work {
        let sparse = self.layout.head().is_none() || self.sparse_columns_for(tile).is_some();
        let sums = if sparse { self.costs.sparse(tile) } else { self.costs.dense(tile) };
        Work { sums, offers: self.costs.offers(tile, self.parameters.k()) }
    }

    /// Returns the approximate peak memory use in bytes with the given number of threads, not
    /// counting the matrix.
    pub fn bytes(&self, threads: usize) -> u64 {
        let (layout, workspace) = self.layout.bytes();
        let sparse_columns = self.sparse_columns.as_ref().map_or(0, OrderedColumns::bytes);
        let index = self.order.len() * self.parameters.k().min(self.order.len()) * 16;
        // The index is made after everything but the lists has been freed.
        let beside_lists = index.max(layout + sparse_columns + workspace * threads);
        (self.lists.bytes() + beside_lists) as u64
    }

    /// Computes the pairs of one tile and returns the neighbours they contribute to its rows and
    /// columns: all that can still be among the k nearest, given the tiles merged so far.
    pub fn compute(&self, tile: &Tile) -> PartialNeighbours {
        self.offer_pairs(tile, self.lists.start(self.fingerprint, tile))
    }

    /// Computes the sums of a tile and discards them, to measure how long that takes. This is the
    /// `sums` part of its [`work`](Self::work).
    pub fn compute_and_discard(&self, tile: &Tile) {
        let mut partial = self.lists.start(self.fingerprint, tile);
        partial.parts().into_iter().for_each(Part::close);
        self.lists.recycle(self.offer_pairs(tile, partial));
    }

    fn offer_pairs(&self, tile: &Tile, mut partial: PartialNeighbours) -> PartialNeighbours {
        let (similarities, order) = (&self.similarities, &self.order);
        match (self.sparse_columns_for(tile), similarities.plane()) {
            (Some(columns), Plane::FewLevels { view, packed_length }) => {
                let finisher = similarities.finisher();
                let sparse = Sparse { view, columns, order, finisher };
                sparse.offer_pairs_of_few_levels(tile, *packed_length, &mut partial);
            }
            _ => self.layout.offer_pairs(similarities, order, tile, &mut partial),
        }
        partial
    }

    /// Returns the columns for the sparse kernel if that is cheaper for this tile.
    fn sparse_columns_for(&self, tile: &Tile) -> Option<&OrderedColumns<u8>> {
        self.sparse_columns.as_ref().filter(|_| self.costs.prefers_sparse(tile))
    }

    /// Reads the neighbours of a tile that was computed elsewhere for this computation, as written
    /// by [`PartialNeighbours::to_bytes`].
    ///
    /// # Errors
    /// Returns [`MergeError`] if the bytes are damaged or belong to another computation.
    pub fn partial_from_bytes(&self, bytes: &[u8]) -> Result<PartialNeighbours, MergeError> {
        let read = ReadNeighbours::from_bytes(bytes)?;
        if read.computation != self.fingerprint {
            return Err(MergeError::OtherComputation);
        }
        let index = self
            .plan
            .index_of(read.first_row, read.first_column)
            .ok_or(MergeError::OtherComputation)?;
        let mut partial = self.lists.start(self.fingerprint, &self.tiles()[index]);
        read.offer_to(&mut partial, &self.order.positions())?;
        Ok(partial)
    }

    /// Merges the result of a tile into the lists. Tiles may be merged in any order and from any
    /// thread, each of them once.
    ///
    /// # Errors
    /// Returns [`MergeError`] if the result belongs to another computation, or its tile has already
    /// been merged. The lists are then unchanged.
    pub fn merge(&self, partial: PartialNeighbours) -> Result<(), MergeError> {
        let tile = partial.tile();
        let index = self.plan.index_of(tile.rows().start, tile.columns().start);
        let index = index.filter(|_| partial.computation() == self.fingerprint);
        let index = index.ok_or(MergeError::OtherComputation)?;
        if !self.states.claim(index) {
            return Err(MergeError::Repeated { tile });
        }
        self.lists.merge(partial);
        self.states.set_merged(index);
        Ok(())
    }

    /// The tiles merged so far.
    pub fn merged(&self) -> MergedTiles {
        self.states.merged()
    }

    /// Finishes the computation and returns the neighbour index.
    ///
    /// # Errors
    /// Returns [`Incomplete`] if not all tiles have been merged.
    pub fn finish(self) -> Result<NeighbourIndex, Incomplete> {
        Ok(self.into_lists()?.into_index())
    }

    /// Finishes the computation and returns the lists, freeing the laid-out ratings.
    ///
    /// # Errors
    /// Returns [`Incomplete`] if not all tiles have been merged.
    pub fn into_lists(self) -> Result<FinishedLists, Incomplete> {
        let (merged, tiles) = (self.merged().count(), self.tiles().len());
        if merged < tiles {
            return Err(Incomplete { merged, tiles });
        }
        Ok(FinishedLists::new(self.parameters.side(), self.lists, &self.order))
    }
}
