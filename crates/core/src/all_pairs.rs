//! The neighbours of every row: all pairs of a side, tile by tile.

mod bytes;
mod checkpoint;
mod columns;
mod costs;
mod dense;
mod fingerprint;
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
mod top_k;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use costs::Work;
pub use kernel::{Kernel, KernelError};
pub use merged::MergedTiles;
pub use observer::{Cancelled, Observer, Progress, Unobserved};
pub use partial::{MergeError, PartialNeighbours};
pub use tile::Tile;

use crate::matrix::RatingMatrix;
use crate::neighbours::NeighbourIndex;
use crate::parameters::ModelParameters;
use crate::similarity::{Plane, Similarities};
use crate::sums::CoRatedSums;
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

/// Not every tile is merged, so that lists may lack neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected all {tiles} tiles to be merged, found {merged}")]
pub struct Incomplete {
    /// How many are merged.
    pub merged: usize,
    /// How many there are.
    pub tiles: usize,
}

/// The all-pairs computation: a plan of tiles, and the lists that their results are merged into.
///
/// The finished lists depend on the ratings and the parameters alone: not on the number of
/// threads, nor on the order in which tiles are computed and merged.
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
/// assert_eq!(index.of(UserIdx(0))[0].index.user(), UserIdx(1));
/// ```
pub struct AllPairs<'a> {
    similarities: Similarities<'a>,
    parameters: ModelParameters,
    order: RowOrder,
    plan: TilePlan,
    layout: Layout,
    costs: Costs,
    /// For tiles that are cheaper sparse, where there are any.
    light: Option<OrderedColumns<u8>>,
    lists: NeighbourLists,
    states: TileStates,
    fingerprint: Fingerprint,
}

impl<'a> AllPairs<'a> {
    /// The computation of all pairs of a matrix, each tile by the kernel that is fastest for it.
    /// Lays the ratings out, and fits a baseline if the measure needs one; all other work is in the
    /// tiles.
    pub fn new(matrix: &'a RatingMatrix, parameters: ModelParameters) -> Self {
        Self::with_kernel(matrix, parameters, None)
    }

    /// As [`new`](Self::new), with all tiles by the kernel given, as far as it can compute them:
    /// the block kernels take scales of at most 11 levels, and measures on the ratings themselves.
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
        let light = match similarities.plane() {
            Plane::Levels(view)
                if kernel.is_none()
                    && layout.head().is_some()
                    && costs.light_is_worth_it(plan.tiles()) =>
            {
                Some(OrderedColumns::of_view(view, &order))
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
            light,
            lists,
            states,
            fingerprint,
        }
    }

    /// The tiles that together hold every pair once.
    pub fn tiles(&self) -> &[Tile] {
        self.plan.tiles()
    }

    /// How many pairs of rows there are, n(n − 1)/2.
    pub fn pairs(&self) -> u64 {
        self.tiles().iter().map(Tile::pairs).sum()
    }

    /// The kernel that computes the tiles, or the heavier of them.
    pub fn kernel(&self) -> Kernel {
        self.layout.kernel()
    }

    /// How many times two rows meet in a column, of all pairs: Σ c(c − 1)/2 over the columns' lengths
    /// c, which is what sparse ways of computing them walk through.
    pub fn co_ratings(&self) -> u64 {
        let columns = self.similarities.matrix().rows(self.parameters.side().other());
        columns.indices().map(|column| costs::pairs(columns.row_len(column) as u64)).sum()
    }

    /// What a tile is expected to cost.
    pub fn work(&self, tile: &Tile) -> Work {
        let sparse = self.layout.head().is_none() || self.light_for(tile).is_some();
        let sums = if sparse { self.costs.sparsely(tile) } else { self.costs.by_blocks(tile) };
        Work { sums, offers: self.costs.offers(tile, self.parameters.k()) }
    }

