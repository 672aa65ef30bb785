//! Ratings shared by several tests.

use likemind::{RatingMatrix, RatingTable};

/// Returns ratings in half stars from 1 to 5, computed only from the indices. The 600 users make up
/// three tiles.
///
/// The checkpoint fixtures of earlier versions were made from these ratings, so they must not
/// change.
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
