//! The live neighbours of one side: changed lists overlaid on those of a job.

use super::change::Change;
use super::error::LiveError;
use super::list::{BestNeighbours, OwnedList};
use super::lists::LiveLists;
use super::pairs::{Pair, Pairs};
use crate::ids::{DenseIdx, RowIdx};
use crate::matrix::RatingMatrix;
use crate::neighbours::{Neighbour, NeighbourIndex};
use crate::parameters::ModelParameters;
use crate::side::Side;
use crate::similarity::Accumulators;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

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
    lists: LiveLists,
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
        let (expected, found) = (parameters.with_spare().k(), base.longest());
        if found > expected {
            return Err(LiveError::Longest { expected, found });
        }
        let lists = LiveLists::new(parameters, base, rows);
        let floors = lists.all().map(|row| lists.kept(row).floor()).collect();
        let (changed, memory) = (FxHashSet::default(), Accumulators::default());
        Ok(Self { lists, floors, changed, memory })
    }

    /// The side of the rows.
    pub fn side(&self) -> Side {
        self.lists.side()
    }

    /// The parameters.
    pub fn parameters(&self) -> &ModelParameters {
        self.lists.parameters()
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.lists.rows()
    }

    /// Returns the at most k neighbours of `row`, best first; empty past the end.
    pub fn list(&self, row: impl Into<RowIdx>) -> &[Neighbour] {
        self.lists.list(row)
    }

    /// The current lists. A clone keeps them as they are.
    pub fn lists(&self) -> &LiveLists {
        &self.lists
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
        self.lists.add_row();
        self.floors.push(f64::NEG_INFINITY);
    }

    /// Updates the lists after a rating was changed in `matrix`.
    pub(super) fn update(&mut self, matrix: &RatingMatrix, change: &Change) {
        let (pairs, row) = (Pairs::new(matrix, *self.parameters()), change.row);
        let own;
        let changed;
        if pairs.affects_all_pairs() {
            changed = pairs.of_row_and_column(change, &mut self.memory);
            let mut best = BestNeighbours::new(self.lists.capacity());
            changed.iter().filter_map(|pair| pair.now).for_each(|pair| best.offer(pair));
            own = best.into_list();
        } else {
            changed = pairs.of_column(change);
            let find = |index| changed.binary_search_by_key(&index, |pair: &Pair| pair.index);
            let entering = changed.iter().filter_map(|pair| pair.now);
            let list = self.lists.kept(row);
            own = list.after(|n| find(n.index).is_ok(), entering, self.lists.capacity());
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
        let list = self.lists.kept(pair.index);
        let now = pair.now.map(|now| Neighbour { index: changed, ..now });
        let now = now.filter(|now| list.takes(now));
        if now.is_some() || list.has(changed) {
            let after = list.after(|n| n.index == changed, now.into_iter(), self.lists.capacity());
            self.put(pair.index, after, short);
        }
    }

    /// Recomputes the lists that have become too short.
    pub(super) fn refill(&mut self, pairs: &Pairs<'_>, short: &[RowIdx]) {
        let capacity = self.lists.capacity();
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
        if list.is_short_of(self.parameters().k()) {
            short.push(row);
            return;
        }
        if !equal_bits(self.lists.kept(row).neighbours, list.get().neighbours) {
            self.changed.insert(row);
        }
        self.floors[row.at()] = list.get().floor();
        self.lists.replace(row, list);
    }
}

/// Whether two lists are equal, bit for bit.
fn equal_bits(left: &[Neighbour], right: &[Neighbour]) -> bool {
    let bits = |n: &Neighbour| (n.index, n.overlap, n.similarity.to_bits());
    left.iter().map(bits).eq(right.iter().map(bits))
}
