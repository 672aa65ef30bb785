//! A value for each rating of the head's items.

use super::Head;
use crate::csr::Offsets;
use crate::ids::{DenseIdx, ItemIdx, RowIdx, UserIdx};
use crate::matrix::RatingMatrix;
use rayon::prelude::*;

/// The value of a rating of one of the head's items.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeadValue {
    pub(crate) place: u32,
    pub(crate) value: f32,
}

/// The values of the ratings of the head's items, by user and ascending by place.
pub(crate) struct HeadValues {
    pub(crate) head: Head,
    offsets: Offsets,
    entries: Vec<HeadValue>,
}

impl HeadValues {
    /// Computes the values. `of_user` returns the function that gives the values of a user's
    /// ratings.
    pub(crate) fn of<F: Fn(ItemIdx, f64) -> f64>(
        matrix: &RatingMatrix,
        head: Head,
        of_user: impl Fn(UserIdx) -> F + Sync,
    ) -> Self {
        let row = |user: RowIdx| {
            let value = of_user(user.user());
            let entry = |(item, rating): (ItemIdx, f64)| {
                let place = head.place(item)? as u32;
                Some(HeadValue { place, value: value(item, rating) as f32 })
            };
            matrix.of_user(user.user()).filter_map(entry).collect::<Vec<_>>()
        };
        let users = RowIdx::first(matrix.users()).collect::<Vec<_>>();
        let rows: Vec<Vec<HeadValue>> = users.into_par_iter().with_min_len(64).map(row).collect();
        let offsets = Offsets::from_lengths(rows.iter().map(Vec::len));
        Self { head, offsets, entries: rows.concat() }
    }

    /// Returns the values of a user.
    pub(crate) fn of_user(&self, user: UserIdx) -> &[HeadValue] {
        &self.entries[self.offsets.range(user.at())]
    }
}
