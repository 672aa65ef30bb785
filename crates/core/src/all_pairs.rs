//! The neighbours of every row: all pairs of a side, tile by tile.

mod lists;
mod observer;
mod tile;
mod top_k;

pub use lists::PartialNeighbours;
pub use observer::{Cancelled, Observer, Progress, Unobserved};
pub use tile::Tile;

use crate::neighbours::{Neighbour, NeighbourIndex};
use crate::parameters::ModelParameters;
use crate::similarity::{Accumulator, Similarities, Sums, Value, View, with_view};
use lists::NeighbourLists;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
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
    plan: TilePlan,
    lists: NeighbourLists,
}

impl<'a> AllPairs<'a> {
    /// The computation of all pairs of a matrix. Fits a baseline if the measure needs one; all
    /// other work is in the tiles.
    pub fn new(matrix: &'a crate::RatingMatrix, parameters: ModelParameters) -> Self {
        let similarities = Similarities::new(matrix, parameters.side(), parameters.similarity());
        let rows = similarities.rows();
        let plan = TilePlan::new(rows as u32);
        let lists = NeighbourLists::new(rows, parameters.k());
        Self { similarities, parameters, plan, lists }
    }

    /// The tiles that together hold every pair once.
    pub fn tiles(&self) -> &[Tile] {
        self.plan.tiles()
    }

    /// How many pairs of rows there are, n(n − 1)/2.
    pub fn pairs(&self) -> u64 {
        self.tiles().iter().map(Tile::pairs).sum()
    }

    /// The neighbours that the pairs of one tile give to its rows and columns: all of them that
    /// can be among the k nearest, as far as the tiles merged so far tell.
    pub fn compute(&self, tile: &Tile) -> PartialNeighbours {
        let mut partial = self.lists.start(tile);
        with_view!(self.similarities.plane(), view => self.accumulate(view, tile, &mut partial));
        partial
    }

    fn accumulate<V: Value>(
        &self,
        view: &View<'_, V>,
        tile: &Tile,
        partial: &mut PartialNeighbours,
    ) {
        let finisher = self.similarities.finisher();
        let mut accumulator = Accumulator::<V>::new(tile.columns());
        let mut entries = Vec::new();
        for row in tile.rows() {
            entries.clear();
            entries.extend(view.row(row as usize));
            accumulator.add_from(view, &entries, row + 1);
            let facts = finisher.facts(row);
            accumulator.drain(|other, sums| {
                let similarity = finisher.similarity(sums, &facts, &finisher.facts(other));
                if let Some(similarity) = similarity.filter(|&s| self.parameters.keeps(s)) {
                    let overlap = sums.overlap();
                    partial.offer_row(row, Neighbour { index: other, overlap, similarity });
                    partial.offer_column(other, Neighbour { index: row, overlap, similarity });
                }
            });
        }
    }

    /// Takes the result of a tile into the lists. Each tile is merged once, in any order.
    pub fn merge(&self, partial: PartialNeighbours) {
        self.lists.merge(partial);
    }

    /// The finished lists. Complete when every tile was merged.
    pub fn finish(self) -> NeighbourIndex {
        self.lists.finish(self.parameters.side())
    }

    /// Computes and merges all tiles in the present rayon pool, and finishes.
    ///
    /// The observer hears of every tile; asked between tiles whether to stop.
    ///
    /// # Errors
    /// [`Cancelled`] if the observer said so.
    pub fn run(self, observer: &dyn Observer) -> Result<NeighbourIndex, Cancelled> {
        let (tiles, pairs) = (self.tiles().len(), self.pairs());
        let (tiles_done, pairs_done) = (AtomicUsize::new(0), AtomicU64::new(0));
        self.tiles().par_iter().with_max_len(1).try_for_each(|tile| {
            if observer.is_cancelled() {
                return Err(Cancelled);
            }
            self.merge(self.compute(tile));
            observer.progress(Progress {
                tiles_done: tiles_done.fetch_add(1, Ordering::Relaxed) + 1,
                tiles,
                pairs_done: pairs_done.fetch_add(tile.pairs(), Ordering::Relaxed) + tile.pairs(),
                pairs,
            });
            Ok(())
        })?;
        Ok(self.finish())
    }
}
