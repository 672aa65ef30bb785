//! Baselines: μ + b_u + b_i.

use crate::ids::{DenseIdx, ItemIdx, UserIdx};
use crate::matrix::{RatingMatrix, Rows};
use crate::parameters::ParameterError;
use crate::scale::RatingScale;
use crate::side::Side;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// How a [`Baseline`] is fitted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BaselineOptions {
    /// The ridge of the items' parts, 0 or more. Default 5.
    pub item_ridge: f64,
    /// The ridge of the users' parts, 0 or more. Default 8.
    pub user_ridge: f64,
    /// How many rounds at most; at least 1. Default 60.
    pub rounds: u32,
    /// The fit ends when no part moves by more than this in a round; 0 makes all rounds.
    /// Default 1e-10.
    pub tolerance: f64,
}

impl Default for BaselineOptions {
    fn default() -> Self {
        Self { item_ridge: 5.0, user_ridge: 8.0, rounds: 60, tolerance: 1e-10 }
    }
}

impl BaselineOptions {
    /// Surprise's: ten rounds with ridges 10 (items) and 15 (users).
    pub const SURPRISE: Self =
        Self { item_ridge: 10.0, user_ridge: 15.0, rounds: 10, tolerance: 0.0 };

    pub(crate) fn check(self) -> Result<Self, ParameterError> {
        let numbers = [
            ("the items' ridge", self.item_ridge),
            ("the users' ridge", self.user_ridge),
            ("the baseline's tolerance", self.tolerance),
        ];
        for (name, found) in numbers {
            if !(found.is_finite() && found >= 0.0) {
                let expected = "finite and 0 or more";
                return Err(ParameterError::OutOfRange { name, expected, found });
            }
        }
        if self.rounds == 0 {
            let (name, expected) = ("the baseline's rounds", "of at least 1");
            return Err(ParameterError::OutOfRange { name, expected, found: 0.0 });
        }
        Ok(self)
    }
}

/// What can be said of a rating without knowing any similarity: μ + b_u + b_i.
///
/// Fitted by alternating ridge regression: from b_u = 0, in rounds,
/// b_i = Σ_u (r_ui − μ − b_u)/(λ_i + n_i) over the users who rated i, then
/// b_u = Σ_i (r_ui − μ − b_i)/(λ_u + n_u) over the items that u rated (Koren, *TKDD* 4, 2010).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Baseline {
    mean: f64,
    users: Vec<f64>,
    items: Vec<f64>,
}

impl Baseline {
    /// The baseline of a matrix. Rows without ratings get 0.
    ///
    /// # Errors
    /// [`ParameterError`] for a ridge or a tolerance that is negative or not finite, or no rounds.
    pub fn fit(matrix: &RatingMatrix, options: BaselineOptions) -> Result<Self, ParameterError> {
        let options = options.check()?;
        let mean = matrix.mean();
        let (mut users, mut items) = (vec![0.0; matrix.users()], vec![0.0; matrix.items()]);
        for _ in 0..options.rounds {
            let scale = matrix.scale();
            let by_item = matrix.rows(Side::Items);
            let new_items = solve(by_item, scale, mean, &users, options.item_ridge);
            let new_users =
                solve(matrix.rows(Side::Users), scale, mean, &new_items, options.user_ridge);
            let moved = largest_move(&items, &new_items).max(largest_move(&users, &new_users));
            (users, items) = (new_users, new_items);
            if moved <= options.tolerance {
                break;
            }
        }
        Ok(Self { mean, users, items })
    }

    /// μ, the mean of all ratings.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// b_u; 0 for an unknown user.
    pub fn of_user(&self, user: UserIdx) -> f64 {
        self.users.get(user.at()).copied().unwrap_or(0.0)
    }

    /// Whether the user was there at the fit.
    pub(crate) fn has_user(&self, user: UserIdx) -> bool {
        user.at() < self.users.len()
    }

    /// b_i; 0 for an unknown item.
    pub fn of_item(&self, item: ItemIdx) -> f64 {
        self.items.get(item.at()).copied().unwrap_or(0.0)
    }

