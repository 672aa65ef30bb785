//! Lists as a checkpoint has them: who is kept is known, how similar they are is computed again.

use super::checkpoint::CheckpointError;
use super::lists::NeighbourLists;
use super::order::RowOrder;
use crate::neighbours::Neighbour;
use crate::similarity::{Cell, Finisher, Plane, Similarities, Sums, Value, View};
use rayon::prelude::*;

/// A pair that a list keeps, by positions.
#[derive(Clone, Copy, Default)]
struct KeptPair {
    /// The row that comes later in the order, and is no longer than the other.
    shorter: u32,
    /// Whose list keeps it.
    owner: u32,
}

/// Offers to the list at each position the rows that it is said to keep.
///
/// # Errors
/// [`CheckpointError::OtherComputation`] if there is no such row, or two rows have no similarity.
pub(super) fn seed(
    similarities: &Similarities<'_>,
    order: &RowOrder,
    lists: &NeighbourLists,
    lengths: &[u32],
    kept: &[u32],
) -> Result<(), CheckpointError> {
    if lengths.len() != order.len() || kept.iter().any(|&row| row as usize >= order.len()) {
        return Err(CheckpointError::OtherComputation);
    }
    let pairs = PairsByLonger::new(order, lengths, kept);
    match similarities.plane() {
        Plane::Levels(view) => pairs.offer(view, order, similarities.finisher(), lists),
        Plane::WideLevels(view) => pairs.offer(view, order, similarities.finisher(), lists),
        Plane::Reals(reals) => pairs.offer(&reals.view(), order, similarities.finisher(), lists),
    }
}

/// The pairs, by the position of the longer row: its values are laid out once for all of them.
struct PairsByLonger {
    starts: Vec<usize>,
    pairs: Vec<KeptPair>,
}

impl PairsByLonger {
    fn new(order: &RowOrder, lengths: &[u32], kept: &[u32]) -> Self {
        let positions = order.positions();
        let each = || {
            let owners = (0..).zip(lengths).flat_map(|(owner, &n)| (0..n).map(move |_| owner));
            owners.zip(kept).map(|(owner, &row): (u32, _)| (owner, positions[row as usize]))
        };
        let mut starts = vec![0; order.len() + 1];
        for (owner, other) in each() {
            starts[owner.min(other) as usize + 1] += 1;
        }
        for position in 0..order.len() {
            starts[position + 1] += starts[position];
        }
        let mut next = starts.clone();
        let mut pairs = vec![KeptPair::default(); kept.len()];
        for (owner, other) in each() {
            let place = &mut next[owner.min(other) as usize];
            pairs[*place] = KeptPair { shorter: owner.max(other), owner };
            *place += 1;
        }
        Self { starts, pairs }
    }

    fn offer<V: Value>(
        &self,
        view: &View<'_, V>,
        order: &RowOrder,
        finisher: &Finisher,
        lists: &NeighbourLists,
    ) -> Result<(), CheckpointError> {
        let columns = view.columns.len();
        (0..order.len() as u32).into_par_iter().try_for_each_init(
            || vec![None; columns],
            |values, longer| {
                let pairs =
                    &self.pairs[self.starts[longer as usize]..self.starts[longer as usize + 1]];
                if pairs.is_empty() {
                    return Ok(());
                }
                let row = order.row(longer);
                view.row(row as usize).for_each(|(column, x)| values[column as usize] = Some(x));
                let offered = pairs.iter().try_for_each(|pair| {
                    let other = order.row(pair.shorter);
                    let sums = sums_with(values, view, other);
                    let (facts, other_facts) = (finisher.facts(row), finisher.facts(other));
                    let similarity = finisher
                        .similarity(&sums, &facts, &other_facts)
                        .ok_or(CheckpointError::OtherComputation)?;
                    let index = if pair.owner == longer { other } else { row };
                    let overlap = sums.overlap();
                    lists.offer(pair.owner, Neighbour { index, overlap, similarity });
                    Ok(())
                });
                view.row(row as usize).for_each(|(column, _)| values[column as usize] = None);
                offered
            },
        )
    }
}

/// The sums of the row whose `values` are laid out with another, in ascending order of the columns.
fn sums_with<V: Value>(values: &[Option<V>], view: &View<'_, V>, other: u32) -> V::Sums {
    let mut sums = V::Sums::default();
    for (column, y) in view.row(other as usize) {
        if let Some(x) = values[column as usize] {
            sums.take(x, y);
        }
    }
    sums
}
