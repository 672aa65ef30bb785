//! Making a matrix: from a table, or from stored rows.

use super::rows::spans_of;
use super::values::{Value, map_kind};
use super::{MAX_ROW_LENGTH, RatingMatrix, Rows, Values};
use crate::csr::{Offsets, Places};
use crate::ids::{DenseIdx, ItemIdx, UnknownIndex, UserIdx};
use crate::scale::RatingScale;
use crate::table::{Rating, RatingTable};

/// Why ratings make no matrix.
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum MatrixError {
    /// A rating is not on the scale.
    #[error(
        "expected ratings on the scale {scale}, found {rating} by user {user:?} of item {item:?}"
    )]
    OffScale {
        /// The scale.
        scale: RatingScale,
        /// The rating.
        rating: f64,
        /// The user's id.
        user: String,
        /// The item's id.
        item: String,
    },
    /// A user rated an item twice.
    #[error(
        "expected one rating a user and item, found two by user {user} (index) of item {item} (index)"
    )]
    Duplicate {
        /// The user's dense index.
        user: u32,
        /// The item's dense index.
        item: u32,
    },
    /// A changed rating is not on the scale.
    #[error("expected a rating on the scale {scale}, found {rating}")]
    NotOnScale {
        /// The scale.
        scale: RatingScale,
        /// The rating.
        rating: f64,
    },
    /// A rating of a user or an item that there is not.
    #[error(transparent)]
    Unknown(#[from] UnknownIndex),
    /// A user or an item has more than [`MAX_ROW_LENGTH`] ratings.
    #[error("expected at most {MAX_ROW_LENGTH} ratings of one {what}, found {found} of {index}")]
    RowTooLong {
        /// `"user"` or `"item"`.
        what: &'static str,
        /// Its index.
        index: u32,
        /// How many it has, or would have.
        found: usize,
    },
    /// Rows that are not what [`Rows`] promises.
    #[error("expected sparse rows whose parts fit together, found {found}")]
    Malformed {
        /// What does not fit.
        found: &'static str,
    },
}

impl RatingMatrix {
    /// The matrix of a table's ratings on `scale`.
    ///
    /// All users and items of the table have a row, also those without ratings.
    ///
    /// # Errors
    /// [`MatrixError`] if a rating is off the scale, a pair occurs twice
    /// (see [`RatingTable::deduplicate`]), or a row has more than [`MAX_ROW_LENGTH`] ratings.
    pub fn from_table(table: &RatingTable, scale: RatingScale) -> Result<Self, MatrixError> {
        let indexed = table.iter().map(|rating| (rating.user, rating.item, rating.rating));
        let (users, items) = (table.users().len(), table.items().len());
        Self::indexed(scale, users, items, indexed).map_err(|error| match error {
            MatrixError::NotOnScale { rating, .. } => off_scale(table, scale, rating),
            other => other,
        })
    }

    /// The matrix of ratings on `scale` under indices that are below `users` and `items`, which all
    /// have a row.
    ///
    /// # Errors
    /// [`MatrixError`] if an index is too large, a rating is off the scale, a pair occurs twice, or
    /// a row has more than [`MAX_ROW_LENGTH`] ratings.
    pub fn from_ratings(
        scale: RatingScale,
        users: usize,
        items: usize,
        ratings: &[(UserIdx, ItemIdx, f64)],
    ) -> Result<Self, MatrixError> {
        for &(user, item, _) in ratings {
            UnknownIndex::check(user, users)?;
            UnknownIndex::check(item, items)?;
        }
        Self::indexed(scale, users, items, ratings.iter().copied())
    }

    /// The matrix of ratings whose indices are right.
    fn indexed(
        scale: RatingScale,
        users: usize,
        items: usize,
        ratings: impl ExactSizeIterator<Item = (UserIdx, ItemIdx, f64)> + Clone,
    ) -> Result<Self, MatrixError> {
        let offsets = Offsets::counting(users, ratings.clone().map(|(user, _, _)| user.0));
        let mut places = offsets.places();
        let mut columns = vec![0; ratings.len()];
        let mut values = Values::zeros(&scale, ratings.len());
        for (user, item, rating) in ratings {
            let value =
                Value::of(&scale, rating).ok_or(MatrixError::NotOnScale { scale, rating })?;
            let place = places.next(user.0);
            columns[place] = item.0;
            values.put(place, value);
        }
        // Two transpositions sort the columns of every row, in linear time.
        let unsorted = Rows::compact(&offsets, columns, values);
        let by_item = transpose(&unsorted, items);
        let by_user = transpose(&by_item, users);
        Self { scale, by_user, by_item }.checked()
    }

    /// The matrix of stored rows: the offsets of as many rows as there are users, `columns` (items,
    /// ascending in a row), and values of the kind that `scale` has.
    ///
    /// # Errors
    /// [`MatrixError`] if the parts do not fit together, a column is not below `items`, a level is
    /// not on the scale, or a row is too long.
    pub fn from_rows(
        scale: RatingScale,
        items: usize,
        offsets: &Offsets,
        columns: Vec<u32>,
        values: Values,
    ) -> Result<Self, MatrixError> {
        let malformed = |found| Err(MatrixError::Malformed { found });
        if offsets.total() != columns.len() {
            return malformed("row offsets that do not span the columns");
        }
        if values.len() != columns.len() {
            return malformed("other numbers of values than of columns");
        }
        if columns.iter().any(|&column| column as usize >= items) {
            return malformed("a column past the last item");
        }
        if !values.fit(&scale) {
            return malformed("values off the scale");
        }
        let by_user = Rows::compact(offsets, columns, values);
        let by_item = transpose(&by_user, items);
        Self { scale, by_user, by_item }.checked()
    }

