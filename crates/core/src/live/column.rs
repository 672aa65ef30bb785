//! The pairs of a row with all raters of one column.

use super::change::Change;
use super::pairs::{Pair, Pairs};
use crate::ids::RowIdx;
use crate::similarity::{Cell, LevelChange, RowFacts, View};
use rayon::prelude::*;

/// The number of steps, each for one rating, from which another thread helps.
const STEPS_PER_THREAD: usize = 100_000;

/// Computes the pairs of the changed row with all raters of the changed column.
pub(super) struct ColumnPairs<'p, 'a, V> {
    pairs: &'p Pairs<'a>,
    view: &'p View<'a, V>,
    row: RowIdx,
    levels: LevelChange,
    facts: RowFacts<'static>,
    /// The raters other than the row, ascending, with their values in the column.
    raters: Vec<(RowIdx, V)>,
}

/// A way to compute the sums of pairs; which one takes fewer steps depends on the ratings.
#[derive(Clone, Copy)]
enum Way {
    /// Walks each rater's row, with the changed row's values scattered into an array.
    AlongRows,
    /// Walks the columns of the changed row, which list the raters.
    AcrossColumns,
}

impl<'p, 'a, V: Copy + Send + Sync> ColumnPairs<'p, 'a, V> {
    pub(super) fn new(pairs: &'p Pairs<'a>, view: &'p View<'a, V>, change: &Change) -> Self {
        let (rows, values) = view.lists().of(change.column);
        let raters = rows.iter().copied().map(RowIdx).zip(values.iter().copied());
        let raters = raters.filter(|&(rater, _)| rater != change.row).collect();
        let (row, levels, facts) = (change.row, change.levels, pairs.facts(change.row));
        Self { pairs, view, row, levels, facts, raters }
    }

    /// Returns the pairs, ascending, using all threads of the current pool if there are many.
    pub(super) fn compute<S: Cell<V>>(&self) -> Vec<Pair> {
        let (way, steps) = self.cheaper_way();
        let threads = rayon::current_num_threads().min(steps / STEPS_PER_THREAD).max(1);
        if threads == 1 {
            return self.part::<S>(way, &self.raters);
        }
        let parts = self.raters.par_chunks(self.raters.len().div_ceil(threads));
        parts.flat_map_iter(|part| self.part::<S>(way, part)).collect()
    }

    fn cheaper_way(&self) -> (Way, usize) {
        let Self { view, row, raters, .. } = self;
        let along = raters.iter().map(|&(rater, _)| view.rows.row_len(rater)).sum();
        let columns = view.row(*row).map(|(column, _)| RowIdx(column));
        let across = columns.map(|column| view.columns.row_len(column)).sum();
        if along <= across { (Way::AlongRows, along) } else { (Way::AcrossColumns, across) }
    }

    fn part<S: Cell<V>>(&self, way: Way, raters: &[(RowIdx, V)]) -> Vec<Pair> {
        match (way, raters) {
            (Way::AlongRows, _) => self.along_rows::<S>(raters),
            (Way::AcrossColumns, &[(first, _), .., (last, _)]) => {
                self.across_columns::<S>(raters, first.0..last.0 + 1)
            }
            (Way::AcrossColumns, _) => self.along_rows::<S>(raters),
        }
    }

    fn along_rows<S: Cell<V>>(&self, raters: &[(RowIdx, V)]) -> Vec<Pair> {
        let mut values = vec![None; self.view.columns.len()];
        for (column, value) in self.view.row(self.row) {
            values[column as usize] = Some(value);
        }
        let pair = |&(rater, value): &(RowIdx, V)| {
            let mut sums = S::default();
            for (column, y) in self.view.row(rater) {
                sums.accumulate_if_rated(values[column as usize], y);
            }
            self.pair(&sums, rater, value)
        };
        raters.iter().map(pair).collect()
    }

    /// Sums the values of all rows in a range that contains the raters: skipping those of other rows
    /// takes longer.
    fn across_columns<S: Cell<V>>(
        &self,
        raters: &[(RowIdx, V)],
        rows: std::ops::Range<u32>,
    ) -> Vec<Pair> {
        let mut sums = vec![S::default(); rows.len()];
        for (column, x) in self.view.row(self.row) {
            for (row, y) in self.view.lists().within(column, &rows) {
                sums[(row - rows.start) as usize].accumulate(x, y);
            }
        }
        let sums = |rater: RowIdx| &sums[(rater.0 - rows.start) as usize];
        raters.iter().map(|&(rater, value)| self.pair(sums(rater), rater, value)).collect()
    }

    #[inline(always)]
    fn pair<S: Cell<V>>(&self, sums: &S, index: RowIdx, value: V) -> Pair {
        let similarity = |sums: &S| {
            let neighbour = self.pairs.neighbour(sums, &self.facts, index);
            (neighbour, neighbour.map_or(f64::NEG_INFINITY, |n| n.similarity))
        };
        let (now, after) = similarity(sums);
        let before = sums.before(&self.levels, value);
        let before = before.map_or(f64::INFINITY, |sums| similarity(&sums).1);
        Pair { index, now, bound: before.max(after) }
    }
}
