//! The ratings as a sparse matrix, by user and by item.

mod build;
mod change;
mod rows;
mod values;

pub use crate::csr::Offsets;
pub use build::MatrixError;
pub use rows::{Row, Rows};
pub(crate) use rows::{Span, spans_of};
pub use values::Values;

use crate::ids::{DenseIdx, ItemIdx, UserIdx};
use crate::scale::RatingScale;
use crate::side::Side;

/// The most ratings that one user or one item may have: beyond it the products of two sums of
/// levels would no longer fit 64 bits.
pub const MAX_ROW_LENGTH: usize = (1 << 23) - 1;

/// All ratings of a data set, reachable by user and by item.
///
/// Values are held as levels of the scale (a byte where there are at most 255), or as real values
/// where the scale has none. A row's columns ascend; each pair of user and item occurs once.
/// Ratings can be set and removed, users and items added; an index is for life.
#[derive(Clone, Debug, PartialEq)]
pub struct RatingMatrix {
    scale: RatingScale,
    by_user: Rows,
    by_item: Rows,
}

impl RatingMatrix {
    /// The scale that the values are on.
    pub fn scale(&self) -> &RatingScale {
        &self.scale
    }

    /// How many users there are, also those without a rating.
    pub fn users(&self) -> usize {
        self.by_user.len()
    }

    /// How many items there are, also those without a rating.
    pub fn items(&self) -> usize {
        self.by_item.len()
    }

    /// How many ratings there are.
    pub fn ratings(&self) -> usize {
        self.by_user.entries()
    }

    /// The rows of a side: a user's ratings by item, or an item's ratings by user.
    pub fn rows(&self, side: Side) -> &Rows {
        match side {
            Side::Users => &self.by_user,
            Side::Items => &self.by_item,
        }
    }

    /// The ratings of `user`, ascending by item; none if the user is unknown.
    pub fn of_user(&self, user: UserIdx) -> impl ExactSizeIterator<Item = (ItemIdx, f64)> + '_ {
        let row = self.by_user.row(user);
        (0..row.len()).map(move |k| (ItemIdx(row.columns()[k]), row.rating(k, &self.scale)))
    }

    /// The ratings of `item`, ascending by user; none if the item is unknown.
    pub fn of_item(&self, item: ItemIdx) -> impl ExactSizeIterator<Item = (UserIdx, f64)> + '_ {
        let row = self.by_item.row(item);
        (0..row.len()).map(move |k| (UserIdx(row.columns()[k]), row.rating(k, &self.scale)))
    }

    /// What `user` gave to `item`; `None` if nothing, or if either is unknown.
    pub fn rating(&self, user: UserIdx, item: ItemIdx) -> Option<f64> {
        let row = self.by_user.row(user);
        let place = row.columns().binary_search(&item.get()).ok()?;
        Some(row.rating(place, &self.scale))
    }

    /// The mean of all ratings, μ; the middle of the scale where there is none.
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
    fn ratings_are_found_from_both_sides() {
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
    fn an_empty_matrix_has_the_middle_of_its_scale_for_a_mean() {
        let empty = RatingMatrix::from_table(&RatingTable::new(), RatingScale::FIVE_STARS).unwrap();
        assert_eq!((empty.users(), empty.items(), empty.ratings(), empty.mean()), (0, 0, 0, 3.0));
    }
}
