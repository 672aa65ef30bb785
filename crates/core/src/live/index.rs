//! The neighbours of one side, with the lists that have changed laid over those of a job.

use super::error::LiveError;
use super::list::{List, OwnedList};
use super::pairs::{Pair, Pairs};
use crate::csr::Csr;
use crate::ids::{DenseIdx, RowIdx};
use crate::matrix::RatingMatrix;
use crate::neighbours::{Neighbour, NeighbourIndex};
use crate::parameters::ModelParameters;
use crate::side::Side;
use crate::similarity::Accumulators;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

/// The slot of a row whose list is still that of the job.
const UNCHANGED: u32 = u32::MAX;

/// How many lists one thread computes at least before others are asked to help: each needs memory
/// of its own.
pub(super) const ALONE: usize = 4;

/// The k nearest neighbours of every row of a side, exact for the ratings of the [`Live`] that keeps
/// it: bit for bit those that a job over all pairs would find.
///
/// It lays the lists that have changed over the [`NeighbourIndex`] that it was made of, so that it
/// takes little memory while few have.
///
/// [`Live`]: super::Live
pub struct LiveIndex {
    parameters: ModelParameters,
    base: NeighbourIndex,
    /// A list of the job that is shorter holds all there is.
    kept: usize,
    /// Of every row, where its list is among `lists`.
    slots: Vec<u32>,
    lists: Vec<OwnedList>,
    /// The rows whose first k have changed since last asked.
    changed: FxHashSet<RowIdx>,
    memory: Accumulators,
}

impl LiveIndex {
    /// The index of `rows` rows whose lists are those of `base`.
    pub(super) fn new(
        parameters: ModelParameters,
        base: NeighbourIndex,
        rows: usize,
    ) -> Result<Self, LiveError> {
        if parameters.similarity().is_global() {
            let options = parameters.options().similarity;
            let (measure, weighting) = (options.measure, options.weighting);
            return Err(LiveError::Global { measure, weighting });
        }
        if base.side() != parameters.side() {
            return Err(LiveError::Side { expected: parameters.side(), found: base.side() });
        }
        if base.rows() > rows {
            return Err(LiveError::Rows { expected: rows, found: base.rows() });
        }
        Ok(Self {
            parameters,
            kept: parameters.k().max(base.longest()),
            base,
            slots: vec![UNCHANGED; rows],
            lists: Vec::new(),
            changed: FxHashSet::default(),
            memory: Accumulators::default(),
        })
    }

    /// Whose neighbours.
    pub fn side(&self) -> Side {
        self.parameters.side()
    }

    /// The parameters.
    pub fn parameters(&self) -> &ModelParameters {
        &self.parameters
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.slots.len()
    }

    /// The neighbours of `row`, best first, k at most; none past the end.
    pub fn of(&self, row: impl Into<RowIdx>) -> &[Neighbour] {
        let all = self.list(row.into()).neighbours;
        &all[..all.len().min(self.parameters.k())]
    }

    /// The lists as they are now, as a job would leave them. Copies them all.
    pub fn to_index(&self) -> NeighbourIndex {
        let mut lists = Csr::default();
        RowIdx::first(self.rows()).for_each(|row| lists.push(self.of(row).iter().copied()));
        NeighbourIndex::from_valid_lists(self.side(), lists)
    }

    /// The rows whose first k have changed since the last call, ascending.
    pub(super) fn take_changed(&mut self) -> Vec<RowIdx> {
        let mut rows: Vec<RowIdx> = self.changed.drain().collect();
        rows.sort_unstable();
        rows
    }

    /// A new row without ratings, and so without neighbours.
    pub(super) fn add_row(&mut self) {
        self.slots.push(UNCHANGED);
    }

    /// Takes in that `row` has another rating in `column`, or none any more, as `matrix` has it now.
    pub(super) fn update(&mut self, matrix: &RatingMatrix, row: RowIdx, column: u32) {
        let pairs = Pairs::new(matrix, self.parameters);
        let own;
        let changed;
        if pairs.reach_far() {
            changed = pairs.of_row_and_column(row, column, &mut self.memory);
            let all = changed.iter().filter_map(|pair| pair.now).collect();
            own = OwnedList::of_all(all, self.longest());
        } else {
            changed = pairs.of_column(row, column);
            let place = |index| changed.binary_search_by_key(&index, |pair: &Pair| pair.index);
            let entering = changed.iter().filter_map(|pair| pair.now);
            let list = self.list(row);
            own = list.after(|n| place(n.index).is_ok(), entering, self.longest());
        }
        let mut short = Vec::new();
        self.put(row, own, &mut short);
        for pair in &changed {
            self.patch(pair.index, row, pair.now, &mut short);
        }
        self.refill(&pairs, &short);
    }

    /// Takes in what `other` is to `row` now, in the list of `row`.
    fn patch(
        &mut self,
        row: RowIdx,
        other: RowIdx,
        now: Option<Neighbour>,
        short: &mut Vec<RowIdx>,
    ) {
        let list = self.list(row);
        let now = now.map(|pair| Neighbour { index: other, ..pair }).filter(|n| list.takes(n));
        if now.is_some() || list.has(other) {
            let after = list.after(|n| n.index == other, now.into_iter(), self.longest());
            self.put(row, after, short);
        }
    }

    /// Computes lists that have fallen short anew.
    pub(super) fn refill(&mut self, pairs: &Pairs<'_>, short: &[RowIdx]) {
        let longest = self.longest();
        let list = |row: RowIdx, memory: &mut Accumulators| {
            OwnedList::of_all(pairs.neighbours_of(row, memory), longest)
        };
        let lists: Vec<_> = if short.len() <= ALONE {
            short.iter().map(|&row| list(row, &mut self.memory)).collect()
        } else {
            let each = |memory: &mut Accumulators, &row: &RowIdx| list(row, memory);
            let each_thread = short.par_iter().with_min_len(ALONE);
            each_thread.map_init(Accumulators::default, each).collect()
        };
        for (&row, list) in short.iter().zip(lists) {
            self.put(row, list, &mut Vec::new());
        }
    }

    /// Gives a row another list; or, if that falls short, notes the row to be computed anew and
    /// leaves it as it was, so that it shows then whether its first k have changed.
    pub(super) fn put(&mut self, row: RowIdx, list: OwnedList, short: &mut Vec<RowIdx>) {
        if list.is_short_of(self.parameters.k()) {
            short.push(row);
            return;
        }
        let k = self.parameters.k();
        let now = list.get().neighbours;
        if !same(self.of(row), &now[..now.len().min(k)]) {
            self.changed.insert(row);
        }
        match self.slots[row.at()] {
            UNCHANGED => {
                self.slots[row.at()] = self.lists.len() as u32;
                self.lists.push(list);
            }
            slot => self.lists[slot as usize] = list,
        }
    }

    pub(super) fn list(&self, row: RowIdx) -> List<'_> {
        match self.slots.get(row.at()) {
            Some(&slot) if slot != UNCHANGED => self.lists[slot as usize].get(),
            _ => {
                let neighbours = self.base.of(row);
                List { neighbours, complete: neighbours.len() < self.kept }
            }
        }
    }

    /// How many neighbours a list keeps at most: some beyond k, so that few lists fall short.
    pub(super) fn longest(&self) -> usize {
        self.parameters.with_spare().k()
    }
}

/// Whether two lists are equal, bit for bit.
fn same(left: &[Neighbour], right: &[Neighbour]) -> bool {
    let bits = |n: &Neighbour| (n.index, n.overlap, n.similarity.to_bits());
    left.iter().map(bits).eq(right.iter().map(bits))
}
