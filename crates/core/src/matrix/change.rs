//! In-place changes of a matrix.

use super::LevelSums;
use super::rows::{Rows, Span};
use super::values::{Value, each_kind};
use super::{MAX_ROW_LENGTH, MatrixError, RatingMatrix};
use crate::ids::{DenseIdx, ItemIdx, RowIdx, UnknownIndex, UserIdx};
use std::ops::Range;

impl RatingMatrix {
    /// Sets the rating of `item` by `user`, and returns the former rating; `None` if there was
    /// none.
    ///
    /// The cost is proportional to the lengths of the two rows, independent of the size of the
    /// matrix.
    ///
    /// # Errors
    /// [`MatrixError`] if the rating is off the scale, the user or item is unknown, or a row would
    /// have more than [`MAX_ROW_LENGTH`] ratings. The matrix is then unchanged.
    pub fn set(
        &mut self,
        user: UserIdx,
        item: ItemIdx,
        rating: f64,
    ) -> Result<Option<f64>, MatrixError> {
        let scale = self.scale;
        let value =
            Value::from_rating(&scale, rating).ok_or(MatrixError::NotOnScale { scale, rating })?;
        UnknownIndex::check(user, self.users())?;
        UnknownIndex::check(item, self.items())?;
        let former = self.rating(user, item);
        if former.is_none() {
            check_room(user, self.by_user.row_len(user))?;
            check_room(item, self.by_item.row_len(item))?;
        }
        self.by_user.set(user.into(), item.get(), value);
        self.by_item.set(item.into(), user.get(), value);
        Ok(former)
    }

    /// Removes and returns the rating of `item` by `user`; `None` if there is none, or if either is
    /// unknown.
    pub fn remove(&mut self, user: UserIdx, item: ItemIdx) -> Option<f64> {
        let former = self.rating(user, item)?;
        self.by_user.remove(user.into(), item.get());
        self.by_item.remove(item.into(), user.get());
        Some(former)
    }

    /// Appends a user without ratings, and returns its index.
    ///
    /// # Panics
    /// If all 2³² − 1 indices are in use.
    pub fn add_user(&mut self) -> UserIdx {
        UserIdx(self.by_user.add())
    }

    /// Appends an item without ratings, and returns its index.
    ///
    /// # Panics
    /// If all 2³² − 1 indices are in use.
    pub fn add_item(&mut self) -> ItemIdx {
        ItemIdx(self.by_item.add())
    }
}

impl Rows {
    /// Sets a value of an existing row, overwriting the entry or inserting a new one.
    fn set(&mut self, row: RowIdx, column: u32, value: Value) {
        let range = self.range(row);
        let entry = match self.columns[range.clone()].binary_search(&column) {
            Ok(position) => range.start + position,
            Err(position) => self.insert(row, position, column),
        };
        self.values.set(entry, value);
        self.sum_again(row);
    }

    /// Inserts an entry at a position within a row, and returns its entry index. The value is not
    /// set.
    fn insert(&mut self, row: RowIdx, position: usize, column: u32) -> usize {
        self.reserve_entry(row);
        let span = &mut self.spans[row.at()];
        let (entry, end) = (span.start + position, span.range().end);
        span.length += 1;
        self.entries += 1;
        self.shift(entry..end, entry + 1);
        self.columns[entry] = column;
        entry
    }

    fn remove(&mut self, row: RowIdx, column: u32) {
        let Some(entry) = self.entry(row, column) else { return };
        let span = &mut self.spans[row.at()];
        let end = span.range().end;
        span.length -= 1;
        self.entries -= 1;
        self.shift(entry + 1..end, entry);
        self.sum_again(row);
    }

    fn shift(&mut self, entries: Range<usize>, to: usize) {
        self.columns.copy_within(entries.clone(), to);
        each_kind!(&mut self.values, values => values.copy_within(entries, to));
    }

    fn add(&mut self) -> u32 {
        let index = self.len();
        assert!(index < u32::MAX as usize, "no index is left for another row");
        self.spans.push(Span { start: self.columns.len(), length: 0, capacity: 0 });
        self.level_sums.push(LevelSums::default());
        index as u32
    }

    /// Ensures that a row has capacity for one more entry. The last row in memory grows in place;
    /// any other moves to the end. The new capacity is a quarter above the length.
    fn reserve_entry(&mut self, row: RowIdx) {
        if self.spans[row.at()].length < self.spans[row.at()].capacity {
            return;
        }
        // Moved rows leave gaps. Close them once they are as large as the entries in use.
        if self.columns.len() > 2 * self.entries + 4096 {
            self.close_gaps();
        }
        let span = self.spans[row.at()];
        let capacity = span.length + span.length / 4 + 4;
        let is_last = span.capacity_end() == self.columns.len();
        let start = if is_last { span.start } else { self.columns.len() };
        self.extend_to(start + capacity as usize);
        if !is_last {
            self.shift(span.range(), start);
        }
        self.spans[row.at()] = Span { start, length: span.length, capacity };
    }

    fn extend_to(&mut self, length: usize) {
        extend(&mut self.columns, length);
        each_kind!(&mut self.values, values => extend(values, length));
    }

