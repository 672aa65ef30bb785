//! Small data sets, and a solver of small systems of equations.

use likemind::{ItemIdx, RatingMatrix, RatingScale, UserIdx};
use proptest::prelude::*;

pub(crate) const USERS: u32 = 30;
pub(crate) const ITEMS: u32 = 10;

/// Ratings by cell; 0 means no rating.
pub(crate) fn cells() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(0..=5u8, (USERS * ITEMS) as usize)
}

pub(crate) fn matrix(cells: &[u8]) -> RatingMatrix {
    let ratings = cells.iter().enumerate().filter(|(_, rating)| **rating > 0);
    let ratings: Vec<_> = ratings
        .map(|(cell, &rating)| {
            let cell = cell as u32;
            (UserIdx(cell / ITEMS), ItemIdx(cell % ITEMS), f64::from(rating))
        })
        .collect();
    let (users, items) = (USERS as usize, ITEMS as usize);
    RatingMatrix::from_ratings(RatingScale::FIVE_STARS, users, items, &ratings).unwrap()
}

/// A pseudo-random number for each pair.
pub(crate) fn noise(user: u32, item: u32) -> u32 {
    let bits = (user * 7_919 + item * 104_729 + 1).wrapping_mul(2_654_435_761);
    (bits ^ bits >> 15).wrapping_mul(2_246_822_519) >> 8
}

/// Gaussian elimination of a positive definite system.
pub(crate) fn solve(mut rows: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let order = right.len();
    for pivot in 0..order {
        let (done, below) = rows.split_at_mut(pivot + 1);
        for (row, entries) in (pivot + 1..).zip(below) {
            let factor = entries[pivot] / done[pivot][pivot];
            entries
                .iter_mut()
                .zip(&done[pivot])
                .for_each(|(entry, above)| *entry -= factor * above);
            right[row] -= factor * right[pivot];
        }
    }
    for row in (0..order).rev() {
        let known: f64 = (row + 1..order).map(|column| rows[row][column] * right[column]).sum();
        right[row] = (right[row] - known) / rows[row][row];
    }
    right
}