    /// μ + b_u + b_i, not clipped to the scale; an unknown user's or item's part is 0.
    pub fn predict(&self, user: UserIdx, item: ItemIdx) -> f64 {
        self.mean + self.of_user(user) + self.of_item(item)
    }

    /// b_u of a person with these ratings, by the formula of the fit with its items' parts.
    pub fn of_person(
        &self,
        ratings: impl Iterator<Item = (ItemIdx, f64)>,
        options: BaselineOptions,
    ) -> f64 {
        let (mut sum, mut count) = (0.0, 0.0);
        for (item, rating) in ratings {
            sum += rating - self.mean - self.of_item(item);
            count += 1.0;
        }
        ratio(sum, options.user_ridge + count)
    }
}

/// The parts of one side, given those of the other. Each row sums in the order of its columns, so
/// threads do not change a bit.
fn solve(rows: &Rows, scale: &RatingScale, mean: f64, others: &[f64], ridge: f64) -> Vec<f64> {
    (0..rows.len())
        .into_par_iter()
        .with_min_len(64)
        .map(|row| {
            let row = rows.row(row);
            let residuals = row.columns().iter().zip(row.ratings(scale));
            let sum: f64 = residuals.map(|(&c, rating)| rating - mean - others[c as usize]).sum();
            ratio(sum, ridge + row.len() as f64)
        })
        .collect()
}

/// A quotient that is 0 where nothing was summed.
fn ratio(sum: f64, weight: f64) -> f64 {
    if weight > 0.0 { sum / weight } else { 0.0 }
}

fn largest_move(before: &[f64], after: &[f64]) -> f64 {
    before.iter().zip(after).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::RatingTable;

    fn matrix(rows: &[(&str, &str, f64)]) -> RatingMatrix {
        let mut table = RatingTable::new();
        for &(user, item, rating) in rows {
            table.push(user, item, rating, None).unwrap();
        }
        RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap()
    }

    #[test]
    fn one_round_follows_the_formula() {
        let matrix = matrix(&[("a", "x", 5.0), ("a", "y", 4.0), ("b", "x", 3.0)]);
        let options = BaselineOptions { rounds: 1, ..BaselineOptions::SURPRISE };
        let baseline = Baseline::fit(&matrix, options).unwrap();
        assert_eq!(baseline.mean(), 4.0);
        // x: ((5 − 4) + (3 − 4))/(10 + 2) = 0, y: (4 − 4)/11 = 0; a: (1 + 0)/(15 + 2).
        assert_eq!(baseline.of_item(ItemIdx(0)), 0.0);
        assert_eq!(baseline.of_user(UserIdx(0)), 1.0 / 17.0);
        assert_eq!(baseline.predict(UserIdx(1), ItemIdx(7)), 4.0 - 1.0 / 16.0);
    }

    #[test]
    fn no_ridge_and_no_ratings_do_not_divide_by_zero() {
        let options = BaselineOptions { item_ridge: 0.0, user_ridge: 0.0, ..Default::default() };
        let mut table = RatingTable::new();
        table.users.intern("a").unwrap();
        table.items.intern("x").unwrap();
        let empty = RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap();
        let baseline = Baseline::fit(&empty, options).unwrap();
        assert_eq!(baseline.predict(UserIdx(0), ItemIdx(0)), 3.0);
    }

    #[test]
    fn a_person_gets_the_part_that_a_user_has() {
        let matrix = matrix(&[("a", "x", 5.0), ("a", "y", 2.0), ("b", "x", 3.0), ("b", "z", 1.0)]);
        let options = BaselineOptions::default();
        let baseline = Baseline::fit(&matrix, options).unwrap();
        let user = UserIdx(1);
        assert_eq!(baseline.of_person(matrix.of_user(user), options), baseline.of_user(user));
    }

    #[test]
    fn bad_options_are_refused() {
        let matrix = matrix(&[("a", "x", 5.0)]);
        for options in [
            BaselineOptions { item_ridge: -1.0, ..Default::default() },
            BaselineOptions { user_ridge: f64::NAN, ..Default::default() },
            BaselineOptions { rounds: 0, ..Default::default() },
        ] {
            assert!(Baseline::fit(&matrix, options).is_err());
        }
    }
}