    /// About how many bytes the computation takes at its peak on so many threads, besides the matrix.
    pub fn bytes(&self, threads: usize) -> u64 {
        let (layout, workspace) = self.layout.bytes();
        let light = self.light.as_ref().map_or(0, OrderedColumns::bytes);
        let index = self.order.len() * self.parameters.k().min(self.order.len()) * 16;
        (layout + light + workspace * threads + self.lists.bytes() + index) as u64
    }

    /// The neighbours that the pairs of one tile give to its rows and columns: all of them that
    /// can be among the k nearest, as far as the tiles merged so far tell.
    pub fn compute(&self, tile: &Tile) -> PartialNeighbours {
        self.offer_pairs(tile, self.lists.start(self.fingerprint, tile))
    }

    /// Computes the sums of a tile and keeps nothing, to see how long that takes: the part
    /// `sums` of its [`work`](Self::work).
    pub fn rehearse(&self, tile: &Tile) {
        let mut partial = self.lists.start(self.fingerprint, tile);
        partial.parts().into_iter().for_each(Part::close);
        self.lists.discard(self.offer_pairs(tile, partial));
    }

    fn offer_pairs(&self, tile: &Tile, mut partial: PartialNeighbours) -> PartialNeighbours {
        let (similarities, order) = (&self.similarities, &self.order);
        match (self.light_for(tile), similarities.plane()) {
            (Some(columns), Plane::Levels(view)) => {
                let finisher = similarities.finisher();
                let sparse = Sparse { view, columns, order, finisher };
                sparse.offer_pairs::<CoRatedSums>(tile, &mut partial);
            }
            _ => self.layout.offer_pairs(similarities, order, tile, &mut partial),
        }
        partial
    }

    /// The columns to walk for a tile that is cheaper sparse.
    fn light_for(&self, tile: &Tile) -> Option<&OrderedColumns<u8>> {
        self.light.as_ref().filter(|_| self.costs.prefers_sparse(tile))
    }

    /// Reads the neighbours of a tile that this computation computed elsewhere, from
    /// [`PartialNeighbours::to_bytes`].
    ///
    /// # Errors
    /// [`MergeError`] if the bytes are damaged or of another computation.
    pub fn partial_from_bytes(&self, bytes: &[u8]) -> Result<PartialNeighbours, MergeError> {
        let read = ReadNeighbours::from_bytes(bytes)?;
        if read.computation != self.fingerprint {
            return Err(MergeError::OtherComputation);
        }
        let place = self
            .plan
            .place_of(read.first_row, read.first_column)
            .ok_or(MergeError::OtherComputation)?;
        let mut partial = self.lists.start(self.fingerprint, &self.tiles()[place]);
        read.offer_to(&mut partial, &self.order.positions())?;
        Ok(partial)
    }

    /// Takes the result of a tile into the lists. Tiles are merged in any order, from any threads, each
    /// of them once.
    ///
    /// # Errors
    /// [`MergeError`] if it is of another computation, or its tile is merged already. Then nothing
    /// has changed.
    pub fn merge(&self, partial: PartialNeighbours) -> Result<(), MergeError> {
        let tile = partial.tile();
        let place = self.plan.place_of(tile.rows().start, tile.columns().start);
        let place = place.filter(|_| partial.computation() == self.fingerprint);
        let place = place.ok_or(MergeError::OtherComputation)?;
        if !self.states.claim(place) {
            return Err(MergeError::Repeated { tile });
        }
        self.lists.merge(partial);
        self.states.set_merged(place);
        Ok(())
    }

    /// The tiles that the lists have.
    pub fn merged(&self) -> MergedTiles {
        self.states.merged()
    }

    /// The finished lists.
    ///
    /// # Errors
    /// [`Incomplete`] if not every tile was merged.
    pub fn finish(self) -> Result<NeighbourIndex, Incomplete> {
        let (merged, tiles) = (self.merged().count(), self.tiles().len());
        if merged < tiles {
            return Err(Incomplete { merged, tiles });
        }
        Ok(self.lists.finish(&self.parameters, &self.order))
    }
}
