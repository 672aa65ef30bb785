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

/// The computation whose lists a checkpoint fills.
pub(super) struct Seed<'a, 'm> {
    pub(super) similarities: &'a Similarities<'m>,
    pub(super) order: &'a RowOrder,
    pub(super) plan: &'a TilePlan,
    pub(super) layout: &'a Layout,
    pub(super) lists: &'a NeighbourLists,
}

impl Seed<'_, '_> {
    /// Offers to each list the rows that the checkpoint has in it, asking before every block of rows
    /// whether to go on.
    ///
    /// # Errors
    /// [`CheckpointError::OtherComputation`] if there is no such row, or two rows have no similarity;
    /// [`CheckpointError::Damaged`] for lists that no computation keeps; [`CheckpointError::Stopped`]
    /// if it was not to go on.
    pub(super) fn fill(
        &self,
        checkpoint: &Checkpoint,
        go_on: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), CheckpointError> {
        let Self { similarities, order, layout, lists, .. } = *self;
        let Checkpoint { merged, lengths, kept, .. } = checkpoint;
        let rows = order.len();
        if lengths.len() != rows || kept.iter().any(|&row| row as usize >= rows) {
            return Err(CheckpointError::OtherComputation);
        }
        check_lists(order, lengths, kept)?;
        let mut pairs = PairsByBlock::new(order, lengths, kept);
        let finisher = similarities.finisher();
        pairs.blocks(rows).into_par_iter().try_for_each(|(block, pairs)| {
            if !go_on() {
                return Err(CheckpointError::Stopped);
            }
            // Else the pair would come a second time, with its tile.
            if !pairs.iter().all(|pair| self.is_merged(pair, merged)) {
                return Err(CheckpointError::Damaged { found: "a pair of a tile still to come" });
            }
            let mut offers = Offers { order, finisher, lists, made: Vec::new() };
            layout.offer_kept(similarities, order, block, pairs, &mut offers)?;
            offers.flush();
            Ok(())
        })
    }

    fn is_merged(&self, pair: &KeptPair, merged: &[bool]) -> bool {
        let place = self.plan.place_with((pair.longer, pair.shorter));
        place.is_some_and(|place| merged[place])
    }
}

/// Checks that no list keeps a row twice, or its own. A checksum says that a
/// checkpoint is what was written, not that what was written is a checkpoint.
fn check_lists(order: &RowOrder, lengths: &[u32], mut kept: &[u32]) -> Result<(), CheckpointError> {
    let damaged = |found| Err(CheckpointError::Damaged { found });
    // Of every row, the last list that was seen to have it.
    let mut seen_in = vec![u32::MAX; order.len()];
    for (owner, &length) in (0..).zip(lengths) {
        let Some((list, others)) = kept.split_at_checked(length as usize) else {
            return damaged("lists that do not fit their lengths");
        };
        kept = others;
        seen_in[order.row(owner) as usize] = owner;
        if list.iter().any(|&row| mem::replace(&mut seen_in[row as usize], owner) == owner) {
            return damaged("a list with its own row, or one twice");
        }
    }
    if kept.is_empty() { Ok(()) } else { damaged("lists that do not fit their lengths") }
}

/// The pairs, by the block of the longer row: its values are laid out once for all of them.
struct PairsByBlock {
    starts: Vec<usize>,
    pairs: Vec<KeptPair>,
}

impl PairsByBlock {
    fn new(order: &RowOrder, lengths: &[u32], kept: &[u32]) -> Self {
        let positions = order.positions();
        let each = || {
            let owners = (0..).zip(lengths).flat_map(|(owner, &n)| (0..n).map(move |_| owner));
            owners.zip(kept).map(|(owner, &row)| KeptPair::new(owner, positions[row as usize]))
        };
        let block = |pair: &KeptPair| pair.longer as usize / LANES;
        let blocks = order.len().div_ceil(LANES);
        let mut starts = vec![0; blocks + 1];
        each().for_each(|pair| starts[block(&pair) + 1] += 1);
        for block in 0..blocks {
            starts[block + 1] += starts[block];
        }
        let mut next = starts.clone();
        let mut pairs = vec![KeptPair::default(); kept.len()];
        for pair in each() {
            let place = &mut next[block(&pair)];
            pairs[*place] = pair;
            *place += 1;
        }
        Self { starts, pairs }
    }

