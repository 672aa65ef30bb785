//! A share of the ratings, held out to choose constants.

use crate::csr::Offsets;
use crate::evaluate::TestRating;
use crate::ids::{DenseIdx, ItemIdx, RowIdx, UserIdx};
use crate::matrix::{RatingMatrix, Values};
use crate::side::Side;

/// One rating in this many is held out.
const ONE_IN: u64 = 10;

/// Number of users, at most, whose ratings are held out.
const USERS: usize = 1_000;

/// Number of held-out ratings from which choices are made; with fewer, they would be left to
/// chance.
pub(crate) const ENOUGH: usize = 100;

/// The ratings of a person that are held out.
pub(crate) struct HeldOutRatings {
    pub(crate) user: UserIdx,
    pub(crate) ratings: Vec<(ItemIdx, f64)>,
}

impl HeldOutRatings {
    /// Returns the ratings one by one.
    pub(crate) fn test_ratings(&self) -> impl Iterator<Item = TestRating> + '_ {
        let test = |&(item, rating)| TestRating { user: self.user, item, rating };
        self.ratings.iter().map(test)
    }
}

/// Splits off a tenth of the ratings of at most [`USERS`] users, who are spread evenly over all.
/// Which ratings are held out depends only on the indices of users and items.
pub(crate) fn hold_out(matrix: &RatingMatrix) -> (RatingMatrix, Vec<HeldOutRatings>) {
    let rows = matrix.rows(Side::Users);
    let stride = matrix.users().div_ceil(USERS).max(1);
    let is_held_out =
        |user: RowIdx, item: u32| user.at().is_multiple_of(stride) && is_chosen(user, item);
    let mut offsets = Offsets::with_capacity(matrix.users());
    let mut columns = Vec::with_capacity(matrix.ratings());
    let mut values = Values::with_capacity(matrix.scale(), matrix.ratings());
    let mut held_out = Vec::new();
    for user in rows.indices() {
        let start = columns.len();
        let mut ratings = Vec::new();
        for (item, rating) in matrix.of_user(user.user()) {
            if is_held_out(user, item.get()) {
                ratings.push((item, rating));
            } else {
                columns.push(item.get());
                values.push(matrix.scale(), rating);
            }
        }
        offsets.push(columns.len() - start);
        if !ratings.is_empty() {
            held_out.push(HeldOutRatings { user: user.user(), ratings });
        }
    }
    let rest = RatingMatrix::from_rows(*matrix.scale(), matrix.items(), &offsets, columns, values);
    (rest.unwrap_or_else(|error| unreachable!("part of a valid matrix: {error}")), held_out)
}

/// Mixes the bits of both indices (the finaliser of SplitMix64; Steele et al., OOPSLA 2014).
fn is_chosen(user: RowIdx, item: u32) -> bool {
    let mut bits = u64::from(user.get()) << 32 | u64::from(item);
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    (bits ^ bits >> 31).is_multiple_of(ONE_IN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scale::RatingScale;

    #[test]
    fn held_out_ratings_and_the_rest_are_all_ratings() {
        let ratings: Vec<_> = (0..3_000_u32)
            .flat_map(|user| (0..7).map(move |k| (user, (user * 3 + k * 11) % 50)))
            .map(|(user, item)| (UserIdx(user), ItemIdx(item), f64::from(1 + (user + item) % 5)))
            .collect();
        let scale = RatingScale::FIVE_STARS;
        let matrix = RatingMatrix::from_ratings(scale, 3_000, 50, &ratings).unwrap();
        let (rest, held_out) = hold_out(&matrix);
        let count: usize = held_out.iter().map(|user| user.ratings.len()).sum();
        assert_eq!(rest.ratings() + count, matrix.ratings());
        // A tenth of the 7,000 ratings of 1,000 users.
        assert!((600..800).contains(&count), "{count}");
        for HeldOutRatings { user, ratings } in held_out {
            for (item, rating) in ratings {
                assert_eq!(matrix.rating(user, item), Some(rating));
                assert_eq!(rest.rating(user, item), None);
            }
        }
    }
}
