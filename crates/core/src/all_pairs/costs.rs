//! Expected costs of tiles, used to choose kernels, report progress and give estimates.

use super::dense::Head;
use super::kernel::LANES;
use super::order::RowOrder;
use super::tile::Tile;
use crate::ids::RowIdx;
use crate::matrix::Rows;
use rayon::prelude::*;
use std::ops::Range;

/// The expected cost of a tile, in nanoseconds of one core of a reference machine. On other
/// machines only the ratios are meaningful.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Work {
    /// Cost of computing the sums of all pairs.
    pub sums: f64,
    /// Cost of inserting neighbours into the lists.
    pub offers: f64,
}

impl Work {
    /// The sum of both costs.
    pub fn total(self) -> f64 {
        self.sums + self.offers
    }
}

/// Costs in nanoseconds, measured on one machine; on others only their ratios are meaningful.
mod nanoseconds {
    /// One step, four columns of a row, against a block.
    pub(super) const STEP: f64 = 4.2;
    /// Per-row overhead of a block, including the filter.
    pub(super) const BLOCK: f64 = 29.0;
    /// One co-rating in a column outside the head.
    pub(super) const TAIL_CO_RATING: f64 = 25.0;
    /// Writing one rating of a row into a block and clearing it again.
    pub(super) const FILL: f64 = 4.5;
    /// One co-rating with sparse accumulation.
    pub(super) const CO_RATING: f64 = 1.7;
    /// Finishing one pair without a filter.
    pub(super) const FINISH: f64 = 22.0;
    /// Adding one rating to the column layout for sparse accumulation.
    pub(super) const ORDER: f64 = 5.0;
    /// Inserting one pair into a list.
    pub(super) const OFFER: f64 = 45.0;
    /// Reading one neighbour from a checkpoint, checking it, and offering it to its list.
    pub(super) const RESTORE: f64 = 60.0;
}

/// Running sums over the rows in order, and the factors that correct the estimates made from them.
pub(super) struct Costs {
    /// Number of ratings in the rows before each position.
    ratings: Vec<u64>,
    /// Number of steps in the rows before each position; all 0 if there are no blocks.
    steps: Vec<u64>,
    /// Total length of the columns of those rows, for all columns and for those outside the head.
    reach: Vec<f64>,
    tail_reach: Vec<f64>,
    /// Co-ratings of a tile per (reach of its rows × share of its columns).
    co_rating_scale: f64,
    tail_scale: f64,
}

impl Costs {
    pub(super) fn new(
        rows: &Rows,
        columns: &Rows,
        order: &RowOrder,
        head: Option<&Head>,
        tiles: &[Tile],
    ) -> Self {
        let length = |&column: &u32| columns.row_len(RowIdx(column)) as f64;
        let all = 0..order.len() as u32;
        let row = |position: u32| &rows.columns()[rows.range(order.row(position))];
        let tail = |position: u32| head.map_or(&[][..], |head| head.tail(position));
        let reach: Vec<f64> =
            all.clone().into_par_iter().map(|p| row(p).iter().map(length).sum()).collect();
        let mut costs = Self {
            ratings: running_sum(all.clone().map(|p| row(p).len() as u64)),
            steps: running_sum(
                all.clone().map(|p| head.map_or(0, |head| head.row(p).columns.len() as u64)),
            ),
            reach: running_sum(reach.into_iter()),
            tail_reach: running_sum(
                all.map(|p| tail(p).iter().map(|(column, _)| length(column)).sum::<f64>()),
            ),
            co_rating_scale: 1.0,
            tail_scale: 1.0,
        };
        let pairs_of = |column: RowIdx| pairs(columns.row_len(column) as u64) as f64;
        let total: f64 = columns.indices().map(pairs_of).sum();
        costs.co_rating_scale = correction(total, tiles.iter().map(|tile| costs.co_ratings(tile)));
        let in_tail = columns.indices().filter(|&column| head.is_some_and(|h| !h.holds(column)));
        let in_tail: f64 = in_tail.map(pairs_of).sum();
        costs.tail_scale =
            correction(in_tail, tiles.iter().map(|tile| costs.tail_co_ratings(tile)));
        costs
    }

