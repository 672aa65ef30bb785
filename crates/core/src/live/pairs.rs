//! The pairs that are affected by a changed rating.

use crate::ids::{DenseIdx, RowIdx};
use crate::matrix::RatingMatrix;
use crate::measure::Measure;
use crate::neighbours::Neighbour;
use crate::parameters::ModelParameters;
use crate::similarity::{Accumulators, Cell, RowFacts, Similarities, Sums, View, with_view};

/// Another row, and its current similarity to the row that changed.
#[derive(Clone, Copy)]
pub(super) struct Pair {
    pub(super) index: RowIdx,
    /// The other row as a neighbour; `None` if undefined or not similar enough.
    pub(super) now: Option<Neighbour>,
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

    /// Returns the pairs of a row with all rows that share a column with it, and with all rows in
    /// `column`, ascending.
    pub(super) fn of_row_and_column(
        &self,
        row: RowIdx,
        column: u32,
        memory: &mut Accumulators,
    ) -> Vec<Pair> {
        let mut pairs = self.of_row(row, memory);
        pairs.sort_unstable_by_key(|pair| pair.index);
        let is_new = |index: &RowIdx| pairs.binary_search_by_key(index, |pair| pair.index).is_err();
        let raters = self.raters(column, row).filter(is_new);
        let without_overlap: Vec<_> = raters.map(|index| Pair { index, now: None }).collect();
        pairs.extend(without_overlap);
        pairs.sort_by_key(|pair| pair.index);
        pairs
    }

    /// Returns the pairs of a row with all rows that share a column with it, in no particular
    /// order.
    pub(super) fn of_row(&self, row: RowIdx, memory: &mut Accumulators) -> Vec<Pair> {
        with_view!(self.similarities.plane(), (view, Sums) => {
            let entries: Vec<_> = view.row(row).collect();
            let accumulator = memory.over::<Sums>(view.rows.len());
            accumulator.add(view.lists(), &entries);
            let facts = self.similarities.finisher().facts(row);
            let mut pairs = Vec::new();
            accumulator.drain(|index, sums| {
                let index = RowIdx(index);
                if index != row {
                    pairs.push(self.pair(sums, &facts, index));
                }
            });
            pairs
        })
    }

    /// Returns all neighbours of a row, in no particular order.
    pub(super) fn neighbours_of(&self, row: RowIdx, memory: &mut Accumulators) -> Vec<Neighbour> {
        self.of_row(row, memory).into_iter().filter_map(|pair| pair.now).collect()
    }

    /// Returns the pairs of a row with all rows in `column`, ascending, using the cheaper of two
    /// methods.
    pub(super) fn of_column(&self, row: RowIdx, column: u32) -> Vec<Pair> {
        let others: Vec<RowIdx> = self.raters(column, row).collect();
        with_view!(self.similarities.plane(), (view, Sums) => {
            let along: usize = others.iter().map(|&other| view.rows.row_len(other)).sum();
            let columns = view.row(row).map(|(column, _)| RowIdx(column));
            let across: usize = columns.map(|column| view.columns.row_len(column)).sum();
            if along <= across {
                self.along_rows::<_, Sums>(view, row, &others)
            } else {
                self.across_columns::<_, Sums>(view, row, &others)
            }
        })
    }

    /// Walks each other row, with the row's values scattered into an array.
    fn along_rows<V: Copy, S: Cell<V>>(
        &self,
        view: &View<'_, V>,
        row: RowIdx,
        others: &[RowIdx],
    ) -> Vec<Pair> {
        let mut values = vec![None; view.columns.len()];
        for (column, value) in view.row(row) {
            values[column as usize] = Some(value);
        }
        let facts = self.similarities.finisher().facts(row);
        let pair = |&other: &RowIdx| {
            let mut sums = S::default();
            for (column, y) in view.row(other) {
                if let Some(x) = values[column as usize] {
                    sums.accumulate(x, y);
                }
            }
            self.pair(&sums, &facts, other)
        };
        others.iter().map(pair).collect()
    }

    /// Walks the columns of the row, and sums the values of the other rows there. Most entries of a
    /// column belong to rows that are not wanted; a compact bitmap filters them.
    fn across_columns<V: Copy, S: Cell<V>>(
        &self,
        view: &View<'_, V>,
        row: RowIdx,
        others: &[RowIdx],
    ) -> Vec<Pair> {
        let mut wanted = vec![0_u64; view.rows.len().div_ceil(64)];
        let mut places = vec![0_u32; view.rows.len()];
        for (place, &other) in (0..).zip(others) {
            wanted[other.at() / 64] |= 1 << (other.get() % 64);
            places[other.at()] = place;
        }
        let mut sums = vec![S::default(); others.len()];
        for (column, x) in view.row(row) {
            let (rows, values) = view.lists().of(column);
            for (&other, &y) in rows.iter().zip(values) {
                if wanted[other as usize / 64] >> (other % 64) & 1 == 1 {
                    sums[places[other as usize] as usize].accumulate(x, y);
                }
            }
        }
        let facts = self.similarities.finisher().facts(row);
        others.iter().zip(&sums).map(|(&other, sums)| self.pair(sums, &facts, other)).collect()
    }

    /// Returns the rows in a column other than `except`, ascending.
    fn raters(&self, column: u32, except: RowIdx) -> impl Iterator<Item = RowIdx> + '_ {
        let columns = self.similarities.matrix().rows(self.parameters.side().other());
        let raters = columns.row(RowIdx(column)).columns();
        raters.iter().copied().map(RowIdx).filter(move |&row| row != except)
    }

    fn pair<S: Sums>(&self, sums: &S, facts: &RowFacts<'_>, index: RowIdx) -> Pair {
        let finisher = self.similarities.finisher();
        let similarity = finisher.similarity(sums, facts, &finisher.facts(index));
        let now = similarity
            .filter(|&similarity| self.parameters.keeps(similarity))
            .map(|similarity| Neighbour { index, overlap: sums.overlap(), similarity });
        Pair { index, now }
    }
}
