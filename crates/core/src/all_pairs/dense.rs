//! A tile by blocks: 64 rows held densely, against every later row in turn.

mod bars;
mod filter;
mod head;
mod packed;
mod tail;

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
use bars::Bars;
use filter::Filter;
pub(super) use head::Head;
use std::ops::Range;
use tail::Events;

/// The ratings of a side as the block kernels want them.
pub(super) struct DenseRows {
    head: Head,
    /// The columns that blocks do not hold.
    tail: OrderedColumns<u8>,
    filter: Filter,
}

/// What a thread works in, kept from tile to tile. `lines` are all empty between blocks.
pub(super) struct Workspace<L> {
    lines: Vec<L>,
    events: Events,
}

impl<L: Line> Workspace<L> {
    pub(super) fn new(rows: &DenseRows) -> Self {
        Self { lines: vec![L::EMPTY; rows.head.lines()], events: Events::default() }
    }
}

/// What all tiles read.
pub(super) struct Shared<'a> {
    pub(super) rows: &'a DenseRows,
    pub(super) order: &'a RowOrder,
    pub(super) finisher: &'a Finisher<'a>,
}

impl DenseRows {
    /// Lays out the rows of a view whose levels are at most 11.
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

impl Shared<'_> {
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
            work.events.gather(block.clone(), others.clone(), &self.rows.head, &self.rows.tail);
            self.offer_block::<K, S>(kernel, block.clone(), others, work, partial);
            self.rows.head.clear(block, &mut work.lines);
        }
    }

    /// Offers the pairs of a block's rows with each of the `others` that comes after them.
    fn offer_block<K: BlockKernel, S: SumSet>(
        &self,
        kernel: K,
        block: Range<u32>,
        others: Range<u32>,
        work: &Workspace<K::Line>,
        partial: &mut PartialNeighbours,
    ) {
        let mut bars = Bars::new(block.clone(), self.order, self.finisher, partial.rows());
        let (mut sums, mut similarities) = (BlockSums::ZERO, [None; LANES]);
        for other in others.clone() {
            kernel.sums::<S>(&work.lines, self.rows.head.row(other), &mut sums);
            work.events.add_to(&mut sums, (other - others.start) as usize);
            let length = self.finisher.length(self.order.row(other));
            let least = partial.columns().least(other);
            let filter = &self.rows.filter;
            let passed = kernel.run(
                #[inline(always)]
                || filter.pass(&sums, &bars, least, length as f32),
            );
            // Of the block's own rows, those before this one.
            let before = other - block.start;
            let earlier = if before < LANES as u32 { (1 << before) - 1 } else { u64::MAX };
            if passed & earlier != 0 {
                let passed = passed & earlier;
                kernel.run(
                    #[inline(always)]
                    || self.finish(block.start, other, passed, &sums, &mut similarities),
                );
                let finished = Finished { passed, overlaps: &sums.n, similarities: &similarities };
                self.offer_finished(block.start, other, &finished, &mut bars, partial);
            }
        }
    }

    /// Finishes the pairs that passed the filter. What this calls is inlined by force, as it is here:
    /// compiled for other instructions than the kernel's, a call among them would wait for the
    /// registers to change over.
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
        bars: &mut Bars,
        partial: &mut PartialNeighbours,
    ) {
        let other_row = self.order.row(other);
        for lane in lanes_of(finished.passed) {
            let (position, lane) = (first + lane, lane as usize);
            if let Some(similarity) = finished.similarities[lane] {
                let overlap = finished.overlaps[lane] as u32;
                let neighbour = |index| Neighbour { index, overlap, similarity };
                if partial.rows().offer(position, neighbour(other_row)) {
                    bars.least[lane] = partial.rows().least(position);
                }
                partial.columns().offer(other, neighbour(self.order.row(position)));
            }
        }
    }
}

/// Pairs of a block with one row, by lane.
///
/// All that pass the filter are finished before any is offered: whether a list takes a neighbour is
/// not to be foreseen, and what waits for one pair's quotient should not wait for the next one's too.
struct Finished<'a> {
    passed: u64,
    overlaps: &'a [i32; LANES],
    similarities: &'a [Option<f64>; LANES],
}

/// The lanes whose bits are set.
fn lanes_of(mut bits: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let lane = bits.trailing_zeros();
        bits &= bits.wrapping_sub(1);
        (lane < u64::BITS).then_some(lane)
    })
}
