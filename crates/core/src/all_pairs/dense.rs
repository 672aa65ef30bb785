//! A tile by blocks: 64 rows held densely, against every later row in turn.

mod bars;
mod filter;
mod head;
mod tail;

use super::columns::OrderedColumns;
use super::kernel::{AllSums, BlockKernel, BlockSums, Counts, LANES, Line, Products, SumSet};
use super::lists::PartialNeighbours;
use super::order::RowOrder;
use super::tile::Tile;
use crate::neighbours::Neighbour;
use crate::similarity::{Finisher, Needs, View};
use crate::sums::CoRatedSums;
use bars::Bars;
use filter::Filter;
use head::Head;
use std::ops::Range;
use tail::Events;

/// The ratings of a side as the block kernels want them.
pub(super) struct DenseRows {
    head: Head,
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
    pub(super) columns: &'a OrderedColumns<u8>,
    pub(super) order: &'a RowOrder,
    pub(super) finisher: &'a Finisher,
}

impl DenseRows {
    /// Lays out the rows of a view whose levels are at most 11.
    pub(super) fn new(
        view: &View<'_, u8>,
        columns: &OrderedColumns<u8>,
        order: &RowOrder,
        finisher: &Finisher,
    ) -> Self {
        Self { head: Head::new(view, columns, order), filter: Filter::new(finisher) }
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
            work.events.gather(block.clone(), others.clone(), &self.rows.head, self.columns);
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
        let mut sums = BlockSums::ZERO;
        let mut passed = [0; LANES];
        for other in others.clone() {
            kernel.sums::<S>(&work.lines, self.rows.head.row(other), &mut sums);
            work.events.add_to(&mut sums, (other - others.start) as usize);
            let length = self.finisher.length(self.order.row(other));
            let bar = partial.columns().bar(other);
            let filter = &self.rows.filter;
            let any = kernel.run(
                #[inline(always)]
                || filter.pass(&sums, &bars, bar, length as f32, &mut passed),
            );
            if any {
                let before = (other - block.start).min(block.len() as u32) as usize;
                self.offer_passed(&block, other, &passed[..before], &sums, &mut bars, partial);
            }
        }
    }

    /// Finishes the pairs that passed the filter, and offers them to both rows.
    fn offer_passed(
        &self,
        block: &Range<u32>,
        other: u32,
        passed: &[u8],
        sums: &BlockSums,
        bars: &mut Bars,
        partial: &mut PartialNeighbours,
    ) {
        let other_row = self.order.row(other);
        let other_facts = self.finisher.facts(other_row);
        for lane in (0..passed.len()).filter(|&lane| passed[lane] != 0) {
            let position = block.start + lane as u32;
            let row = self.order.row(position);
            let pair: CoRatedSums = sums.of(lane);
            let facts = self.finisher.facts(row);
            if let Some(similarity) = self.finisher.similarity(&pair, &facts, &other_facts) {
                let neighbour = |index| Neighbour { index, overlap: pair.n, similarity };
                if partial.rows().offer(position, neighbour(other_row)) {
                    bars.set(lane, partial.rows().bar(position));
                }
                partial.columns().offer(other, neighbour(row));
            }
        }
    }
}
