//! Residuals of the baseline for the items with the most ratings.

use crate::baseline::Baseline;
use crate::csr::Offsets;
use crate::ids::{DenseIdx, ItemIdx, RowIdx, UserIdx};
use crate::matrix::RatingMatrix;
use crate::side::Side;
use rayon::prelude::*;
use std::ops::Range;

/// The place of an item without kernel entries of its own.
const NO_PLACE: u32 = u32::MAX;

/// The items with kernel entries of their own, in the order of their indices.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Head {
    items: Vec<ItemIdx>,
    /// The position of each item in `items`, or [`NO_PLACE`].
    places: Vec<u32>,
}

impl Head {
    /// Takes the items with the most ratings, at most `limit`. Of items with equally many, those
    /// that appeared first.
    fn of(matrix: &RatingMatrix, limit: usize) -> Self {
        let rows = matrix.rows(Side::Items);
        let rated = rows.indices().map(|row| (rows.row_len(row), row.item()));
        let mut items: Vec<_> = rated.filter(|&(raters, _)| raters > 0).collect();
        items.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut items: Vec<ItemIdx> = items.into_iter().map(|(_, item)| item).take(limit).collect();
        items.sort_unstable();
        let mut places = vec![NO_PLACE; matrix.items()];
        for (place, item) in (0..).zip(&items) {
            places[item.at()] = place;
        }
        Self { items, places }
    }

    /// Number of items.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// The items, ascending.
    pub(super) fn items(&self) -> &[ItemIdx] {
        &self.items
    }

    /// The position of an item among [`items`](Self::items); `None` if it is not among them.
    pub(super) fn place(&self, item: ItemIdx) -> Option<usize> {
        let place = self.places.get(item.at()).copied()?;
        (place != NO_PLACE).then_some(place as usize)
    }
}

/// A rating of an item of the head.
#[derive(Clone, Copy, Debug)]
pub(super) struct Residual {
    pub(super) place: u32,
    /// e/√g.
    pub(super) value: f32,
}

/// The residuals of the ratings of the head's items, by user and ascending by place.
pub(super) struct Residuals {
    pub(super) head: Head,
    offsets: Offsets,
    entries: Vec<Residual>,
    noise: f64,
}

impl Residuals {
    pub(super) fn of(matrix: &RatingMatrix, baseline: &Baseline, limit: usize) -> Self {
        let noise = noise(matrix, baseline);
        let head = Head::of(matrix, limit);
        let deviation = noise.sqrt();
        let of_user = |user: RowIdx| {
            let ratings = matrix.of_user(user.user());
            let residual = |(item, rating): (ItemIdx, f64)| {
                let place = head.place(item)? as u32;
                let residual = rating - baseline.predict(user.user(), item);
                Some(Residual { place, value: (residual / deviation) as f32 })
            };
            ratings.filter_map(residual).collect::<Vec<_>>()
        };
        let users = RowIdx::first(matrix.users()).collect::<Vec<_>>();
        let rows: Vec<Vec<Residual>> =
            users.into_par_iter().with_min_len(64).map(of_user).collect();
        let offsets = Offsets::from_lengths(rows.iter().map(Vec::len));
        Self { head, offsets, entries: rows.concat(), noise }
    }

    /// Returns g, the mean of the squared residuals of all ratings; 1 if all are 0.
    pub(super) fn noise(&self) -> f64 {
        self.noise
    }

    /// Returns the residuals of a user.
    pub(super) fn of_user(&self, user: UserIdx) -> &[Residual] {
        &self.entries[self.range(user)]
    }

    fn range(&self, user: UserIdx) -> Range<usize> {
        self.offsets.range(user.at())
    }
}

/// Sums the squares user by user, so that the result does not depend on the number of threads.
fn noise(matrix: &RatingMatrix, baseline: &Baseline) -> f64 {
    let of_user = |user: RowIdx| -> f64 {
        let residual = |(item, rating)| rating - baseline.predict(user.user(), item);
        matrix.of_user(user.user()).map(|rating| residual(rating).powi(2)).sum()
    };
    let users = RowIdx::first(matrix.users()).collect::<Vec<_>>();
    let sums: Vec<f64> = users.into_par_iter().with_min_len(64).map(of_user).collect();
    let noise = sums.iter().sum::<f64>() / matrix.ratings().max(1) as f64;
    if noise > 0.0 && noise.is_finite() { noise } else { 1.0 }
}
