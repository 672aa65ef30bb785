//! The pairs that are affected by a changed rating.

use super::change::Change;
use super::column::ColumnPairs;
use crate::ids::RowIdx;
use crate::matrix::RatingMatrix;
use crate::measure::Measure;
use crate::neighbours::Neighbour;
use crate::parameters::ModelParameters;
use crate::similarity::{Accumulators, RowFacts, Similarities, Sums, with_view_of_row};

/// Another row, and its current similarity to the row that changed.
#[derive(Clone, Copy)]
pub(super) struct Pair {
    pub(super) index: RowIdx,
    /// The other row as a neighbour; `None` if undefined or not similar enough.
    pub(super) now: Option<Neighbour>,
    /// The pair's similarity before and after the change does not exceed this.
    pub(super) bound: f64,
}

/// Computes similarities for the current ratings.
pub(super) struct Pairs<'a> {
    similarities: Similarities<'a>,
    parameters: ModelParameters,
}

impl<'a> Pairs<'a> {
    pub(super) fn new(matrix: &'a RatingMatrix, parameters: ModelParameters) -> Self {
        let similarities = Similarities::new(matrix, parameters.side(), parameters.similarity());
        Self { similarities, parameters }
    }

    /// Whether a rating affects all pairs of its row, not only those with co-ratings in its column.
    /// This is so for measures that read a row's length, norm or mean.
    pub(super) fn affects_all_pairs(&self) -> bool {
        match self.parameters.options().similarity.measure {
            Measure::Jaccard | Measure::BinaryCosine | Measure::CentredCosine => true,
            Measure::Pcs | Measure::Cosine => false,
            Measure::MeanSquaredDifference | Measure::Overlap => false,
            Measure::BaselinePearson => true,
        }
    }

    /// Returns the pairs of the changed row with all rows that share a column with it, and with all
    /// raters of the changed column, ascending.
    pub(super) fn of_row_and_column(
        &self,
        change: &Change,
        memory: &mut Accumulators,
    ) -> Vec<Pair> {
        let mut pairs = Vec::new();
        self.each_of_row(change.row, memory, |index, now| {
            pairs.push(Pair { index, now, bound: f64::INFINITY });
        });
        pairs.sort_unstable_by_key(|pair| pair.index);
        let is_new = |index: &RowIdx| pairs.binary_search_by_key(index, |pair| pair.index).is_err();
        let columns = self.similarities.matrix().rows(self.parameters.side().other());
        let raters = columns.row(RowIdx(change.column)).columns().iter().copied().map(RowIdx);
        let without_overlap: Vec<_> = raters
            .filter(|&index| index != change.row && is_new(&index))
            .map(|index| Pair { index, now: None, bound: f64::INFINITY })
            .collect();
        pairs.extend(without_overlap);
        pairs.sort_by_key(|pair| pair.index);
        pairs
    }

    /// Returns the pairs of the changed row with all raters of the changed column, ascending.
    pub(super) fn of_column(&self, change: &Change) -> Vec<Pair> {
        // One more, for a rating that was removed.
        let length = self.row_len(change.row) + 1;
        with_view_of_row!(self.similarities.plane(), length, (view, Sums) => {
            ColumnPairs::new(self, view, change).compute::<Sums>()
        })
    }

    /// Calls `each` with all neighbours of a row, in no particular order.
    pub(super) fn each_neighbour_of(
        &self,
        row: RowIdx,
        memory: &mut Accumulators,
        mut each: impl FnMut(Neighbour),
    ) {
        self.each_of_row(row, memory, |_, now| now.into_iter().for_each(&mut each));
    }

    /// Calls `each` with all rows that share a column with a row, and with their similarities, in no
    /// particular order.
    fn each_of_row(
        &self,
        row: RowIdx,
        memory: &mut Accumulators,
        mut each: impl FnMut(RowIdx, Option<Neighbour>),
    ) {
        with_view_of_row!(self.similarities.plane(), self.row_len(row), (view, Sums) => {
            let entries: Vec<_> = view.row(row).collect();
            let accumulator = memory.over::<Sums>(view.rows.len());
            accumulator.add(view.lists(), &entries);
            let facts = self.facts(row);
            accumulator.drain(|index, sums| {
                let index = RowIdx(index);
                if index != row {
                    each(index, self.neighbour(sums, &facts, index));
                }
            });
        });
    }

    fn row_len(&self, row: RowIdx) -> usize {
        self.similarities.matrix().rows(self.parameters.side()).row_len(row)
    }

    pub(super) fn facts(&self, row: RowIdx) -> RowFacts<'static> {
        self.similarities.finisher().facts(row)
    }

    /// Returns the neighbour that `index` is with these sums; `None` if it is none.
    #[inline(always)]
    pub(super) fn neighbour<S: Sums>(
        &self,
        sums: &S,
        facts: &RowFacts<'_>,
        index: RowIdx,
    ) -> Option<Neighbour> {
        let finisher = self.similarities.finisher();
        let similarity = finisher.similarity(sums, facts, &finisher.facts(index))?;
        let overlap = sums.overlap();
        self.parameters.keeps(similarity).then_some(Neighbour { index, overlap, similarity })
    }
}
