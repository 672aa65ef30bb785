//! The columns of a side, their rows in the order of the computation.

use super::order::RowOrder;
use crate::matrix::{Span, spans_of};
use crate::similarity::{ColumnLists, View};

/// What each column holds, by ascending position.
pub(super) struct OrderedColumns<V> {
    spans: Vec<Span>,
    positions: Vec<u32>,
    values: Vec<V>,
}

impl<V: Copy + Default> OrderedColumns<V> {
    /// The columns of rows that `row` yields by position, each a list of columns and values.
    pub(super) fn new<I: Iterator<Item = (u32, V)>>(
        order: &RowOrder,
        columns: usize,
        row: impl Fn(u32) -> I,
    ) -> Self {
        let all = 0..order.len() as u32;
        let mut offsets = vec![0; columns + 1];
        for (column, _) in all.clone().flat_map(&row) {
            offsets[column as usize + 1] += 1;
        }
        for column in 0..columns {
            offsets[column + 1] += offsets[column];
        }
        let entries = offsets[columns];
        let (mut positions, mut values) = (vec![0; entries], vec![V::default(); entries]);
        let spans = spans_of(offsets.iter().copied());
        let mut next = offsets;
        for position in all {
            for (column, value) in row(position) {
                let place = &mut next[column as usize];
                positions[*place] = position;
                values[*place] = value;
                *place += 1;
            }
        }
        Self { spans, positions, values }
    }

    /// All columns of a view.
    pub(super) fn of_view(view: &View<'_, V>, order: &RowOrder) -> Self {
        Self::new(order, view.columns.len(), |position| view.row(order.row(position) as usize))
    }

    /// How many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        self.positions.len() * (4 + size_of::<V>()) + self.spans.len() * size_of::<Span>()
    }

    pub(super) fn lists(&self) -> ColumnLists<'_, V> {
        ColumnLists { spans: &self.spans, rows: &self.positions, values: &self.values }
    }
}
