//! Tiles with a block kernel: 64 rows held densely, combined with every later row in turn.

mod filter;
mod head;
mod packed;
mod tail;
mod thresholds;

use super::columns::OrderedColumns;
use super::kernel::{
    AllSums, BlockKernel, BlockSums, Counts, LANES, Line, Products, StepOrder, SumSet,
};
use super::order::RowOrder;
use super::partial::PartialNeighbours;
use super::tile::Tile;
use crate::neighbours::Neighbour;
use crate::similarity::{Finisher, Needs, View};
use crate::sums::CoRatedSums;
use filter::Filter;
pub(super) use head::Head;
use std::ops::Range;
use tail::CoRatings;
use thresholds::Thresholds;

/// The ratings of a side in the layout of the block kernels.
pub(super) struct DenseRows {
    head: Head,
    /// The columns outside the head, which blocks do not hold.
    tail: OrderedColumns<u8>,
    filter: Filter,
}

/// Scratch memory of a thread, reused from tile to tile. Between blocks, all `lines` are empty.
pub(super) struct Workspace<L> {
    lines: Vec<L>,
    co_ratings: CoRatings,
}

impl<L: Line> Workspace<L> {
    pub(super) fn new(rows: &DenseRows) -> Self {
        Self { lines: vec![L::EMPTY; rows.head.lines()], co_ratings: CoRatings::default() }
    }
}

/// The inputs shared by all tiles.
pub(super) struct Dense<'a> {
    pub(super) rows: &'a DenseRows,
    pub(super) order: &'a RowOrder,
    pub(super) finisher: &'a Finisher<'a>,
}

impl DenseRows {
    /// Lays out the rows of a view with at most 11 levels.
    pub(super) fn new(
        view: &View<'_, u8>,
        order: &RowOrder,
        finisher: &Finisher<'_>,
        steps: StepOrder,
    ) -> Self {
        let head = Head::new(view, order, steps);
        let tail = OrderedColumns::new(order, view.columns.len(), |position| {
            head.tail(position).iter().copied()
        });
        Self { head, tail, filter: Filter::new(finisher) }
    }
}

impl DenseRows {
    pub(super) fn head(&self) -> &Head {
        &self.head
    }
}

impl Dense<'_> {
    /// Offers all pairs of a tile.
    pub(super) fn offer_pairs<K: BlockKernel>(
        &self,
        kernel: K,
        tile: &Tile,
        work: &mut Workspace<K::Line>,
        partial: &mut PartialNeighbours,
    ) {
        match self.finisher.needs() {
            Needs::Counts => self.offer::<K, Counts>(kernel, tile, work, partial),
            Needs::Products => self.offer::<K, Products>(kernel, tile, work, partial),
            Needs::AllSums => self.offer::<K, AllSums>(kernel, tile, work, partial),
        }
    }

    fn offer<K: BlockKernel, S: SumSet>(
        &self,
        kernel: K,
        tile: &Tile,
        work: &mut Workspace<K::Line>,
        partial: &mut PartialNeighbours,
    ) {
        let rows = tile.rows();
        for first in rows.clone().step_by(LANES) {
            let block = first..(first + LANES as u32).min(rows.end);
            self.rows.head.fill(block.clone(), &mut work.lines);
            let others = tile.columns().start.max(first + 1)..tile.columns().end;
            work.co_ratings.gather(block.clone(), others.clone(), &self.rows.head, &self.rows.tail);
            self.offer_block::<K, S>(kernel, block.clone(), others, work, partial);
            self.rows.head.clear(block, &mut work.lines);
        }
    }

    /// Offers the pairs of the block's rows with each later row in `others`.
    fn offer_block<K: BlockKernel, S: SumSet>(
        &self,
        kernel: K,
        block: Range<u32>,
        others: Range<u32>,
        work: &Workspace<K::Line>,
        partial: &mut PartialNeighbours,
    ) {
        let mut thresholds =
            Thresholds::new(block.clone(), self.order, self.finisher, partial.rows());
        let (mut sums, mut similarities) = (BlockSums::ZERO, [None; LANES]);
        for other in others.clone() {
            kernel.sums::<S>(&work.lines, self.rows.head.row(other), &mut sums);
            work.co_ratings.add_to(&mut sums, (other - others.start) as usize);
            let length = self.finisher.length(self.order.row(other));
            let lower_bound = partial.columns().lower_bound(other);
            let filter = &self.rows.filter;
            let passed = kernel.run(
                #[inline(always)]
                || filter.pass(&sums, &thresholds, lower_bound, length as f32),
            );
            // Within the block, only earlier rows form a pair with this one.
            let before = other - block.start;
            let earlier = if before < LANES as u32 { (1 << before) - 1 } else { u64::MAX };
            if passed & earlier != 0 {
                let passed = passed & earlier;
                kernel.run(
                    #[inline(always)]
                    || self.finish(block.start, other, passed, &sums, &mut similarities),
                );
                let finished = Finished { passed, overlaps: &sums.n, similarities: &similarities };
                self.offer_finished(block.start, other, &finished, &mut thresholds, partial);
            }
        }
    }

    /// Finishes the pairs that passed the filter.
    ///
    /// Everything called here must be inlined, like this function itself: a call to code compiled
    /// for other instructions than the kernel's incurs a register transition penalty.
    #[inline(always)]
    fn finish(
        &self,
        first: u32,
        other: u32,
        passed: u64,
        sums: &BlockSums,
        similarities: &mut [Option<f64>; LANES],
    ) {
        let other = self.finisher.facts(self.order.row(other));
        for lane in lanes_of(passed) {
            let facts = self.finisher.facts(self.order.row(first + lane));
            let pair: CoRatedSums = sums.of(lane as usize);
            similarities[lane as usize] = self.finisher.similarity(&pair, &facts, &other);
        }
    }

    /// Offers finished pairs to both rows.
    fn offer_finished(
        &self,
        first: u32,
        other: u32,
        finished: &Finished<'_>,
        thresholds: &mut Thresholds,
        partial: &mut PartialNeighbours,
    ) {
        let other_row = self.order.row(other);
        for lane in lanes_of(finished.passed) {
            let (position, lane) = (first + lane, lane as usize);
            if let Some(similarity) = finished.similarities[lane] {
                let overlap = finished.overlaps[lane] as u32;
                let neighbour = |index| Neighbour { index, overlap, similarity };
                if partial.rows().offer(position, neighbour(other_row)) {
                    thresholds.lower_bounds[lane] = partial.rows().lower_bound(position);
                }
                partial.columns().offer(other, neighbour(self.order.row(position)));
            }
        }
    }
}

/// The pairs of a block with one row, by lane.
///
/// All pairs that pass the filter are finished before any is offered: whether a list accepts a
/// neighbour is hard to predict, and a mispredicted branch should not delay the next pair's
/// division.
struct Finished<'a> {
    passed: u64,
    overlaps: &'a [i32; LANES],
    similarities: &'a [Option<f64>; LANES],
}

/// Returns the lanes whose bits are set.
fn lanes_of(mut bits: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let lane = bits.trailing_zeros();
        bits &= bits.wrapping_sub(1);
        (lane < u64::BITS).then_some(lane)
    })
}