    /// Cost of the sums of a tile with a block kernel.
    pub(super) fn dense(&self, tile: &Tile) -> f64 {
        let blocks = tile.rows().len().div_ceil(LANES) as f64;
        let others = later_columns(tile);
        let rows = others.len() as f64;
        blocks * range_sum(&self.steps, &others) as f64 * nanoseconds::STEP
            + blocks * rows * nanoseconds::BLOCK
            + self.tail_co_ratings(tile) * nanoseconds::TAIL_CO_RATING
            + range_sum(&self.ratings, &tile.rows()) as f64 * nanoseconds::FILL
    }

    /// Cost of the sums of a tile with sparse accumulation.
    pub(super) fn sparse(&self, tile: &Tile) -> f64 {
        let co_ratings = self.co_ratings(tile);
        let overlapping = co_ratings.min(tile.pairs() as f64);
        co_ratings * nanoseconds::CO_RATING + overlapping * nanoseconds::FINISH
    }

    /// Whether a tile is cheaper with sparse accumulation.
    pub(super) fn prefers_sparse(&self, tile: &Tile) -> bool {
        self.sparse(tile) < self.dense(tile)
    }

    /// Whether sparse accumulation of some tiles saves more than its column layout costs.
    pub(super) fn sparse_pays_off(&self, tiles: &[Tile]) -> bool {
        let saved = |tile| (self.dense(tile) - self.sparse(tile)).max(0.0);
        let all = self.ratings.last().copied().unwrap_or(0) as f64;
        tiles.iter().map(saved).sum::<f64>() > all * nanoseconds::ORDER
    }

    /// Cost of the list insertions of a tile. In a stream in random order, the r-th element is
    /// among the k best so far with probability k/r.
    pub(super) fn offers(&self, tile: &Tile, k: usize) -> f64 {
        let k = k as f64;
        let seen = |rows: f64| if rows <= k { rows } else { k + k * (rows / k).ln() };
        let rows = tile.rows();
        let entering = seen(f64::from(rows.end)) - seen(f64::from(rows.start));
        entering * tile.columns().len() as f64 * nanoseconds::OFFER
    }

    fn co_ratings(&self, tile: &Tile) -> f64 {
        self.estimate(&self.reach, tile) * self.co_rating_scale
    }

    fn tail_co_ratings(&self, tile: &Tile) -> f64 {
        self.estimate(&self.tail_reach, tile) * self.tail_scale
    }

    /// The reach of a tile's rows, multiplied by its columns' share of all ratings.
    fn estimate(&self, reach: &[f64], tile: &Tile) -> f64 {
        let all = self.ratings.last().copied().unwrap_or(0).max(1) as f64;
        range_sum(reach, &tile.rows()) * range_sum(&self.ratings, &later_columns(tile)) as f64 / all
    }
}

/// Cost of reading neighbours from checkpoints and offering them to their lists.
pub(super) fn restoring(neighbours: usize) -> f64 {
    neighbours as f64 * nanoseconds::RESTORE
}

/// The columns of a tile that come after about half of its rows: on the diagonal, these form half
/// of the pairs.
fn later_columns(tile: &Tile) -> Range<u32> {
    let (rows, columns) = (tile.rows(), tile.columns());
    let middle = rows.start + rows.len() as u32 / 2;
    columns.start.max(middle).min(columns.end)..columns.end
}

pub(super) fn pairs(rows: u64) -> u64 {
    rows * rows.saturating_sub(1) / 2
}

fn correction(exact: f64, estimates: impl Iterator<Item = f64>) -> f64 {
    let estimates: f64 = estimates.sum();
    if estimates > 0.0 { exact / estimates } else { 0.0 }
}

/// Returns the sums of the first 0, 1, 2, … numbers.
fn running_sum<T: Copy + Default + std::ops::Add<Output = T>>(
    numbers: impl Iterator<Item = T>,
) -> Vec<T> {
    let mut sum = T::default();
    let mut sums = vec![sum];
    sums.extend(numbers.map(|number| {
        sum = sum + number;
        sum
    }));
    sums
}

fn range_sum<T: Copy + std::ops::Sub<Output = T>>(sums: &[T], range: &Range<u32>) -> T {
    sums[range.end as usize] - sums[range.start as usize]
}
