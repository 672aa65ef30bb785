//! One row against others, one by one: spread out over the columns, so that each of the others is
//! only walked.

use super::finish::Cell;
use super::plane::View;
use crate::ids::RowIdx;

/// A row's values by column, until another row is asked for.
pub(super) struct Spread<'v, 'a, V> {
    view: &'v View<'a, V>,
    row: Option<RowIdx>,
    /// By column; none where the row has no value.
    values: Vec<Option<V>>,
}

impl<'v, 'a, V: Copy> Spread<'v, 'a, V> {
    pub(super) fn new(view: &'v View<'a, V>) -> Self {
        Self { view, row: None, values: vec![None; view.columns.len()] }
    }

    /// The sums of two rows, as [`View::merge`] has them.
    pub(super) fn sums<S: Cell<V>>(&mut self, a: RowIdx, b: RowIdx) -> S {
        let mut sums = S::default();
        if self.row == Some(b) {
            for (column, x) in self.view.row(a) {
                if let Some(y) = self.values[column as usize] {
                    sums.take(x, y);
                }
            }
            return sums;
        }
        self.spread(a);
        for (column, y) in self.view.row(b) {
            if let Some(x) = self.values[column as usize] {
                sums.take(x, y);
            }
        }
        sums
    }

    fn spread(&mut self, row: RowIdx) {
        if self.row == Some(row) {
            return;
        }
        if let Some(before) = self.row.replace(row) {
            for (column, _) in self.view.row(before) {
                self.values[column as usize] = None;
            }
        }
        for (column, value) in self.view.row(row) {
            self.values[column as usize] = Some(value);
        }
    }
}
