//! The standard deviation of an item's ratings, compared with other items.

use super::Division;
use crate::ids::ItemIdx;
use crate::matrix::RatingMatrix;

/// The standard deviation of the ratings of `item`; `None` without ratings.
pub(super) fn deviation(matrix: &RatingMatrix, item: ItemIdx) -> Option<f64> {
    let count = matrix.of_item(item).len() as f64;
    let ratings = || matrix.of_item(item).map(|(_, rating)| rating);
    let mean = ratings().sum::<f64>() / count;
    let squares: f64 = ratings().map(|rating| (rating - mean) * (rating - mean)).sum();
    (count > 0.0).then(|| (squares / count).sqrt())
}

/// The share of the other items with a smaller deviation; `None` if there are too few ratings.
pub(super) fn wider_than(matrix: &RatingMatrix, item: ItemIdx) -> Option<f64> {
    let is_comparable = |&item: &ItemIdx| matrix.of_item(item).len() >= Division::MINIMUM_RATERS;
    let own = deviation(matrix, item).filter(|_| is_comparable(&item))?;
    let others = (0..matrix.items() as u32).map(ItemIdx).filter(|&other| other != item);
    let (mut compared, mut smaller) = (0_u32, 0_u32);
    for other in others.filter(is_comparable) {
        compared += 1;
        smaller += u32::from(deviation(matrix, other).is_some_and(|other| other < own));
    }
    (compared > 0).then(|| f64::from(smaller) / f64::from(compared))
}
