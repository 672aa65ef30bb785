//! The neighbours of every row: all pairs of a side, tile by tile.

mod columns;
mod dense;
mod kernel;
mod layout;
mod lists;
mod observer;
mod order;
mod sparse;
mod tile;
mod top_k;

pub use kernel::{Kernel, KernelError};
pub use lists::PartialNeighbours;
pub use observer::{Cancelled, Observer, Progress, Unobserved};
pub use tile::Tile;

use crate::matrix::RatingMatrix;
use crate::neighbours::NeighbourIndex;
use crate::parameters::ModelParameters;
use crate::similarity::Similarities;
use layout::Layout;
use lists::NeighbourLists;
use order::RowOrder;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use tile::TilePlan;

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
    lists: NeighbourLists,
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
        Self { similarities, parameters, order, plan, layout, lists }
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

    /// The neighbours that the pairs of one tile give to its rows and columns: all of them that
    /// can be among the k nearest, as far as the tiles merged so far tell.
    pub fn compute(&self, tile: &Tile) -> PartialNeighbours {
        let mut partial = self.lists.start(tile);
        self.layout.offer_pairs(&self.similarities, &self.order, tile, &mut partial);
        partial
    }

    /// Takes the result of a tile into the lists. Each tile is merged once, in any order.
    pub fn merge(&self, partial: PartialNeighbours) {
        self.lists.merge(partial);
    }

    /// The finished lists. Complete when every tile was merged.
    pub fn finish(self) -> NeighbourIndex {
        self.lists.finish(&self.parameters, &self.order)
    }

    /// Computes and merges all tiles in the present rayon pool, and finishes.
    ///
    /// The observer hears of every tile; asked between tiles whether to stop.
    ///
    /// # Errors
    /// [`Cancelled`] if the observer said so.
    pub fn run(self, observer: &dyn Observer) -> Result<NeighbourIndex, Cancelled> {
        let (tiles, pairs) = (self.tiles().len(), self.pairs());
        let (next, cancelled) = (AtomicUsize::new(0), AtomicBool::new(false));
        let (tiles_done, pairs_done) = (AtomicUsize::new(0), AtomicU64::new(0));
        // Every thread takes the next tile in order: the heavy rows come first, whose pairs set
        // high bars for the rest, and the last tiles are the lightest.
        rayon::broadcast(|_| {
            while let Some(tile) = self.tiles().get(next.fetch_add(1, Ordering::Relaxed)) {
                if observer.is_cancelled() {
                    cancelled.store(true, Ordering::Relaxed);
                }
                if cancelled.load(Ordering::Relaxed) {
                    return;
                }
                self.merge(self.compute(tile));
                observer.progress(Progress {
                    tiles_done: tiles_done.fetch_add(1, Ordering::Relaxed) + 1,
                    tiles,
                    pairs_done: pairs_done.fetch_add(tile.pairs(), Ordering::Relaxed)
                        + tile.pairs(),
                    pairs,
                });
            }
        });
        if cancelled.into_inner() { Err(Cancelled) } else { Ok(self.finish()) }
    }
}
