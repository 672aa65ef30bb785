//! The live neighbours of one side: changed lists overlaid on those of a job.

use super::change::Change;
use super::error::LiveError;
use super::list::{BestNeighbours, List, OwnedList};
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

/// The slot of a row whose list is still the one in the base index.
const UNCHANGED: u32 = u32::MAX;

/// Minimum number of lists that a thread computes before others join: each thread needs its own
/// memory.
pub(super) const MIN_LISTS_PER_THREAD: usize = 4;

/// The k nearest neighbours of every row of a side, kept exact for the ratings of a [`Live`]:
/// equal, bit for bit, to those that a job over all pairs would find.
///
/// Changed lists are overlaid on the [`NeighbourIndex`] from which it was created, so it takes
/// little memory while few lists have changed.
///
/// [`Live`]: super::Live
pub struct LiveIndex {
    parameters: ModelParameters,
    base: NeighbourIndex,
    /// Capacity of the lists in `base`.
    base_capacity: usize,
    /// For every row, the index of its list in `lists`, or [`UNCHANGED`].
    slots: Vec<u32>,
    lists: Vec<OwnedList>,
    /// For every row, the similarity of the last neighbour in its list, below which a pair cannot be
    /// in it; −∞ if the list is complete.
    floors: Vec<f64>,
    /// The rows whose neighbours, including spare ones, have changed since the last
    /// [`take_changed`](Self::take_changed).
    changed: FxHashSet<RowIdx>,
    memory: Accumulators,
}

