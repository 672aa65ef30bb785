//! What tiles are expected to cost: for choosing how to compute one, for progress, for estimates.

use super::dense::Head;
use super::kernel::LANES;
use super::order::RowOrder;
use super::tile::Tile;
use crate::ids::RowIdx;
use crate::matrix::Rows;
use rayon::prelude::*;
use std::ops::Range;

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

/// Nanoseconds as measured on one machine; on another their ratios are what counts.
mod nanoseconds {
    /// Four columns of a row against a block.
    pub(super) const STEP: f64 = 4.2;
    /// Beginning and filtering a row against a block.
    pub(super) const BLOCK: f64 = 29.0;
    /// One co-rating of a column that blocks do not hold.
    pub(super) const EVENT: f64 = 25.0;
    /// One rating of a row written into a block and out again.
    pub(super) const FILL: f64 = 4.5;
    /// One co-rating by sparse accumulation.
    pub(super) const CO_RATING: f64 = 1.7;
    /// One pair finished without a filter.
    pub(super) const FINISH: f64 = 22.0;
    /// One rating brought into the order that sparse accumulation walks.
    pub(super) const ORDER: f64 = 5.0;
    /// One pair that enters a list.
    pub(super) const OFFER: f64 = 45.0;
    /// One neighbour read from a checkpoint, checked, and offered to its list.
    pub(super) const TAKE_IN: f64 = 60.0;
}

/// Sums over the rows in order, and what they were scaled by.
pub(super) struct Costs {
    /// Ratings of the rows before each position.
    ratings: Vec<u64>,
    /// Steps of the rows before each position; all 0 without blocks.
    steps: Vec<u64>,
    /// How many ratings the columns of those rows have, all columns and those outside blocks.
    reach: Vec<f64>,
    tail_reach: Vec<f64>,
    /// Co-ratings of a tile per reach of its rows × share of its columns.
    co_rating_scale: f64,
    event_scale: f64,
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
            event_scale: 1.0,
        };
        let pairs_of = |column: RowIdx| pairs(columns.row_len(column) as u64) as f64;
        let in_all: f64 = columns.indices().map(pairs_of).sum();
        costs.co_rating_scale = scale(in_all, tiles.iter().map(|tile| costs.co_ratings(tile)));
        let in_tail = columns.indices().filter(|&column| head.is_some_and(|h| !h.holds(column)));
        let in_tail: f64 = in_tail.map(pairs_of).sum();
        costs.event_scale = scale(in_tail, tiles.iter().map(|tile| costs.events(tile)));
        costs
    }

    /// The sums of a tile by blocks.
    pub(super) fn by_blocks(&self, tile: &Tile) -> f64 {
        let blocks = tile.rows().len().div_ceil(LANES) as f64;
        let others = later(tile);
        let rows = others.len() as f64;
        blocks * of(&self.steps, &others) as f64 * nanoseconds::STEP
            + blocks * rows * nanoseconds::BLOCK
            + self.events(tile) * nanoseconds::EVENT
            + of(&self.ratings, &tile.rows()) as f64 * nanoseconds::FILL
    }

    /// The sums of a tile by sparse accumulation.
    pub(super) fn sparsely(&self, tile: &Tile) -> f64 {
        let co_ratings = self.co_ratings(tile);
        let met = co_ratings.min(tile.pairs() as f64);
        co_ratings * nanoseconds::CO_RATING + met * nanoseconds::FINISH
    }

    /// Whether a tile is cheaper by sparse accumulation.
    pub(super) fn prefers_sparse(&self, tile: &Tile) -> bool {
        self.sparsely(tile) < self.by_blocks(tile)
    }

    /// Whether sparse accumulation of some tiles saves more than the columns for it cost.
    pub(super) fn light_is_worth_it(&self, tiles: &[Tile]) -> bool {
        let saved = |tile| (self.by_blocks(tile) - self.sparsely(tile)).max(0.0);
        let all = self.ratings.last().copied().unwrap_or(0) as f64;
        tiles.iter().map(saved).sum::<f64>() > all * nanoseconds::ORDER
    }

    /// The pairs of a tile that enter lists: of a stream in no order, the r-th is among the k best
    /// so far with a chance of k/r.
    pub(super) fn offers(&self, tile: &Tile, k: usize) -> f64 {
        let k = k as f64;
        let seen = |rows: f64| if rows <= k { rows } else { k + k * (rows / k).ln() };
        let rows = tile.rows();
        let entering = seen(f64::from(rows.end)) - seen(f64::from(rows.start));
        entering * tile.columns().len() as f64 * nanoseconds::OFFER
    }

    fn co_ratings(&self, tile: &Tile) -> f64 {
        self.met(&self.reach, tile) * self.co_rating_scale
    }

    fn events(&self, tile: &Tile) -> f64 {
        self.met(&self.tail_reach, tile) * self.event_scale
    }

    /// The reach of a tile's rows, times the share that its columns have of all ratings.
    fn met(&self, reach: &[f64], tile: &Tile) -> f64 {
        let all = self.ratings.last().copied().unwrap_or(0).max(1) as f64;
        of(reach, &tile.rows()) * of(&self.ratings, &later(tile)) as f64 / all
    }
}

/// Reading so many neighbours from checkpoints and offering them to their lists.
pub(super) fn taking_in(neighbours: usize) -> f64 {
    neighbours as f64 * nanoseconds::TAKE_IN
}

/// The columns of a tile that come after about half of its rows: on the diagonal, half the pairs.
fn later(tile: &Tile) -> Range<u32> {
    let (rows, columns) = (tile.rows(), tile.columns());
    let middle = rows.start + rows.len() as u32 / 2;
    columns.start.max(middle).min(columns.end)..columns.end
}

pub(super) fn pairs(rows: u64) -> u64 {
    rows * rows.saturating_sub(1) / 2
}

fn scale(exactly: f64, roughly: impl Iterator<Item = f64>) -> f64 {
    let roughly: f64 = roughly.sum();
    if roughly > 0.0 { exactly / roughly } else { 0.0 }
}

/// The sums of the first 0, 1, 2, … numbers.
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

fn of<T: Copy + std::ops::Sub<Output = T>>(sums: &[T], range: &Range<u32>) -> T {
    sums[range.end as usize] - sums[range.start as usize]
}
