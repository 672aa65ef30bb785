//! The users who rated an item, as a set.

use super::RatingMatrix;
use crate::ids::ItemIdx;
use crate::side::Side;

/// The users who rated an item, one bit for each user.
pub(crate) struct Raters<'a> {
    matrix: &'a RatingMatrix,
    bits: Vec<u64>,
}

impl<'a> Raters<'a> {
    pub(crate) fn of(matrix: &'a RatingMatrix, item: ItemIdx) -> Self {
        let mut bits = vec![0; matrix.users().div_ceil(64)];
        for &user in matrix.rows(Side::Items).row(item).columns() {
            bits[user as usize / 64] |= 1 << (user % 64);
        }
        Self { matrix, bits }
    }

    /// Returns the number of these users who rated another item too.
    pub(crate) fn who_rated(&self, other: ItemIdx) -> u32 {
        let bit = |&user: &u32| (self.bits[user as usize / 64] >> (user % 64) & 1) as u32;
        self.matrix.rows(Side::Items).row(other).columns().iter().map(bit).sum()
    }
}
