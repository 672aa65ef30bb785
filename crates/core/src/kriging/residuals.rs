//! Residuals of the baseline for the items with the most ratings.

use crate::baseline::Baseline;
use crate::head::{Head, HeadValues};
use crate::ids::{RowIdx, UserIdx};
use crate::matrix::RatingMatrix;
use rayon::prelude::*;

/// The residuals of the ratings of the head's items.
pub(super) struct Residuals {
    /// e/√g.
    pub(super) values: HeadValues,
    noise: f64,
}

impl Residuals {
    pub(super) fn of(matrix: &RatingMatrix, baseline: &Baseline, limit: usize) -> Self {
        let noise = noise(matrix, baseline);
        let deviation = noise.sqrt();
        let of_user = |user: UserIdx| {
            move |item, rating: f64| (rating - baseline.predict(user, item)) / deviation
        };
        Self { values: HeadValues::of(matrix, Head::of(matrix, limit), of_user), noise }
    }

    /// Returns g, the mean of the squared residuals of all ratings; 1 if all are 0.
    pub(super) fn noise(&self) -> f64 {
        self.noise
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