    fn close_gaps(&mut self) {
        let (columns, values) = self.gathered();
        let mut end = 0;
        for span in &mut self.spans {
            *span = Span { start: end, length: span.length, capacity: span.length };
            end += span.length as usize;
        }
        (self.columns, self.values) = (columns, values);
    }
}

/// Extends a vector to `length`, growing its capacity by an eighth instead of doubling it.
fn extend<T: Clone + Default>(values: &mut Vec<T>, length: usize) {
    if length > values.capacity() {
        values.reserve_exact((length - values.len()).max(values.len() / 8));
    }
    values.resize(length, T::default());
}

/// Checks that a row of this length can take one more rating.
fn check_room<I: DenseIdx>(row: I, length: usize) -> Result<(), MatrixError> {
    if length < MAX_ROW_LENGTH {
        return Ok(());
    }
    Err(MatrixError::RowTooLong { what: I::WHAT, index: row.get(), found: length + 1 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Side;
    use crate::matrix::{Offsets, Values};
    use crate::table::RatingTable;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    type Model = BTreeMap<(u32, u32), f64>;

    fn empty(scale: &str) -> RatingMatrix {
        RatingMatrix::from_table(&RatingTable::new(), scale.parse().unwrap()).unwrap()
    }

    /// Builds the matrix of a model from scratch, with the scale and items of `like`.
    fn build(model: &Model, users: usize, like: &RatingMatrix) -> RatingMatrix {
        let of_user = |user| model.range((user, 0)..=(user, u32::MAX)).count();
        let offsets = Offsets::from_lengths((0..users as u32).map(of_user));
        let columns = model.keys().map(|&(_, item)| item).collect();
        let scale = *like.scale();
        let mut values = Values::with_capacity(&scale, model.len());
        assert!(model.values().all(|&rating| values.push(&scale, rating)));
        RatingMatrix::from_rows(scale, like.items(), &offsets, columns, values).unwrap()
    }

    proptest! {
        #[test]
        fn changed_matrix_equals_one_built_from_scratch(
            scale in 0..3usize,
            changes in prop::collection::vec((0..12u32, 0..9u32, 0..8u8), 0..300),
        ) {
            let mut matrix = empty(["1:5:1", "1:1000:1", "1:1000"][scale]);
            let mut model = Model::new();
            for (user, item, action) in changes {
                while matrix.users() <= user as usize {
                    matrix.add_user();
                }
                while matrix.items() <= item as usize {
                    matrix.add_item();
                }
                let found = if action < 6 {
                    let rating = f64::from(action.max(1)).min(5.0);
                    let found = matrix.set(UserIdx(user), ItemIdx(item), rating).unwrap();
                    prop_assert_eq!(found, model.insert((user, item), rating));
                    continue;
                } else {
                    matrix.remove(UserIdx(user), ItemIdx(item))
                };
                prop_assert_eq!(found, model.remove(&(user, item)));
            }
            let built = build(&model, matrix.users(), &matrix);
            prop_assert_eq!(matrix.ratings(), model.len());
            prop_assert_eq!(&matrix, &built);
            for side in [Side::Users, Side::Items] {
                let (rows, built) = (matrix.rows(side), built.rows(side));
                prop_assert!(rows.indices().all(|row| rows.level_sums(row) == built.level_sums(row)));
            }
            prop_assert_eq!(matrix.mean().to_bits(), built.mean().to_bits());
            let parts = matrix.rows(Side::Items).to_parts();
            prop_assert_eq!(parts, built.rows(Side::Items).to_parts());
            for (&(user, item), &rating) in &model {
                prop_assert_eq!(matrix.rating(UserIdx(user), ItemIdx(item)), Some(rating));
            }
        }
    }

    #[test]
    fn rejected_changes_leave_the_matrix_unchanged() {
        let mut matrix = empty("1:5:1");
        let (user, item) = (matrix.add_user(), matrix.add_item());
        assert_eq!(matrix.set(user, item, 4.0), Ok(None));
        let before = matrix.clone();
        for rating in [5.5, 0.0, f64::NAN] {
            let rejected = matrix.set(user, item, rating);
            assert!(matches!(rejected, Err(MatrixError::NotOnScale { .. })), "{rating}");
        }
        let unknown = matrix.set(UserIdx(1), item, 4.0).unwrap_err();
        assert_eq!(unknown.to_string(), "expected a user index below 1, found 1");
        assert!(matches!(matrix.set(user, ItemIdx(1), 4.0), Err(MatrixError::Unknown(_))));
        assert_eq!(matrix.remove(UserIdx(7), item), None);
        assert_eq!(matrix, before);
    }

    #[test]
    fn gaps_are_closed_before_they_outgrow_the_ratings() {
        let mut matrix = empty("1:5:1");
        for _ in 0..100 {
            matrix.add_user();
            matrix.add_item();
        }
        for (item, user) in (0..100).flat_map(|item| (0..100).map(move |user| (item, user))) {
            matrix.set(UserIdx(user), ItemIdx(item), 3.0).unwrap();
        }
        for side in [Side::Users, Side::Items] {
            let rows = matrix.rows(side);
            assert_eq!(rows.entries(), 10_000);
            assert!(rows.columns().len() <= 3 * rows.entries(), "{}", rows.columns().len());
        }
    }
}
