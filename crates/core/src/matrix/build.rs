//! Building a matrix from a table, from ratings or from stored rows.

use super::rows::spans_of;
use super::values::{Value, map_kind};
use super::{LevelSums, MAX_ROW_LENGTH, RatingMatrix, Rows, Values};
use crate::csr::{Offsets, Places};
use crate::ids::{DenseIdx, ItemIdx, UnknownIndex, UserIdx};
use crate::scale::RatingScale;
use crate::table::{Rating, RatingTable};

/// Errors when building or changing a [`RatingMatrix`].
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum MatrixError {
    /// A rating of the table is not on the scale.
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
        "expected one rating per user and item, found two by user index {user} of item index {item}"
    )]
    Duplicate {
        /// The user's dense index.
        user: u32,
        /// The item's dense index.
        item: u32,
    },
    /// A rating is not on the scale.
    #[error("expected a rating on the scale {scale}, found {rating}")]
    NotOnScale {
        /// The scale.
        scale: RatingScale,
        /// The rating.
        rating: f64,
    },
    /// A rating refers to an unknown user or item.
    #[error(transparent)]
    Unknown(#[from] UnknownIndex),
    /// A user or an item has more than [`MAX_ROW_LENGTH`] ratings.
    #[error(
        "expected at most {MAX_ROW_LENGTH} ratings per {what}, found {found} for {what} index {index}"
    )]
    RowTooLong {
        /// `"user"` or `"item"`.
        what: &'static str,
        /// Its index.
        index: u32,
        /// Number of ratings that it has, or would have.
        found: usize,
    },
    /// Stored rows violate an invariant of [`Rows`].
    #[error("expected consistent sparse rows, found {found}")]
    Malformed {
        /// The violation.
        found: &'static str,
    },
}

impl RatingMatrix {
    /// Builds the matrix of a table's ratings on `scale`.
    ///
    /// All users and items of the table get a row, including those without ratings.
    ///
    /// # Errors
    /// [`MatrixError`] if a rating is off the scale, a pair occurs twice
    /// (see [`RatingTable::deduplicate`]), or a row has more than [`MAX_ROW_LENGTH`] ratings.
    pub fn from_table(table: &RatingTable, scale: RatingScale) -> Result<Self, MatrixError> {
        let indexed = table.iter().map(|rating| (rating.user, rating.item, rating.rating));
        let (users, items) = (table.users().len(), table.items().len());
        Self::from_indexed(scale, users, items, indexed).map_err(|error| match error {
            MatrixError::NotOnScale { rating, .. } => off_scale(table, scale, rating),
            other => other,
        })
    }

    /// Builds the matrix of indexed ratings on `scale`, with `users` users and `items` items.
    ///
    /// # Errors
    /// [`MatrixError`] if an index is out of range, a rating is off the scale, a pair occurs twice,
    /// or a row has more than [`MAX_ROW_LENGTH`] ratings.
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
        Self::from_indexed(scale, users, items, ratings.iter().copied())
    }

    /// Builds the matrix of ratings whose indices are known to be in range.
    fn from_indexed(
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
            let value = Value::from_rating(&scale, rating)
                .ok_or(MatrixError::NotOnScale { scale, rating })?;
            let entry = places.next(user.0);
            columns[entry] = item.0;
            values.set(entry, value);
        }
        // Transposing twice sorts the columns of every row in linear time.
        let unsorted = Rows::compact(&offsets, columns, values);
        let by_item = transpose(&unsorted, items);
        let by_user = transpose(&by_item, users);
        Self { scale, by_user, by_item }.validated()
    }

    /// Builds the matrix from stored rows: the offsets of one row per user, `columns` (item
    /// indices, ascending within a row), and values of the kind that `scale` requires.
    ///
    /// # Errors
    /// [`MatrixError`] if the parts are inconsistent, a column is not below `items`, a value is not
    /// on the scale, or a row is too long.
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
            return malformed("different numbers of values and columns");
        }
        if columns.iter().any(|&column| column as usize >= items) {
            return malformed("a column past the last item");
        }
        if !values.are_on(&scale) {
            return malformed("values off the scale");
        }
        let by_user = Rows::compact(offsets, columns, values);
        let by_item = transpose(&by_user, items);
        Self { scale, by_user, by_item }.validated()
    }

    /// Checks the invariants that every kernel relies on: columns strictly ascend, and no row is
    /// too long.
    fn validated(self) -> Result<Self, MatrixError> {
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

/// Returns the error for the first rating of a table that is not on the scale.
fn off_scale(table: &RatingTable, scale: RatingScale, rating: f64) -> MatrixError {
    let name = |name: Option<&str>| name.unwrap_or_default().to_owned();
    let first = table.iter().find(|found| Value::from_rating(&scale, found.rating).is_none());
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
    /// Creates contiguous rows.
    fn compact(offsets: &Offsets, columns: Vec<u32>, values: Values) -> Self {
        let spans = spans_of(offsets);
        let level_sums = LevelSums::of_rows(&spans, &values);
        Self { spans, entries: columns.len(), columns, values, level_sums }
    }
}

/// Transposes rows. The rows of the result are sorted, even if those of the input are not.
fn transpose(rows: &Rows, columns: usize) -> Rows {
    let offsets = Offsets::counting(columns, rows.columns.iter().copied());
    let mut row_of_entry = vec![0; rows.entries()];
    let values = map_kind!(&rows.values, values => {
        scatter(rows, values, offsets.places(), &mut row_of_entry)
    });
    Rows::compact(&offsets, row_of_entry, values)
}

/// Returns the values column by column, and writes the row of each to `row_of_entry`.
fn scatter<T: Copy + Default>(
    rows: &Rows,
    values: &[T],
    mut places: Places,
    row_of_entry: &mut [u32],
) -> Vec<T> {
    let mut scattered = vec![T::default(); rows.entries()];
    for row in rows.indices() {
        for entry in rows.range(row) {
            let target = places.next(rows.columns[entry]);
            row_of_entry[target] = row.get();
            scattered[target] = values[entry];
        }
    }
    scattered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_the_offending_rating() {
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
    fn accepts_valid_stored_rows_and_rejects_invalid_ones() {
        let scale = RatingScale::FIVE_STARS;
        let build = |lengths: &[usize], columns: &[u32], values: Values| {
            let offsets = Offsets::from_lengths(lengths.iter().copied());
            RatingMatrix::from_rows(scale, 3, &offsets, columns.to_vec(), values)
        };
        let levels = |levels: &[u8]| Values::Levels(levels.to_vec());
        assert_eq!(build(&[2, 0, 1], &[0, 2, 1], levels(&[5, 1, 3])).unwrap().ratings(), 3);
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
            let built = build(lengths, columns, levels(of_entries));
            assert!(built.is_err(), "{lengths:?} {columns:?} {of_entries:?}");
        }
        assert!(build(&[1], &[0], Values::Reals(vec![1.0])).is_err());
    }

    #[test]
    fn wide_and_real_scales_preserve_ratings() {
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
