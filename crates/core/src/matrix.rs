//! The sparse rating matrix, stored by user and by item.

mod build;
mod change;
mod level_sums;
mod raters;
mod rows;
mod values;

pub use crate::csr::Offsets;
pub use build::MatrixError;
pub(crate) use level_sums::LevelSums;
pub(crate) use raters::Raters;
pub use rows::{Row, Rows};
pub(crate) use rows::{Span, spans_of};
pub use values::Values;

use crate::ids::{DenseIdx, ItemIdx, UserIdx};
use crate::scale::RatingScale;
use crate::side::Side;

/// Maximum number of ratings of one user or item. With more, products of two sums of levels could
/// overflow 64 bits.
pub const MAX_ROW_LENGTH: usize = (1 << 23) - 1;

/// The sparse matrix of all ratings of a data set, accessible by user and by item.
///
/// Values are stored as levels of the scale (one byte each if the scale has at most 255), or as
/// real values if the scale has no levels. The columns of a row ascend, and each pair of user and
/// item occurs at most once. Ratings can be set and removed, and users and items added; indices
/// never change.
#[derive(Clone, Debug, PartialEq)]
pub struct RatingMatrix {
    scale: RatingScale,
    by_user: Rows,
    by_item: Rows,
}

impl RatingMatrix {
    /// Returns the rating scale.
    pub fn scale(&self) -> &RatingScale {
        &self.scale
    }

    /// Returns the number of users, including those without ratings.
    pub fn users(&self) -> usize {
        self.by_user.len()
    }

    /// Returns the number of items, including those without ratings.
    pub fn items(&self) -> usize {
        self.by_item.len()
    }

    /// Returns the number of ratings.
    pub fn ratings(&self) -> usize {
        self.by_user.entries()
    }

    /// Returns the rows of a side: the ratings of each user by item, or of each item by user.
    pub fn rows(&self, side: Side) -> &Rows {
        match side {
            Side::Users => &self.by_user,
            Side::Items => &self.by_item,
        }
    }

    /// Returns the ratings of `user`, ascending by item; empty if the user is unknown.
    pub fn of_user(&self, user: UserIdx) -> impl ExactSizeIterator<Item = (ItemIdx, f64)> + '_ {
        let row = self.by_user.row(user);
        (0..row.len()).map(move |k| (ItemIdx(row.columns()[k]), row.rating(k, &self.scale)))
    }

    /// Returns the ratings of `item`, ascending by user; empty if the item is unknown.
    pub fn of_item(&self, item: ItemIdx) -> impl ExactSizeIterator<Item = (UserIdx, f64)> + '_ {
        let row = self.by_item.row(item);
        (0..row.len()).map(move |k| (UserIdx(row.columns()[k]), row.rating(k, &self.scale)))
    }

    /// Returns the rating of `item` by `user`; `None` if there is none, or if either is unknown.
    pub fn rating(&self, user: UserIdx, item: ItemIdx) -> Option<f64> {
        let row = self.by_user.row(user);
        let position = row.columns().binary_search(&item.get()).ok()?;
        Some(row.rating(position, &self.scale))
    }

    /// Returns μ, the mean of all ratings; the midpoint of the scale if there are none.
    pub fn mean(&self) -> f64 {
        if self.ratings() == 0 {
            return (self.scale.min() + self.scale.max()) / 2.0;
        }
        self.by_user.sum_of_ratings(&self.scale) / self.ratings() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::RatingTable;

    pub(crate) fn small() -> RatingMatrix {
        let mut table = RatingTable::new();
        for (user, item, rating) in
            [("a", "y", 4.0), ("a", "x", 1.0), ("b", "z", 3.0), ("c", "x", 5.0), ("c", "z", 2.0)]
        {
            table.push(user, item, rating, None).unwrap();
        }
        RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap()
    }

    #[test]
    fn ratings_are_accessible_by_user_and_by_item() {
        let matrix = small();
        let (a, x) = (UserIdx(0), ItemIdx(1));
        assert_eq!(matrix.of_user(a).collect::<Vec<_>>(), [(ItemIdx(0), 4.0), (x, 1.0)]);
        assert_eq!(matrix.of_item(x).collect::<Vec<_>>(), [(a, 1.0), (UserIdx(2), 5.0)]);
        assert_eq!(matrix.rating(a, x), Some(1.0));
        assert_eq!(matrix.rating(a, ItemIdx(2)), None);
        assert_eq!(matrix.rating(UserIdx(99), ItemIdx(99)), None);
        assert_eq!(matrix.of_user(UserIdx(99)).len(), 0);
        assert_eq!(matrix.mean(), 3.0);
    }

    #[test]
    fn mean_of_an_empty_matrix_is_the_midpoint_of_the_scale() {
        let empty = RatingMatrix::from_table(&RatingTable::new(), RatingScale::FIVE_STARS).unwrap();
        assert_eq!((empty.users(), empty.items(), empty.ratings(), empty.mean()), (0, 0, 0, 3.0));
    }
}
