//! The ratings of an item by everyone but one person.

use crate::ids::{ItemIdx, UserIdx};
use crate::matrix::RatingMatrix;
use crate::profile::Profile;
use crate::side::Side;

/// An item rated by a person and by at least one other user.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SharedItem {
    pub(super) item: ItemIdx,
    /// The person's rating.
    pub(super) rating: f64,
    /// Number of other raters, at least 1.
    pub(super) others: usize,
    /// The mean rating of the others.
    pub(super) mean: f64,
}

impl SharedItem {
    /// The person's rating minus the mean of the others.
    pub(super) fn difference(&self) -> f64 {
        self.rating - self.mean
    }

    /// The person's rating minus the mean of all raters, including the person.
    pub(super) fn above_mean_of_all(&self) -> f64 {
        let others = self.others as f64;
        self.difference() * others / (others + 1.0)
    }
}

/// Returns the items of the person that others rated too, ascending.
pub(super) fn shared_items(matrix: &RatingMatrix, person: &Profile) -> Vec<SharedItem> {
    let shared = |&(item, rating): &(ItemIdx, f64)| {
        let (others, mean) = others_of(matrix, person.user(), item)?;
        Some(SharedItem { item, rating, others, mean })
    };
    person.ratings().iter().filter_map(shared).collect()
}

/// Returns the number of raters of `item` other than `user`, and their mean rating; `None` if there
/// are none.
fn others_of(matrix: &RatingMatrix, user: Option<UserIdx>, item: ItemIdx) -> Option<(usize, f64)> {
    let (row, scale) = (matrix.rows(Side::Items).row(item), matrix.scale());
    let own = user.and_then(|user| matrix.rating(user, item));
    let others = row.len() - usize::from(own.is_some());
    if others == 0 {
        return None;
    }
    let mean = match scale.step() {
        // Integer sums of levels are exact, so subtracting the person's own level is too.
        Some(step) => {
            let own = own.and_then(|rating| scale.level_of(rating)).map_or(0, u64::from);
            let levels = row.levels().map(u64::from).sum::<u64>() - own;
            scale.min() + step * (levels as f64 / others as f64 - 1.0)
        }
        None => {
            let ratings = row.columns().iter().zip(row.ratings(scale));
            let by_others = ratings.filter(|&(&column, _)| user != Some(UserIdx(column)));
            by_others.map(|(_, rating)| rating).sum::<f64>() / others as f64
        }
    };
    Some((others, mean))
}
