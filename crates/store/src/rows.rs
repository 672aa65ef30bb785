//! Building a matrix from ratings ordered by user and item.

use likemind::matrix::{MatrixError, Offsets, Values};
use likemind::{RatingMatrix, RatingScale, RatingTable};

/// Encodes a rating as an integer that is the same for equal ratings: its level, or on a real scale
/// its bits. `None` if the rating is not on the scale.
pub(crate) fn code_of(scale: &RatingScale, rating: f64) -> Option<u64> {
    match scale.levels() {
        Some(_) => scale.level_of(rating).map(u64::from),
        // −0 is the same rating as 0.
        None => scale.contains(rating).then(|| (rating + 0.0).to_bits()),
    }
}

/// Returns a matrix without users and items.
pub(crate) fn empty_matrix(scale: RatingScale) -> Result<RatingMatrix, MatrixError> {
    RatingMatrix::from_table(&RatingTable::new(), scale)
}

/// Builds a matrix user by user.
pub(crate) struct RowsBuilder {
    scale: RatingScale,
    offsets: Offsets,
    columns: Vec<u32>,
    values: Values,
}

impl RowsBuilder {
    /// Creates an empty builder with capacity for the given numbers of users and ratings.
    pub(crate) fn new(scale: RatingScale, users: usize, ratings: usize) -> Self {
        let offsets = Offsets::with_capacity(users);
        let values = Values::with_capacity(&scale, ratings);
        Self { scale, offsets, columns: Vec::with_capacity(ratings), values }
    }

    /// Adds a rating to the current row, and returns its code; `None` if it is not on the scale.
    pub(crate) fn push(&mut self, item: u32, rating: f64) -> Option<u64> {
        let code = code_of(&self.scale, rating)?;
        self.values.push(&self.scale, rating).then(|| {
            self.columns.push(item);
            code
        })
    }

    /// Completes rows, empty ones included, until there are `rows` rows.
    pub(crate) fn complete(&mut self, rows: usize) {
        while self.offsets.len() < rows {
            self.offsets.push(self.columns.len() - self.offsets.total());
        }
    }

    /// Builds the matrix.
    ///
    /// # Errors
    /// As for [`RatingMatrix::from_rows`].
    pub(crate) fn finish(self, items: usize) -> Result<RatingMatrix, MatrixError> {
        RatingMatrix::from_rows(self.scale, items, &self.offsets, self.columns, self.values)
    }
}
