//! The columns of a side, their rows in the order of the computation.

use super::order::RowOrder;
use crate::csr::Offsets;
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

    /// All columns of a view.
    pub(super) fn of_view(view: &View<'_, V>, order: &RowOrder) -> Self {
        Self::new(order, view.columns.len(), |position| view.row(order.row(position)))
    }

    /// How many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        self.positions.len() * (4 + size_of::<V>()) + self.spans.len() * size_of::<Span>()
    }

    pub(super) fn lists(&self) -> ColumnLists<'_, V> {
        ColumnLists { spans: &self.spans, rows: &self.positions, values: &self.values }
    }
}
