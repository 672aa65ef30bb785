//! Lists as a checkpoint has them: who is kept is known, how similar they are is computed again.

use super::checkpoint::{Checkpoint, CheckpointError};
use super::kernel::LANES;
use super::layout::Layout;
use super::lists::NeighbourLists;
use super::order::RowOrder;
use super::tile::TilePlan;
use crate::neighbours::Neighbour;
use crate::similarity::{Cell, Finisher, Similarities, Sums, View};
use rayon::prelude::*;
use std::mem;
use std::ops::Range;

/// The rows that the lists of a checkpoint keep, by position, until it is computed again how similar
/// they are.
pub(super) struct Kept {
    /// Where each list begins, and the end.
    starts: Vec<usize>,
    rows: Vec<u32>,
}

impl Kept {
    /// What a checkpoint keeps. A checksum says that it is what was written, not that what was written
    /// is a checkpoint.
    ///
    /// # Errors
    /// [`CheckpointError::OtherComputation`] if it has other rows; [`CheckpointError::Damaged`] for
    /// lists that no computation keeps: with a row twice, or its own, or one whose tile is not merged.
    pub(super) fn new(
        checkpoint: &Checkpoint,
        order: &RowOrder,
        plan: &TilePlan,
    ) -> Result<Self, CheckpointError> {
        let Checkpoint { merged, lengths, kept, .. } = checkpoint;
        let rows = order.len();
        if lengths.len() != rows || kept.iter().any(|&row| row as usize >= rows) {
            return Err(CheckpointError::OtherComputation);
        }
        let mut starts = vec![0];
        starts.extend(lengths.iter().scan(0, |sum, &length| {
            *sum += length as usize;
            Some(*sum)
        }));
        let damaged = |found| Err(CheckpointError::Damaged { found });
        if starts[rows] != kept.len() {
            return damaged("lists that do not fit their lengths");
        }
        let positions = order.positions();
        // Of every row, the last list that was seen to have it.
        let mut seen_in = vec![u32::MAX; rows];
        for owner in 0..rows as u32 {
            let list = &kept[starts[owner as usize]..starts[owner as usize + 1]];
            seen_in[order.row(owner) as usize] = owner;
            if list.iter().any(|&row| mem::replace(&mut seen_in[row as usize], owner) == owner) {
                return damaged("a list with its own row, or one twice");
            }
            // Else the pair would come a second time, with its tile.
            let is_merged = |&row: &u32| {
                let pair = KeptPair::new(owner, positions[row as usize]);
                plan.place_with((pair.longer, pair.shorter)).is_some_and(|place| merged[place])
            };
            if !list.iter().all(is_merged) {
                return damaged("a pair of a tile still to come");
            }
        }
        Ok(Self { starts, rows: kept.clone() })
    }

    /// The rows that the list at a position keeps.
    pub(super) fn list(&self, position: usize) -> &[u32] {
        &self.rows[self.starts[position]..self.starts[position + 1]]
    }

    /// How many lists there are.
    fn lists(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many rows all lists keep.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }
}

/// A pair that a list keeps, by positions.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct KeptPair {
    /// The row that comes later in the order, and is no longer than the other.
    pub(super) shorter: u32,
    pub(super) longer: u32,
    /// Which of the two has the list.
    owner: u32,
}

impl KeptPair {
    fn new(owner: u32, other: u32) -> Self {
        Self { shorter: owner.max(other), longer: owner.min(other), owner }
    }
}

/// Why similarities were not all computed again.
pub(super) enum NotRecalled {
    Cancelled,
    Unfit(CheckpointError),
}

impl From<CheckpointError> for NotRecalled {
    fn from(error: CheckpointError) -> Self {
        Self::Unfit(error)
    }
}

/// The computation whose lists take back what a checkpoint keeps.
pub(super) struct Recall<'a, 'm> {
    pub(super) similarities: &'a Similarities<'m>,
    pub(super) order: &'a RowOrder,
    pub(super) layout: &'a Layout,
    pub(super) lists: &'a NeighbourLists,
}

/// So many lists at a time: their pairs by blocks take some 50 MB, for lists of 100.
const LISTS: usize = 1 << 15;
/// So many pairs of a block are one piece of work: the longest rows are in most of the lists, and
/// threads share their blocks.
const PAIRS: usize = 1 << 14;