impl LiveIndex {
    /// Creates the index of `rows` rows with the lists of `base`.
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
        let base_capacity = parameters.k().max(base.longest());
        let floor = |list| base_list(list, parameters.k(), base_capacity).floor();
        let mut floors: Vec<f64> = base.lists().map(floor).collect();
        floors.resize(rows, f64::NEG_INFINITY);
        Ok(Self {
            parameters,
            base_capacity,
            base,
            slots: vec![UNCHANGED; rows],
            lists: Vec::new(),
            floors,
            changed: FxHashSet::default(),
            memory: Accumulators::default(),
        })
    }

    /// The side of the rows.
    pub fn side(&self) -> Side {
        self.parameters.side()
    }

    /// The parameters.
    pub fn parameters(&self) -> &ModelParameters {
        &self.parameters
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.slots.len()
    }

    /// Returns the at most k neighbours of `row`, best first; empty past the end.
    pub fn list(&self, row: impl Into<RowIdx>) -> &[Neighbour] {
        let all = self.kept_list(row.into()).neighbours;
        &all[..all.len().min(self.parameters.k())]
    }

    /// Copies the current lists into an index, equal to that of a job.
    pub fn to_index(&self) -> NeighbourIndex {
        self.collect(|row| self.list(row))
    }

    /// Like [`to_index`](Self::to_index), but with the spare neighbours that are kept beyond the
    /// first k, so that [`Live::attach`] of the index restores them.
    ///
    /// [`Live::attach`]: super::Live::attach
    pub fn to_index_with_spare(&self) -> NeighbourIndex {
        self.collect(|row| {
            let list = self.kept_list(row);
            // The length of a list with more than k neighbours tells whether it is complete.
            match list.complete || list.neighbours.len() >= self.capacity() {
                true => list.neighbours,
                false => self.list(row),
            }
        })
    }

    fn collect<'a>(&'a self, list: impl Fn(RowIdx) -> &'a [Neighbour]) -> NeighbourIndex {
        let mut lists = Csr::default();
        RowIdx::first(self.rows()).for_each(|row| lists.push(list(row).iter().copied()));
        NeighbourIndex::from_valid_lists(self.side(), lists)
    }

    /// Returns the rows whose neighbours, including spare ones, have changed since the last call,
    /// ascending.
    pub(super) fn take_changed(&mut self) -> Vec<RowIdx> {
        let mut rows: Vec<RowIdx> = self.changed.drain().collect();
        rows.sort_unstable();
        rows
    }

    /// Adds a row without ratings and neighbours.
    pub(super) fn add_row(&mut self) {
        self.slots.push(UNCHANGED);
        self.floors.push(f64::NEG_INFINITY);
    }

    /// Updates the lists after a rating was changed in `matrix`.
    pub(super) fn update(&mut self, matrix: &RatingMatrix, change: &Change) {
        let (pairs, row) = (Pairs::new(matrix, self.parameters), change.row);
        let own;
        let changed;
        if pairs.affects_all_pairs() {
            changed = pairs.of_row_and_column(change, &mut self.memory);
            let mut best = BestNeighbours::new(self.capacity());
            changed.iter().filter_map(|pair| pair.now).for_each(|pair| best.offer(pair));
            own = best.into_list();
        } else {
            changed = pairs.of_column(change);
            let find = |index| changed.binary_search_by_key(&index, |pair: &Pair| pair.index);
            let entering = changed.iter().filter_map(|pair| pair.now);
            let list = self.kept_list(row);
            own = list.after(|n| find(n.index).is_ok(), entering, self.capacity());
        }
        let mut short = Vec::new();
        self.put(row, own, &mut short);
        for pair in &changed {
            self.patch(row, pair, &mut short);
        }
        self.refill(&pairs, &short);
    }

    /// Updates the list of the pair's other row with its new similarity to `changed`.
    fn patch(&mut self, changed: RowIdx, pair: &Pair, short: &mut Vec<RowIdx>) {
        if pair.bound < self.floors[pair.index.at()] {
            return;
        }
        let list = self.kept_list(pair.index);
        let now = pair.now.map(|now| Neighbour { index: changed, ..now });
        let now = now.filter(|now| list.takes(now));
        if now.is_some() || list.has(changed) {
            let after = list.after(|n| n.index == changed, now.into_iter(), self.capacity());
            self.put(pair.index, after, short);
        }
    }

    /// Recomputes the lists that have become too short.
    pub(super) fn refill(&mut self, pairs: &Pairs<'_>, short: &[RowIdx]) {
        let capacity = self.capacity();
        let list = |row: RowIdx, memory: &mut Accumulators| {
            let mut best = BestNeighbours::new(capacity);
            pairs.each_neighbour_of(row, memory, |neighbour| best.offer(neighbour));
            best.into_list()
        };
        let lists: Vec<_> = if short.len() <= MIN_LISTS_PER_THREAD {
            short.iter().map(|&row| list(row, &mut self.memory)).collect()
        } else {
            let recompute = |memory: &mut Accumulators, &row: &RowIdx| list(row, memory);
            let short_rows = short.par_iter().with_min_len(MIN_LISTS_PER_THREAD);
            short_rows.map_init(Accumulators::default, recompute).collect()
        };
        for (&row, list) in short.iter().zip(lists) {
            self.put(row, list, &mut Vec::new());
        }
    }

    /// Replaces the list of a row. A list that is too short is not stored: the row is added to
    /// `short`, to be recomputed, and keeps its old list, against which its change is detected
    /// later.
    pub(super) fn put(&mut self, row: RowIdx, list: OwnedList, short: &mut Vec<RowIdx>) {
        if list.is_short_of(self.parameters.k()) {
            short.push(row);
            return;
        }
        if !equal_bits(self.kept_list(row).neighbours, list.get().neighbours) {
            self.changed.insert(row);
        }
        self.floors[row.at()] = list.get().floor();
        match self.slots[row.at()] {
            UNCHANGED => {
                self.slots[row.at()] = self.lists.len() as u32;
                self.lists.push(list);
            }
            slot => self.lists[slot as usize] = list,
        }
    }

    pub(super) fn kept_list(&self, row: RowIdx) -> List<'_> {
        match self.slots.get(row.at()) {
            Some(&slot) if slot != UNCHANGED => self.lists[slot as usize].get(),
            _ => base_list(self.base.list(row), self.parameters.k(), self.base_capacity),
        }
    }

    /// Maximum number of neighbours kept in a list: some more than k, so that few lists become too
    /// short.
    pub(super) fn capacity(&self) -> usize {
        self.parameters.with_spare().k()
    }
}

/// A list of a base index. Lists that are shorter than its capacity are complete, except those with
/// exactly k neighbours: their spare ones may have been dropped.
fn base_list(neighbours: &[Neighbour], k: usize, capacity: usize) -> List<'_> {
    List { neighbours, complete: neighbours.len() < capacity && neighbours.len() != k }
}

/// Whether two lists are equal, bit for bit.
fn equal_bits(left: &[Neighbour], right: &[Neighbour]) -> bool {
    let bits = |n: &Neighbour| (n.index, n.overlap, n.similarity.to_bits());
    left.iter().map(bits).eq(right.iter().map(bits))
}
