//! How far, and whom, an item divides.

mod fans;
mod spread;

use crate::catalogue::Catalogue;
use crate::ids::ItemIdx;
use crate::matrix::RatingMatrix;
use serde::Serialize;

/// How far the ratings of an item lie apart, and which people like it more than others do.
///
/// The results are bit-for-bit deterministic.
///
/// ```
/// use likemind::facts::Division;
/// use likemind::{Catalogue, ItemIdx, RatingMatrix, RatingScale, RatingTable};
/// let mut table = RatingTable::new();
/// for (user, rating) in [("ada", 1.0), ("bob", 5.0)] {
///     table.push(user, "Heat", rating, None).unwrap();
/// }
/// let matrix = RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap();
/// let heat = Division::new(&matrix, ItemIdx(0), &Catalogue::new());
/// assert_eq!(heat.deviation, Some(2.0));
/// assert_eq!(heat.wider_than, None); // two ratings are too few to compare
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Division {
    /// √(Σ (r − r̄)² / n): the standard deviation of the item's n ratings r from their mean r̄, in rating
    /// units; `None` without ratings.
    pub deviation: Option<f64>,
    /// The share of the other items whose ratings have a smaller deviation, 0 to 1. Only items with at
    /// least [`MINIMUM_RATERS`](Self::MINIMUM_RATERS) ratings are compared; `None` if this item has
    /// fewer, or no other item has as many.
    pub wider_than: Option<f64>,
    /// The genres whose fans differ from the other raters of the item, by descending difference, then
    /// name.
    pub genres: Vec<GenreDivision>,
}

/// The fans of a genre compared with the other raters of an item.
///
/// For each rater, only the ratings of *other* items decide whether they are a fan: someone who rated at
/// least [`Facts::MINIMUM_GROUP_RATINGS`](super::Facts::MINIMUM_GROUP_RATINGS) of the genre is a fan if the
/// mean of these is higher than the mean of all, and one of the others if not. Their opinion of the item is their
/// rating minus that mean of all.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GenreDivision {
    /// The genre.
    pub genre: String,
    /// Number of fans, at least [`Division::MINIMUM_GROUP_PEOPLE`].
    pub fans: usize,
    /// Number of other raters, at least [`Division::MINIMUM_GROUP_PEOPLE`].
    pub others: usize,
    /// The mean opinion of the fans.
    pub fans_opinion: f64,
    /// The mean opinion of the others.
    pub others_opinion: f64,
    /// `fans_opinion` − `others_opinion`; its absolute value is at least twice its standard error.
    pub difference: f64,
}

impl Division {
    /// Number of ratings from which the deviation of an item is compared with that of others.
    pub const MINIMUM_RATERS: usize = 20;

    /// Minimum number of fans, and of others, for a genre to be reported.
    pub const MINIMUM_GROUP_PEOPLE: usize = 5;

    /// Computes the division of `item`, in one pass over all ratings and one over those of the item's
    /// raters.
    ///
    /// `catalogue` needs to cover the items that the raters rated.
    ///
    /// # Panics
    /// If `item` is not in the matrix.
    pub fn new(matrix: &RatingMatrix, item: ItemIdx, catalogue: &Catalogue) -> Self {
        Self {
            deviation: spread::deviation(matrix, item),
            wider_than: spread::wider_than(matrix, item),
            genres: fans::genres(matrix, item, catalogue),
        }
    }
}
