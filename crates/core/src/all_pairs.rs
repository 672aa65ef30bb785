//! The neighbours of every row: all pairs of a side, tile by tile.

mod checkpoint;
mod columns;
mod costs;
mod dense;
mod kernel;
mod layout;
mod lists;
mod observer;
mod order;
mod run;
mod sparse;
mod tile;
mod top_k;

pub use checkpoint::{Checkpoint, CheckpointError, MergedTiles};
pub use kernel::{Kernel, KernelError};
pub use lists::PartialNeighbours;
pub use observer::{Cancelled, Observer, Progress, Unobserved};
pub use tile::Tile;

use crate::matrix::RatingMatrix;
use crate::neighbours::{Neighbour, NeighbourIndex};
use crate::parameters::{ModelOptions, ModelParameters};
use crate::similarity::{Plane, Similarities};
use crate::sums::CoRatedSums;
use checkpoint::Fingerprint;
use columns::OrderedColumns;
use costs::Costs;
use layout::Layout;
use lists::NeighbourLists;
use order::RowOrder;
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicBool, Ordering};
use tile::TilePlan;

/// Goes up with a release whose checkpoints mean something else, because the order of rows, the tiles,
/// what lists keep or a bit of a similarity are others: so that it begins anew in place of going on
/// wrongly.
const COMPUTATION: u32 = 2;

/// What a tile is expected to cost, in a unit that all tiles of a computation share: nanoseconds of one
/// core of one machine, so on others the ratios count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Work {
    /// Computing the sums of all its pairs.
    pub sums: f64,
    /// Taking into the lists what belongs there.
    pub offers: f64,
}

impl Work {
    /// Both.
    pub fn total(self) -> f64 {
        self.sums + self.offers
    }
}

