//! Making a matrix: from a table, or from stored rows.

use super::rows::spans_of;
use super::{MAX_ROW_LENGTH, RatingMatrix, Rows, Values};
use crate::ids::{DenseIdx, ItemIdx, UserIdx};
use crate::scale::RatingScale;
use crate::table::RatingTable;

/// Why ratings make no matrix.
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
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
    #[error("expected the index of one of {count} {what}s, found {found}")]
    Unknown {
        /// `"user"` or `"item"`.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// The index.
        found: u32,
    },
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
        let offsets = offsets_of(table.users.len(), table.iter().map(|rating| rating.user.0));
        let mut next = offsets.clone();
        let mut columns = vec![0; table.len()];
        let mut coder = Coder::new(&scale, table.len());
        for rating in table.iter() {
            let place = &mut next[rating.user.0 as usize];
            columns[*place] = rating.item.0;
            if !coder.set(*place, rating.rating) {
                let name = |name: Option<&str>| name.unwrap_or_default().to_owned();
                return Err(MatrixError::OffScale {
                    scale,
                    rating: rating.rating,
                    user: name(table.users.name(rating.user)),
                    item: name(table.items.name(rating.item)),
                });
            }
            *place += 1;
        }
        // Two transpositions sort the columns of every row, in linear time.
        let unsorted = Rows::compact(offsets, columns, coder.values);
        let by_item = transpose(&unsorted, table.items.len());
        let by_user = transpose(&by_item, table.users.len());
        Self { scale, by_user, by_item }.checked()
    }

    /// The matrix of stored rows: `offsets` (users + 1 positions, ascending from 0), `columns`
    /// (items, ascending in a row), and values of the kind that `scale` has.
    ///
    /// # Errors
    /// [`MatrixError`] if the parts do not fit together, a column is not below `items`, a level is
    /// not on the scale, or a row is too long.
    pub fn from_rows(
        scale: RatingScale,
        items: usize,
        offsets: Vec<usize>,
        columns: Vec<u32>,
        values: Values,
    ) -> Result<Self, MatrixError> {
        let malformed = |found| Err(MatrixError::Malformed { found });
        if offsets.first() != Some(&0) || offsets.last() != Some(&columns.len()) {
            return malformed("row offsets that do not span the columns");
        }
        if !offsets.is_sorted() {
            return malformed("row offsets out of order");
        }
        if values.len() != columns.len() {
            return malformed("other numbers of values than of columns");
        }
        if columns.iter().any(|&column| column as usize >= items) {
            return malformed("a column past the last item");
        }
        if !fits(&scale, &values) {
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
        for user in 0..self.by_user.len() {
            let columns = self.by_user.row(user).columns();
            if let Some(pair) = columns.windows(2).find(|pair| pair[0] >= pair[1]) {
                return Err(if pair[0] == pair[1] {
                    MatrixError::Duplicate { user: user as u32, item: pair[0] }
                } else {
                    MatrixError::Malformed { found: "columns out of order" }
                });
            }
        }
        Ok(self)
    }
}

fn check_lengths<I: DenseIdx>(rows: &Rows) -> Result<(), MatrixError> {
    let lengths = (0..rows.len()).map(|row| rows.row_len(row));
    match lengths.enumerate().find(|&(_, length)| length > MAX_ROW_LENGTH) {
        Some((row, found)) => {
            Err(MatrixError::RowTooLong { what: I::WHAT, index: row as u32, found })
        }
        None => Ok(()),
    }
}

/// Turns ratings into the kind of values that a scale has.
struct Coder<'a> {
    scale: &'a RatingScale,
    values: Values,
}

impl<'a> Coder<'a> {
    fn new(scale: &'a RatingScale, entries: usize) -> Self {
        let values = match scale.levels() {
            Some(levels) if levels <= u32::from(u8::MAX) => Values::Levels(vec![0; entries]),
            Some(_) => Values::WideLevels(vec![0; entries]),
            None => Values::Reals(vec![0.0; entries]),
        };
        Self { scale, values }
    }

