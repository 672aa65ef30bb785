//! Ratings from random cells.

use likemind::{RatingMatrix, RatingScale, RatingTable};
use std::collections::BTreeMap;

/// Ratings in steps above the scale's minimum, by user and item.
pub(crate) type Cells = BTreeMap<(u32, u32), u32>;

/// The ratings on a scale, with this number of users and items, some of whom may have none. On a real scale, a step
/// counts as 0.7.
pub(crate) fn matrix(cells: &Cells, users: u32, items: u32, scale: &str) -> RatingMatrix {
    let scale: RatingScale = scale.parse().unwrap();
    let mut table = RatingTable::new();
    for user in 0..users {
        table.add_user(&format!("u{user}")).unwrap();
    }
    for item in 0..items {
        table.add_item(&format!("i{item}")).unwrap();
    }
    for (&(user, item), &steps) in cells {
        let rating = scale.min() + scale.step().unwrap_or(0.7) * f64::from(steps);
        table.push(&format!("u{user}"), &format!("i{item}"), rating, None).unwrap();
    }
    RatingMatrix::from_table(&table, scale).unwrap()
}