    /// The blocks that have pairs.
    fn blocks(&mut self, rows: usize) -> Vec<(Range<u32>, &mut [KeptPair])> {
        let mut rest = &mut self.pairs[..];
        let mut blocks = Vec::new();
        for (block, ends) in self.starts.windows(2).enumerate() {
            let (pairs, others) = mem::take(&mut rest).split_at_mut(ends[1] - ends[0]);
            rest = others;
            if !pairs.is_empty() {
                let first = block * LANES;
                blocks.push((first as u32..(first + LANES).min(rows) as u32, pairs));
            }
        }
        blocks
    }
}

/// So many offers are made together, so that a lock serves many.
const TOGETHER: usize = 1 << 16;

/// What becomes of the sums of kept pairs.
pub(super) struct Offers<'a> {
    order: &'a RowOrder,
    finisher: &'a Finisher<'a>,
    lists: &'a NeighbourLists,
    made: Vec<(u32, Neighbour)>,
}

impl Offers<'_> {
    /// Offers the pair to the list that keeps it.
    ///
    /// # Errors
    /// [`CheckpointError::OtherComputation`] if the two have no similarity.
    pub(super) fn offer<S: Sums>(
        &mut self,
        pair: &KeptPair,
        sums: &S,
    ) -> Result<(), CheckpointError> {
        let (longer, shorter) = (self.order.row(pair.longer), self.order.row(pair.shorter));
        let facts = (self.finisher.facts(longer), self.finisher.facts(shorter));
        let similarity = self.finisher.similarity(sums, &facts.0, &facts.1);
        let similarity = similarity.ok_or(CheckpointError::OtherComputation)?;
        let index = if pair.owner == pair.longer { shorter } else { longer };
        let neighbour = Neighbour { index, overlap: sums.overlap(), similarity };
        self.made.push((pair.owner, neighbour));
        if self.made.len() >= TOGETHER {
            self.flush();
        }
        Ok(())
    }

    fn flush(&mut self) {
        self.made.sort_unstable_by_key(|&(owner, _)| owner);
        self.lists.offer_all(&self.made);
        self.made.clear();
    }
}

/// Offers the kept pairs of some longer rows by walking each shorter one.
pub(super) fn offer_along_rows<V: Copy, S: Cell<V>>(
    view: &View<'_, V>,
    order: &RowOrder,
    pairs: &mut [KeptPair],
    offers: &mut Offers<'_>,
) -> Result<(), CheckpointError> {
    pairs.sort_unstable_by_key(|pair| (pair.longer, pair.shorter));
    let mut values = vec![None; view.columns.len()];
    for pairs in pairs.chunk_by(|a, b| a.longer == b.longer) {
        let longer = order.row(pairs[0].longer) as usize;
        view.row(longer).for_each(|(column, x)| values[column as usize] = Some(x));
        for pair in pairs {
            let sums: S = sums_with(&values, view, order.row(pair.shorter));
            offers.offer(pair, &sums)?;
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
    use super::*;
    use crate::all_pairs::{AllPairs, Unobserved};
    use crate::{ModelOptions, RatingMatrix, RatingScale, RatingTable, Side};

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
        let options = ModelOptions { k: 2, ..ModelOptions::new(Side::Users) };
        let computation = || AllPairs::new(&matrix, options.check().unwrap());
        let resume = |merged: bool, lengths: &[u32], kept: &[u32]| {
            let checkpoint = Checkpoint {
                merged: vec![merged],
                lengths: lengths.to_vec(),
                kept: kept.to_vec(),
                ..computation().checkpoint()
            };
            let all_pairs = computation();
            all_pairs.resume(&checkpoint).map(|()| all_pairs.run(&Unobserved).unwrap())
        };
        let whole = computation().run(&Unobserved).unwrap();
        assert_eq!(resume(false, &[0; 3], &[]).unwrap(), whole);
        assert_eq!(resume(true, &[1, 1, 0], &[1, 0]).unwrap().entries(), 2);
        let early = resume(false, &[1, 1, 0], &[1, 0]).unwrap_err();
        assert!(early.to_string().contains("still to come"), "{early}");
        for (lengths, kept, wrong) in [
            ([1, 0, 0], &[0][..], "own row"),
            ([2, 0, 0], &[1, 1], "twice"),
            ([1, 0, 0], &[1, 2], "lengths"),
            ([3, 0, 0], &[1, 2], "lengths"),
        ] {
            let error = resume(true, &lengths, kept).unwrap_err();
            assert!(
                matches!(error, CheckpointError::Damaged { found } if found.contains(wrong)),
                "{error}"
            );
        }
    }
}