impl Recall<'_, '_> {
    /// Computes how similar the kept rows are, and has the lists take them back. `done` is told how
    /// many more pairs are done and answers whether to go on, on any thread.
    ///
    /// # Errors
    /// [`CheckpointError::OtherComputation`] if two rows have no similarity;
    /// [`CheckpointError::Damaged`] if a list has turned away who belongs there.
    pub(super) fn run(
        &self,
        kept: &Kept,
        done: &(dyn Fn(usize) -> bool + Sync),
    ) -> Result<(), NotRecalled> {
        let positions = self.order.positions();
        for first in (0..kept.lists()).step_by(LISTS) {
            let owners = first..(first + LISTS).min(kept.lists());
            let mut pairs = PairsByBlock::new(kept, owners, &positions);
            pairs.pieces().into_par_iter().try_for_each(|(block, pairs)| {
                let count = pairs.len();
                self.take_back(block, pairs)?;
                if done(count) { Ok(()) } else { Err(NotRecalled::Cancelled) }
            })?;
        }
        let found = "a list that turned away who belongs there";
        if self.lists.settle() { Ok(()) } else { Err(CheckpointError::Damaged { found }.into()) }
    }

    fn take_back(&self, block: Range<u32>, pairs: &mut [KeptPair]) -> Result<(), CheckpointError> {
        let Self { similarities, order, layout, lists } = *self;
        let made = Vec::with_capacity(pairs.len());
        let mut taken = TakenBack { order, finisher: similarities.finisher(), made };
        layout.take_back(similarities, order, block, pairs, &mut taken)?;
        taken.made.sort_unstable_by_key(|&(owner, _)| owner);
        lists.take_back(&taken.made);
        Ok(())
    }
}

/// The pairs of some lists, by the block of the longer row: its values are laid out once for all of
/// them.
struct PairsByBlock {
    rows: usize,
    starts: Vec<usize>,
    pairs: Vec<KeptPair>,
}

impl PairsByBlock {
    fn new(kept: &Kept, owners: Range<usize>, positions: &[u32]) -> Self {
        let each = || {
            owners.clone().flat_map(|owner| {
                let other = move |&row: &u32| KeptPair::new(owner as u32, positions[row as usize]);
                kept.list(owner).iter().map(other)
            })
        };
        let rows = kept.lists();
        let block = |pair: &KeptPair| pair.longer as usize / LANES;
        let blocks = rows.div_ceil(LANES);
        let mut starts = vec![0; blocks + 1];
        each().for_each(|pair| starts[block(&pair) + 1] += 1);
        for block in 0..blocks {
            starts[block + 1] += starts[block];
        }
        let mut next = starts.clone();
        let mut pairs = vec![KeptPair::default(); starts[blocks]];
        for pair in each() {
            let place = &mut next[block(&pair)];
            pairs[*place] = pair;
            *place += 1;
        }
        Self { rows, starts, pairs }
    }

    /// Blocks with pairs that they have.
    fn pieces(&mut self) -> Vec<(Range<u32>, &mut [KeptPair])> {
        let mut rest = &mut self.pairs[..];
        let mut pieces = Vec::new();
        for (block, ends) in self.starts.windows(2).enumerate() {
            let (pairs, others) = mem::take(&mut rest).split_at_mut(ends[1] - ends[0]);
            rest = others;
            let first = block * LANES;
            let block = first as u32..(first + LANES).min(self.rows) as u32;
            pieces.extend(pairs.chunks_mut(PAIRS).map(|pairs| (block.clone(), pairs)));
        }
        pieces
    }
}

/// What becomes of the sums of kept pairs.
pub(super) struct TakenBack<'a> {
    order: &'a RowOrder,
    finisher: &'a Finisher<'a>,
    made: Vec<(u32, Neighbour)>,
}

impl TakenBack<'_> {
    /// Takes the pair back for the list that keeps it.
    ///
    /// # Errors
    /// [`CheckpointError::OtherComputation`] if the two have no similarity.
    pub(super) fn push<S: Sums>(
        &mut self,
        pair: &KeptPair,
        sums: &S,
    ) -> Result<(), CheckpointError> {
        let (longer, shorter) = (self.order.row(pair.longer), self.order.row(pair.shorter));
        let facts = (self.finisher.facts(longer), self.finisher.facts(shorter));
        let similarity = self.finisher.similarity(sums, &facts.0, &facts.1);
        let similarity = similarity.ok_or(CheckpointError::OtherComputation)?;
        let index = if pair.owner == pair.longer { shorter } else { longer };
        self.made.push((pair.owner, Neighbour { index, overlap: sums.overlap(), similarity }));
        Ok(())
    }
}