/// The all-pairs computation: a plan of tiles, and the lists that their results are merged into.
///
/// The finished lists depend on the ratings and the parameters alone: not on the number of
/// threads, nor on the order in which tiles are computed and merged.
///
/// ```
/// # use likemind::{AllPairs, ModelOptions, RatingMatrix, RatingScale, RatingTable, Side, Unobserved};
/// # let mut table = RatingTable::new();
/// # for (user, ratings) in [("ada", [1.0, 2.0, 3.0]), ("bob", [2.0, 4.0, 5.0])] {
/// #     for (item, rating) in ["x", "y", "z"].into_iter().zip(ratings) {
/// #         table.push(user, item, rating, None).unwrap();
/// #     }
/// # }
/// # let matrix = RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap();
/// let parameters = ModelOptions::new(Side::Users).check().unwrap();
/// let index = AllPairs::new(&matrix, parameters).run(&Unobserved).unwrap();
/// assert_eq!(index.of(0)[0].index, 1);
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
    /// Of every tile, whether the lists have all of it.
    merged: Vec<AtomicBool>,
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
        let costs = Costs::new(rows, columns, &order, layout.head(), plan.tiles(), parameters.k());
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
        let merged = plan.tiles().iter().map(|_| AtomicBool::new(false)).collect();
        Self { similarities, parameters, order, plan, layout, costs, light, lists, merged }
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
        (0..columns.len()).map(|column| costs::pairs(columns.row_len(column) as u64)).sum()
    }

    /// What a tile is expected to cost.
    pub fn work(&self, tile: &Tile) -> Work {
        let sparse = self.layout.head().is_none() || self.light_for(tile).is_some();
        let sums = if sparse { self.costs.sparsely(tile) } else { self.costs.by_blocks(tile) };
        Work { sums, offers: self.costs.offers(tile) }
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
        self.offer_pairs(tile, self.lists.start(tile))
    }

    /// Computes the sums of a tile and keeps nothing, to see how long that takes: the part
    /// `sums` of its [`work`](Self::work).
    pub fn rehearse(&self, tile: &Tile) {
        self.lists.discard(self.offer_pairs(tile, self.lists.closed(tile)));
    }

    fn offer_pairs(&self, tile: &Tile, mut partial: PartialNeighbours) -> PartialNeighbours {
        let (similarities, order) = (&self.similarities, &self.order);
        match (self.light_for(tile), similarities.plane()) {
            (Some(columns), Plane::Levels(view)) => {
                let finisher = similarities.finisher();
                sparse::offer_pairs::<_, CoRatedSums>(
                    view,
                    columns,
                    order,
                    finisher,
                    tile,
                    &mut partial,
                );
            }
            _ => self.layout.offer_pairs(similarities, order, tile, &mut partial),
        }
        partial
    }

    /// The columns to walk for a tile that is cheaper sparse.
    fn light_for(&self, tile: &Tile) -> Option<&OrderedColumns<u8>> {
        self.light.as_ref().filter(|_| self.costs.prefers_sparse(tile))
    }

    /// Takes the result of a tile into the lists. Each tile is merged once, in any order.
    pub fn merge(&self, partial: PartialNeighbours) {
        let place = self.plan.place_of(partial.first());
        self.lists.merge(partial);
        if let Some(place) = place {
            self.merged[place].store(true, Ordering::Release);
        }
    }

    /// The tiles that the lists have.
    pub fn merged(&self) -> MergedTiles {
        MergedTiles(self.merged.iter().map(|merged| merged.load(Ordering::Acquire)).collect())
    }

    /// What a restart needs not to lose the tiles merged so far, besides checkpoints that have those
    /// of `before`. Other threads may merge meanwhile: their tiles are in it whole, or not at all.
    pub fn checkpoint(&self, before: &MergedTiles) -> Checkpoint {
        // First: these are in the lists by now. What a tile that comes meanwhile drives out of a list,
        // it drives out again.
        let merged = self.merged();
        let is_new = |place: usize| merged.has(place) && !before.has(place);
        let positions = self.order.positions();
        let (mut lengths, mut neighbours) = (Vec::with_capacity(positions.len()), Vec::new());
        self.lists.each_band_cut(|first, band| {
            let new = self.plan.blocks_with(first, is_new);
            for list in band {
                let start = neighbours.len();
                let block = |new: &Neighbour| TilePlan::block(positions[new.index as usize]);
                neighbours.extend(list.neighbours().filter(|neighbour| new[block(neighbour)]));
                lengths.push((neighbours.len() - start) as u32);
            }
        });
        let computation = self.fingerprint();
        let before = MergedTiles((0..merged.0.len()).map(|place| before.has(place)).collect());
        Checkpoint { computation, before, merged, lengths, neighbours }
    }

    /// Takes in a checkpoint of the same computation: with the same ratings and parameters, by this
    /// version or another one that computes the same. All that were made are taken in, in their order;
    /// [`run`](Self::run) then computes the other tiles alone.
    ///
    /// # Errors
    /// [`CheckpointError`] if it is of another computation, not the next one, or damaged. After an
    /// error nothing should be computed with this.
    pub fn resume(&self, checkpoint: &Checkpoint) -> Result<(), CheckpointError> {
        let Checkpoint { computation, before, merged, neighbours, .. } = checkpoint;
        let so_far = self.merged();
        if *computation != self.fingerprint() || merged.0.len() != so_far.0.len() {
            return Err(CheckpointError::OtherComputation);
        }
        if *before != so_far {
            let (merged, before) = (so_far.count(), before.count());
            return Err(CheckpointError::OutOfOrder { merged, before });
        }
        let starts = checkpoint.starts(&self.order, &self.plan)?;
        self.lists.take_in(&starts, neighbours);
        for (merged, &now) in self.merged.iter().zip(&merged.0) {
            merged.fetch_or(now, Ordering::Release);
        }
        Ok(())
    }

    /// Whether going on from checkpoints of the tiles merged so far is expected to take less than
    /// computing these tiles once more.
    pub fn going_on_pays(&self) -> bool {
        let merged = self.merged();
        let done = (0..).zip(self.tiles()).filter(|&(place, _)| merged.has(place));
        let work: f64 = done.map(|(_, tile)| self.work(tile).total()).sum();
        work > costs::taking_in(self.lists.neighbours())
    }

    /// Tells this computation from others, as far as it can without looking at every rating.
    fn fingerprint(&self) -> Fingerprint {
        let mut hash = Sha256::new();
        let matrix = self.similarities.matrix();
        hash.update(COMPUTATION.to_le_bytes());
        // As the options' `Debug` text once was, which must not change: the dialect came later, and
        // no neighbour depends on it.
        let ModelOptions { side, k, min_similarity, similarity, .. } = self.parameters.options();
        hash.update(format!(
            "ModelParameters(ModelOptions {{ side: {side:?}, k: {k:?}, min_similarity: \
             {min_similarity:?}, similarity: {similarity:?} }}) {:?} {:?}",
            matrix.scale(),
            self.tiles()
        ));
        for count in [matrix.users(), matrix.items(), matrix.ratings(), self.tiles().len()] {
            hash.update((count as u64).to_le_bytes());
        }
        for row in self.order.rows() {
            hash.update(row.to_le_bytes());
        }
        hash.finalize().into()
    }

    /// The finished lists. Complete when every tile was merged.
    pub fn finish(self) -> NeighbourIndex {
        self.lists.finish(&self.parameters, &self.order)
    }
}
