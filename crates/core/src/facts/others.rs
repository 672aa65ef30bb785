//! What all others gave to an item.

use crate::ids::{ItemIdx, UserIdx};
use crate::matrix::RatingMatrix;
use crate::profile::Profile;
use crate::side::Side;

/// An item that a person rated and others too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SharedItem {
    pub(super) item: ItemIdx,
    /// What the person gave.
    pub(super) rating: f64,
    /// How many others rated it, at least 1.
    pub(super) others: usize,
    /// The mean of what the others gave.
    pub(super) mean: f64,
}

impl SharedItem {
    /// How far the person's rating is above the mean of the others.
    pub(super) fn difference(&self) -> f64 {
        self.rating - self.mean
    }

    /// How far the person's rating is above the mean of all who rated the item, the person included.
    pub(super) fn above_all(&self) -> f64 {
        let others = self.others as f64;
        self.difference() * others / (others + 1.0)
    }
}

/// The items that the person shares with others, ascending.
pub(super) fn shared_items(matrix: &RatingMatrix, person: &Profile) -> Vec<SharedItem> {
    let shared = |&(item, rating): &(ItemIdx, f64)| {
        let (others, mean) = others_of(matrix, person.user(), item)?;
        Some(SharedItem { item, rating, others, mean })
    };
    person.ratings().iter().filter_map(shared).collect()
}

/// How many others than `user` rated `item`, and their mean; `None` if nobody did.
fn others_of(matrix: &RatingMatrix, user: Option<UserIdx>, item: ItemIdx) -> Option<(usize, f64)> {
    let (row, scale) = (matrix.rows(Side::Items).row(item), matrix.scale());
    let own = user.and_then(|user| matrix.rating(user, item));
    let others = row.len() - usize::from(own.is_some());
    if others == 0 {
        return None;
    }
    let mean = match scale.step() {
        // Levels are added as integers: one pass, exact, in any order.
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
