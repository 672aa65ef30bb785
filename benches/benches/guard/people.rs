//! For whom the guard recommends and predicts.

use likemind::{Profile, RatingMatrix, Side};
use likemind_bench::longest_first;

/// How many people are asked for.
const PEOPLE: usize = 8;

/// Users from the one with the most ratings downwards, at equal distances.
pub(super) fn people(matrix: &RatingMatrix) -> Vec<Profile> {
    let users = longest_first(matrix, Side::Users);
    let chosen = users.iter().step_by(users.len().div_ceil(PEOPLE));
    chosen.map(|&user| Profile::from_user(matrix, user.user())).collect()
}
