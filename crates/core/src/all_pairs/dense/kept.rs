//! The pairs that a checkpoint keeps, by blocks.

use super::super::checkpoint::CheckpointError;
use super::super::kernel::{AllSums, BlockKernel, BlockSums, Counts, Products, SumSet};
use super::super::recall::{KeptPair, TakenBack};
use super::{Shared, Workspace};
use crate::similarity::Needs;
use crate::sums::CoRatedSums;
use std::ops::Range;

impl Shared<'_> {
    /// Takes back kept pairs, all of whose longer rows are in `block`: a shorter row is summed with the
    /// whole block once, for all pairs that it has there.
    pub(in super::super) fn take_back<K: BlockKernel>(
        &self,
        kernel: K,
        block: Range<u32>,
        pairs: &mut [KeptPair],
        work: &mut Workspace<K::Line>,
        taken: &mut TakenBack<'_>,
    ) -> Result<(), CheckpointError> {
        pairs.sort_unstable();
        self.rows.head.fill(block.clone(), &mut work.lines);
        let lines = &work.lines;
        let taken_back = match self.finisher.needs() {
            Needs::Counts => self.take_sums::<K, Counts>(kernel, block.start, pairs, lines, taken),
            Needs::Products => {
                self.take_sums::<K, Products>(kernel, block.start, pairs, lines, taken)
            }
            Needs::AllSums => {
                self.take_sums::<K, AllSums>(kernel, block.start, pairs, lines, taken)
            }
        };
        self.rows.head.clear(block, &mut work.lines);
        taken_back
    }

    fn take_sums<K: BlockKernel, S: SumSet>(
        &self,
        kernel: K,
        first: u32,
        pairs: &[KeptPair],
        lines: &[K::Line],
        taken: &mut TakenBack<'_>,
    ) -> Result<(), CheckpointError> {
        let head = &self.rows.head;
        let mut sums = BlockSums::ZERO;
        for pairs in pairs.chunk_by(|a, b| a.shorter == b.shorter) {
            let shorter = pairs[0].shorter;
            kernel.sums::<S>(lines, head.row(shorter), &mut sums);
            for pair in pairs {
                let mut pair_sums = sums.of((pair.longer - first) as usize);
                add_tails(&mut pair_sums, head.tail(pair.longer), head.tail(shorter));
                taken.push(pair, &pair_sums)?;
            }
        }
        Ok(())
    }
}

/// Adds what two rows have in columns that blocks do not hold. Of the shorter there are few.
fn add_tails(sums: &mut CoRatedSums, longer: &[(u32, u8)], shorter: &[(u32, u8)]) {
    for &(column, y) in shorter {
        if let Ok(place) = longer.binary_search_by_key(&column, |&(column, _)| column) {
            sums.add(u32::from(longer[place].1), u32::from(y));
        }
    }
}
