//! Ratings that several tests share.

use likemind::{RatingMatrix, RatingTable};

/// Half stars from 1 to 5 that follow from the indices alone. The 600 users have three tiles.
///
/// Checkpoints of former versions are of these ratings, so they must stay as they are.
pub(crate) fn three_tiles(scale: &str) -> RatingMatrix {
    let mut table = RatingTable::new();
    for user in 0..600_u32 {
        for item in 0..40_u32 {
            let noise = (user * 7_919 + item * 104_729).wrapping_mul(2_654_435_761) >> 20;
            if noise % 100 < 30 {
                let rating = f64::from((user % 5 * item + noise % 3) % 9 + 2) / 2.0;
                table.push(&user.to_string(), &item.to_string(), rating, None).unwrap();
            }
        }
    }
    RatingMatrix::from_table(&table, scale.parse().unwrap()).unwrap()
}
