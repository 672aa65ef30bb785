//! Columns whose rows are sorted in the row order of the computation.

use super::order::RowOrder;
use crate::csr::Offsets;
use crate::matrix::{Span, spans_of};
use crate::similarity::{ColumnLists, View};

/// For each column, its row positions in ascending order and their values.
pub(super) struct OrderedColumns<V> {
    spans: Vec<Span>,
    positions: Vec<u32>,
    values: Vec<V>,
}

impl<V: Copy + Default> OrderedColumns<V> {
    /// Builds the columns from rows; `row` yields the columns and values of the row at a position.
    pub(super) fn new<I: Iterator<Item = (u32, V)>>(
        order: &RowOrder,
        columns: usize,
        row: impl Fn(u32) -> I,
    ) -> Self {
        let all = 0..order.len() as u32;
        let entries = all.clone().flat_map(&row).map(|(column, _)| column);
        let offsets = Offsets::counting(columns, entries);
        let entries = offsets.total();
        let (mut positions, mut values) = (vec![0; entries], vec![V::default(); entries]);
        let mut places = offsets.places();
        for position in all {
            for (column, value) in row(position) {
                let place = places.next(column);
                positions[place] = position;
                values[place] = value;
            }
        }
        let spans = spans_of(&offsets);
        Self { spans, positions, values }
    }

    /// Builds all columns of a view.
    pub(super) fn from_view(view: &View<'_, V>, order: &RowOrder) -> Self {
        Self::new(order, view.columns.len(), |position| view.row(order.row(position)))
    }

    /// Memory use in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.positions.len() * (4 + size_of::<V>()) + self.spans.len() * size_of::<Span>()
    }

    pub(super) fn lists(&self) -> ColumnLists<'_, V> {
        ColumnLists { spans: &self.spans, rows: &self.positions, values: &self.values }
    }
}