/// Takes the kept pairs of some longer rows back by walking each shorter one.
pub(super) fn take_back_along_rows<V: Copy, S: Cell<V>>(
    view: &View<'_, V>,
    order: &RowOrder,
    pairs: &mut [KeptPair],
    taken: &mut TakenBack<'_>,
) -> Result<(), CheckpointError> {
    pairs.sort_unstable_by_key(|pair| (pair.longer, pair.shorter));
    let mut values = vec![None; view.columns.len()];
    for pairs in pairs.chunk_by(|a, b| a.longer == b.longer) {
        let longer = order.row(pairs[0].longer) as usize;
        view.row(longer).for_each(|(column, x)| values[column as usize] = Some(x));
        for pair in pairs {
            let sums: S = sums_with(&values, view, order.row(pair.shorter));
            taken.push(pair, &sums)?;
        }
        view.row(longer).for_each(|(column, _)| values[column as usize] = None);
    }
    Ok(())
}

/// The sums of the row whose `values` are laid out with another, in ascending order of the columns.
fn sums_with<V: Copy, S: Cell<V>>(values: &[Option<V>], view: &View<'_, V>, other: u32) -> S {
    let mut sums = S::default();
    for (column, y) in view.row(other as usize) {
        if let Some(x) = values[column as usize] {
            sums.take(x, y);
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::super::top_k::RankKey;
    use super::*;
    use crate::all_pairs::{AllPairs, RunError, Unobserved};
    use crate::{ModelOptions, NeighbourIndex, RatingMatrix, RatingScale, RatingTable, Side};

    #[test]
    fn lists_that_no_computation_keeps_are_refused() {
        let mut table = RatingTable::new();
        for (user, ratings) in
            [[1.0, 2.0, 5.0], [2.0, 2.0, 4.0], [5.0, 3.0, 1.0]].iter().enumerate()
        {
            for (item, &rating) in ratings.iter().enumerate() {
                table.push(&user.to_string(), &item.to_string(), rating, None).unwrap();
            }
        }
        let matrix = RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap();
        let options = ModelOptions { k: 1, ..ModelOptions::new(Side::Users) };
        let computation = || AllPairs::new(&matrix, options.check().unwrap());
        let open = [computation().checkpoint().bars[0]; 3];
        let resume = |merged: bool,
                      lengths: &[u32],
                      kept: &[u32],
                      bars: &[RankKey]|
         -> Result<NeighbourIndex, RunError> {
            let checkpoint = Checkpoint {
                merged: vec![merged],
                lengths: lengths.to_vec(),
                kept: kept.to_vec(),
                bars: bars.to_vec(),
                ..computation().checkpoint()
            };
            let all_pairs = computation();
            all_pairs.resume(&checkpoint)?;
            all_pairs.run(&Unobserved)
        };
        let whole = computation().run(&Unobserved).unwrap();
        assert_eq!(resume(false, &[0; 3], &[], &open).unwrap(), whole);
        assert_eq!(resume(true, &[1, 1, 0], &[1, 0], &open).unwrap().entries(), 2);
        let early = resume(false, &[1, 1, 0], &[1, 0], &open).unwrap_err();
        assert!(early.to_string().contains("still to come"), "{early}");
        let all_of = RankKey::before_all_of(f64::INFINITY);
        for (lengths, kept, first_bar, wrong) in [
            ([1, 0, 0], &[0][..], open[0], "own row"),
            ([2, 0, 0], &[1, 1], open[0], "twice"),
            ([1, 0, 0], &[1, 2], open[0], "lengths"),
            ([3, 0, 0], &[1, 2], open[0], "lengths"),
            ([1, 0, 0], &[1], all_of, "turned away"),
            ([0, 0, 0], &[], all_of, "turned away"),
        ] {
            let error = resume(true, &lengths, kept, &[first_bar, open[1], open[2]]).unwrap_err();
            assert!(
                matches!(&error, RunError::Checkpoint(CheckpointError::Damaged { found })
                    if found.contains(wrong)),
                "{error}"
            );
        }
    }
}
