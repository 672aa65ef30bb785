//! One row compared with others one by one: it is scattered into a dense array, so that only the
//! other rows are walked.

use super::cell::Cell;
use super::plane::View;
use crate::ids::RowIdx;

/// The values of one row by column, kept until another row is needed.
pub(super) struct ScatteredRow<'v, 'a, V> {
    view: &'v View<'a, V>,
    row: Option<RowIdx>,
    /// Values by column; `None` where the row has no value.
    values: Vec<Option<V>>,
}

impl<'v, 'a, V: Copy> ScatteredRow<'v, 'a, V> {
    pub(super) fn new(view: &'v View<'a, V>) -> Self {
        Self { view, row: None, values: vec![None; view.columns.len()] }
    }

    /// Returns the sums of two rows, like [`View::merge`].
    pub(super) fn sums<S: Cell<V>>(&mut self, a: RowIdx, b: RowIdx) -> S {
        let mut sums = S::default();
        if self.row == Some(b) {
            for (column, x) in self.view.row(a) {
                if let Some(y) = self.values[column as usize] {
                    sums.accumulate(x, y);
                }
            }
            return sums;
        }
        self.scatter(a);
        for (column, y) in self.view.row(b) {
            if let Some(x) = self.values[column as usize] {
                sums.accumulate(x, y);
            }
        }
        sums
    }

    fn scatter(&mut self, row: RowIdx) {
        if self.row == Some(row) {
            return;
        }
        if let Some(previous) = self.row.replace(row) {
            for (column, _) in self.view.row(previous) {
                self.values[column as usize] = None;
            }
        }
        for (column, value) in self.view.row(row) {
            self.values[column as usize] = Some(value);
        }
    }
}
