//! The users that recommendations and predictions are computed for.

use likemind::{Profile, RatingMatrix, Side};
use likemind_bench::longest_first;

/// Maximum number of users.
const PEOPLE: usize = 8;

/// Users at equal steps in the order by number of ratings, beginning with the most.
pub(super) fn people(matrix: &RatingMatrix) -> Vec<Profile> {
    let users = longest_first(matrix, Side::Users);
    let chosen = users.iter().step_by(users.len().div_ceil(PEOPLE));
    chosen.map(|&user| Profile::from_user(matrix, user.user())).collect()
}