    /// Sets a value; false if the rating is off the scale.
    fn set(&mut self, place: usize, rating: f64) -> bool {
        if let Values::Reals(values) = &mut self.values {
            values[place] = rating;
            return self.scale.contains(rating);
        }
        let Some(level) = self.scale.level_of(rating) else { return false };
        match &mut self.values {
            // A scale of at most 255 levels, by `new`.
            Values::Levels(values) => values[place] = level as u8,
            Values::WideLevels(values) => values[place] = level,
            Values::Reals(_) => {}
        }
        true
    }
}

fn fits(scale: &RatingScale, values: &Values) -> bool {
    let levels = scale.levels();
    match values {
        Values::Levels(values) => levels.is_some_and(|last| {
            last <= u32::from(u8::MAX) && values.iter().all(|&v| (1..=last).contains(&u32::from(v)))
        }),
        Values::WideLevels(values) => levels.is_some_and(|last| {
            last > u32::from(u8::MAX) && values.iter().all(|&v| (1..=last).contains(&v))
        }),
        Values::Reals(values) => levels.is_none() && values.iter().all(|&v| scale.contains(v)),
    }
}

fn offsets_of(rows: usize, row_of_entry: impl Iterator<Item = u32>) -> Vec<usize> {
    let mut offsets = vec![0; rows + 1];
    for row in row_of_entry {
        offsets[row as usize + 1] += 1;
    }
    for row in 0..rows {
        offsets[row + 1] += offsets[row];
    }
    offsets
}

impl Rows {
    /// Rows one right after the other.
    fn compact(offsets: Vec<usize>, columns: Vec<u32>, values: Values) -> Self {
        Self { spans: spans_of(offsets), entries: columns.len(), columns, values }
    }
}

/// The same entries by column; rows of the result are sorted, whatever the order was.
fn transpose(rows: &Rows, columns: usize) -> Rows {
    let offsets = offsets_of(columns, rows.columns.iter().copied());
    let (order, values) = match &rows.values {
        Values::Levels(values) => {
            let (order, values) = scatter(rows, values, offsets.clone());
            (order, Values::Levels(values))
        }
        Values::WideLevels(values) => {
            let (order, values) = scatter(rows, values, offsets.clone());
            (order, Values::WideLevels(values))
        }
        Values::Reals(values) => {
            let (order, values) = scatter(rows, values, offsets.clone());
            (order, Values::Reals(values))
        }
    };
    Rows::compact(offsets, order, values)
}

/// The row and the value of each entry, column by column; `next` is where each column begins.
fn scatter<T: Copy + Default>(
    rows: &Rows,
    values: &[T],
    mut next: Vec<usize>,
) -> (Vec<u32>, Vec<T>) {
    let entries = rows.entries();
    let (mut order, mut scattered) = (vec![0; entries], vec![T::default(); entries]);
    for row in 0..rows.len() {
        for entry in rows.range(row) {
            let place = &mut next[rows.columns[entry] as usize];
            order[*place] = row as u32;
            scattered[*place] = values[entry];
            *place += 1;
        }
    }
    (order, scattered)
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
        let make = |offsets: &[usize], columns: &[u32], levels: &[u8]| {
            let values = Values::Levels(levels.to_vec());
            RatingMatrix::from_rows(scale, 3, offsets.to_vec(), columns.to_vec(), values)
        };
        assert_eq!(make(&[0, 2, 2, 3], &[0, 2, 1], &[5, 1, 3]).unwrap().ratings(), 3);
        for (offsets, columns, levels) in [
            (&[][..], &[][..], &[][..]),
            (&[0, 1], &[0, 1], &[1, 1]),
            (&[0, 2, 1, 2], &[0, 1], &[1, 1]),
            (&[0, 2], &[0, 1], &[1]),
            (&[0, 1], &[3], &[1]),
            (&[0, 1], &[0], &[6]),
            (&[0, 1], &[0], &[0]),
            (&[0, 2], &[1, 0], &[1, 1]),
            (&[0, 2], &[1, 1], &[1, 1]),
        ] {
            assert!(make(offsets, columns, levels).is_err(), "{offsets:?} {columns:?} {levels:?}");
        }
        let reals = Values::Reals(vec![1.0]);
        assert!(RatingMatrix::from_rows(scale, 1, vec![0, 1], vec![0], reals).is_err());
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