    /// Checks what every kernel counts on: columns strictly ascend, rows are not too long.
    fn checked(self) -> Result<Self, MatrixError> {
        check_lengths::<UserIdx>(&self.by_user)?;
        check_lengths::<ItemIdx>(&self.by_item)?;
        for user in self.by_user.indices() {
            let columns = self.by_user.row(user).columns();
            if let Some(pair) = columns.windows(2).find(|pair| pair[0] >= pair[1]) {
                return Err(if pair[0] == pair[1] {
                    MatrixError::Duplicate { user: user.get(), item: pair[0] }
                } else {
                    MatrixError::Malformed { found: "columns out of order" }
                });
            }
        }
        Ok(self)
    }
}

/// The error of the first rating of a table that is not on the scale.
fn off_scale(table: &RatingTable, scale: RatingScale, rating: f64) -> MatrixError {
    let name = |name: Option<&str>| name.unwrap_or_default().to_owned();
    let first = table.iter().find(|found| Value::of(&scale, found.rating).is_none());
    let (user, item) = first.map_or((None, None), |Rating { user, item, .. }| {
        (table.users().name(user), table.items().name(item))
    });
    MatrixError::OffScale { scale, rating, user: name(user), item: name(item) }
}

fn check_lengths<I: DenseIdx>(rows: &Rows) -> Result<(), MatrixError> {
    let mut lengths = rows.indices().map(|row| (row, rows.row_len(row)));
    match lengths.find(|&(_, length)| length > MAX_ROW_LENGTH) {
        Some((row, found)) => {
            Err(MatrixError::RowTooLong { what: I::WHAT, index: row.get(), found })
        }
        None => Ok(()),
    }
}

impl Rows {
    /// Rows one right after the other.
    fn compact(offsets: &Offsets, columns: Vec<u32>, values: Values) -> Self {
        Self { spans: spans_of(offsets), entries: columns.len(), columns, values }
    }
}

/// The same entries by column; rows of the result are sorted, whatever the order was.
fn transpose(rows: &Rows, columns: usize) -> Rows {
    let offsets = Offsets::counting(columns, rows.columns.iter().copied());
    let mut order = vec![0; rows.entries()];
    let values =
        map_kind!(&rows.values, values => scatter(rows, values, offsets.places(), &mut order));
    Rows::compact(&offsets, order, values)
}

/// The values column by column, and in `order` the row of each.
fn scatter<T: Copy + Default>(
    rows: &Rows,
    values: &[T],
    mut places: Places,
    order: &mut [u32],
) -> Vec<T> {
    let mut scattered = vec![T::default(); rows.entries()];
    for row in rows.indices() {
        for entry in rows.range(row) {
            let place = places.next(rows.columns[entry]);
            order[place] = row.get();
            scattered[place] = values[entry];
        }
    }
    scattered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_tables_are_refused_with_the_place() {
        let mut table = RatingTable::new();
        table.push("a", "x", 1.0, None).unwrap();
        table.push("a", "x", 2.0, None).unwrap();
        let twice = RatingMatrix::from_table(&table, RatingScale::FIVE_STARS);
        assert_eq!(twice, Err(MatrixError::Duplicate { user: 0, item: 0 }));
        table.push("b", "y", 5.5, None).unwrap();
        let off = RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap_err();
        assert!(off.to_string().contains(r#"5.5 by user "b" of item "y""#), "{off}");
    }

    #[test]
    fn stored_rows_give_the_matrix_back_and_bad_ones_are_refused() {
        let scale = RatingScale::FIVE_STARS;
        let make = |lengths: &[usize], columns: &[u32], values: Values| {
            let offsets = Offsets::from_lengths(lengths.iter().copied());
            RatingMatrix::from_rows(scale, 3, &offsets, columns.to_vec(), values)
        };
        let levels = |levels: &[u8]| Values::Levels(levels.to_vec());
        assert_eq!(make(&[2, 0, 1], &[0, 2, 1], levels(&[5, 1, 3])).unwrap().ratings(), 3);
        for (lengths, columns, of_entries) in [
            (&[][..], &[0][..], &[1][..]),
            (&[1], &[0, 1], &[1, 1]),
            (&[2], &[0], &[1]),
            (&[2], &[0, 1], &[1]),
            (&[1], &[3], &[1]),
            (&[1], &[0], &[6]),
            (&[1], &[0], &[0]),
            (&[2], &[1, 0], &[1, 1]),
            (&[2], &[1, 1], &[1, 1]),
        ] {
            let made = make(lengths, columns, levels(of_entries));
            assert!(made.is_err(), "{lengths:?} {columns:?} {of_entries:?}");
        }
        assert!(make(&[1], &[0], Values::Reals(vec![1.0])).is_err());
    }

    #[test]
    fn wide_and_real_scales_keep_their_values() {
        let mut table = RatingTable::new();
        table.push("a", "x", 300.0, None).unwrap();
        table.push("b", "x", 7.0, None).unwrap();
        for text in ["1:1000:1", "0:1000"] {
            let matrix = RatingMatrix::from_table(&table, text.parse().unwrap()).unwrap();
            let ratings: Vec<f64> = matrix.of_item(crate::ItemIdx(0)).map(|(_, r)| r).collect();
            assert_eq!(ratings, [300.0, 7.0], "{text}");
        }
    }
}
