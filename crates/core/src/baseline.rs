//! Baseline predictors μ + b_u + b_i.

mod gradients;

use crate::ids::{DenseIdx, ItemIdx, RowIdx, UserIdx};
use crate::matrix::{RatingMatrix, Rows};
use crate::parameters::error::ParameterError;
use crate::scale::RatingScale;
use crate::setters::setters;
use crate::side::Side;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Options for fitting a [`Baseline`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BaselineOptions {
    /// Ridge penalty λ_i of the item biases, 0 or more. Default 5.
    pub item_ridge: f64,
    /// Ridge penalty λ_u of the user biases, 0 or more. Default 8.
    pub user_ridge: f64,
    /// Maximum number of passes over all ratings, at least 1. A fit with a tolerance needs one or
    /// two more, at its start and end. Default 60.
    pub rounds: u32,
    /// The fit ends when another round would change no bias by more than this. Default 1e-10. With
    /// 0 the fit alternates for exactly `rounds` rounds.
    pub tolerance: f64,
}

impl Default for BaselineOptions {
    fn default() -> Self {
        Self { item_ridge: 5.0, user_ridge: 8.0, rounds: 60, tolerance: 1e-10 }
    }
}

setters!(BaselineOptions {
    with_item_ridge(item_ridge: f64),
    with_user_ridge(user_ridge: f64),
    with_rounds(rounds: u32),
    with_tolerance(tolerance: f64),
});

impl BaselineOptions {
    /// The options of Surprise: ten rounds with ridges 10 (items) and 15 (users).
    pub const SURPRISE: Self =
        Self { item_ridge: 10.0, user_ridge: 15.0, rounds: 10, tolerance: 0.0 };

    pub(crate) fn check(self) -> Result<Self, ParameterError> {
        ParameterError::check_not_negative("the item ridge", self.item_ridge)?;
        ParameterError::check_not_negative("the user ridge", self.user_ridge)?;
        ParameterError::check_not_negative("the baseline tolerance", self.tolerance)?;
        if self.rounds == 0 {
            let (name, expected) = ("the number of baseline rounds", "to be at least 1");
            return Err(ParameterError::OutOfRange { name, expected, found: 0.0 });
        }
        Ok(self)
    }
}

/// A baseline predictor μ + b_u + b_i: the global mean plus a user bias and an item bias.
///
/// The biases minimise Σ (r_ui − μ − b_u − b_i)² + λ_u Σ b_u² + λ_i Σ b_i² (Koren, *TKDD* 4, 2010).
/// With a tolerance of 0 they are the result of a fixed number of rounds of alternating ridge
/// regression: starting from b_u = 0, b_i = Σ_u (r_ui − μ − b_u)/(λ_i + n_i) over the users who
/// rated i, then b_u = Σ_i (r_ui − μ − b_i)/(λ_u + n_u) over the items that u rated. In either case
/// the last round is of this form.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    mean: f64,
    users: Vec<f64>,
    items: Vec<f64>,
}

impl Baseline {
    /// Fits the baseline to a matrix. Users and items without ratings have a bias of 0.
    ///
    /// # Errors
    /// [`ParameterError`] if a ridge or the tolerance is negative or not finite, or `rounds` is 0.
    pub fn fit(matrix: &RatingMatrix, options: BaselineOptions) -> Result<Self, ParameterError> {
        let options = options.check()?;
        let mean = matrix.mean();
        let round = |users: &[f64]| {
            let rows = |side| matrix.rows(side);
            let items = solve(rows(Side::Items), matrix.scale(), mean, users, options.item_ridge);
            let users = solve(rows(Side::Users), matrix.scale(), mean, &items, options.user_ridge);
            (users, items)
        };
        let (mut users, mut items) = round(&vec![0.0; matrix.users()]);
        if options.tolerance > 0.0 {
            users = gradients::users(matrix, users, &options);
            (users, items) = round(&users);
        } else {
            for _ in 1..options.rounds {
                (users, items) = round(&users);
            }
        }
        Ok(Self { mean, users, items })
    }

    /// Returns the same baseline without its user biases, for people with biases of their own.
    pub(crate) fn without_users(self) -> Self {
        Self { users: Vec::new(), ..self }
    }

    /// Whether the mean and all biases are finite.
    pub(crate) fn is_finite(&self) -> bool {
        let mut all = self.users.iter().chain(&self.items).chain([&self.mean]);
        all.all(|value| value.is_finite())
    }

    /// Number of items with a bias.
    pub(crate) fn items(&self) -> usize {
        self.items.len()
    }

    /// Returns μ, the mean of all ratings.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Returns the user bias b_u; 0 for an unknown user.
    pub fn of_user(&self, user: UserIdx) -> f64 {
        self.users.get(user.at()).copied().unwrap_or(0.0)
    }

    /// Whether the user existed when the baseline was fitted.
    pub(crate) fn has_user(&self, user: UserIdx) -> bool {
        user.at() < self.users.len()
    }

    /// Returns the item bias b_i; 0 for an unknown item.
    pub fn of_item(&self, item: ItemIdx) -> f64 {
        self.items.get(item.at()).copied().unwrap_or(0.0)
    }

    /// Returns μ + b_u + b_i, not clipped to the scale; the bias of an unknown user or item is 0.
    pub fn predict(&self, user: UserIdx, item: ItemIdx) -> f64 {
        self.mean + self.of_user(user) + self.of_item(item)
    }

    /// Computes b_u for a person with these ratings, by the formula of the fit and with its item
    /// biases.
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

/// Solves for the biases of one side, given those of the other. Each row is summed in the order of
/// its columns, so the result does not depend on the number of threads.
fn solve(rows: &Rows, scale: &RatingScale, mean: f64, others: &[f64], ridge: f64) -> Vec<f64> {
    (0..rows.len() as u32)
        .into_par_iter()
        .with_min_len(64)
        .map(|row| {
            let row = rows.row(RowIdx(row));
            let residuals = row.columns().iter().zip(row.ratings(scale));
            let sum: f64 = residuals.map(|(&c, rating)| rating - mean - others[c as usize]).sum();
            ratio(sum, ridge + row.len() as f64)
        })
        .collect()
}

/// Returns `sum / weight`, or 0 if the weight is 0.
fn ratio(sum: f64, weight: f64) -> f64 {
    if weight > 0.0 { sum / weight } else { 0.0 }
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
        table.add_user("a").unwrap();
        table.add_item("x").unwrap();
        let empty = RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap();
        let baseline = Baseline::fit(&empty, options).unwrap();
        assert_eq!(baseline.predict(UserIdx(0), ItemIdx(0)), 3.0);
    }

    #[test]
    fn a_guest_gets_the_bias_of_a_user_with_the_same_ratings() {
        let matrix = matrix(&[("a", "x", 5.0), ("a", "y", 2.0), ("b", "x", 3.0), ("b", "z", 1.0)]);
        let options = BaselineOptions::default();
        let baseline = Baseline::fit(&matrix, options).unwrap();
        let user = UserIdx(1);
        assert_eq!(baseline.of_person(matrix.of_user(user), options), baseline.of_user(user));
    }

    /// A matrix whose rows and columns have very different numbers of ratings.
    fn uneven() -> RatingMatrix {
        let mut table = RatingTable::new();
        for user in 0..200_u32 {
            for item in (0..80_u32).filter(|item| (user * 7 + item * 13) % (3 + item / 4) == 0) {
                let rating = f64::from(1 + (user * item + user / 9 + item / 7) % 5);
                table.push(&user.to_string(), &item.to_string(), rating, None).unwrap();
            }
        }
        RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap()
    }

    #[test]
    fn converges_to_the_limit_of_alternation() {
        let matrix = uneven();
        for (item_ridge, user_ridge) in [(5.0, 8.0), (0.5, 0.0), (0.0, 100.0)] {
            let options = BaselineOptions { item_ridge, user_ridge, ..Default::default() };
            let many = BaselineOptions { rounds: 5_000, tolerance: 0.0, ..options };
            let (found, expected) = (Baseline::fit(&matrix, options), Baseline::fit(&matrix, many));
            let (found, expected) = (found.unwrap(), expected.unwrap());
            let biases = |baseline: &Baseline| [&baseline.users[..], &baseline.items].concat();
            for (found, expected) in biases(&found).into_iter().zip(biases(&expected)) {
                assert!((found - expected).abs() < 1e-8, "{found} {expected}");
            }
        }
    }

    #[test]
    fn rounds_limit_the_fit_and_gradients_converge_faster() {
        let matrix = uneven();
        let fit = |rounds, tolerance| {
            let options = BaselineOptions { rounds, tolerance, ..Default::default() };
            Baseline::fit(&matrix, options).unwrap()
        };
        let distance = |a: &Baseline, b: &Baseline| {
            a.users.iter().zip(&b.users).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
        };
        let best = fit(60, 1e-10);
        assert!(distance(&fit(3, 1e-10), &best) > 1e-6, "three rounds must not suffice");
        assert!(
            distance(&fit(6, 1e-10), &best) < distance(&fit(6, 0.0), &best),
            "must converge faster than alternation"
        );
    }

    #[test]
    fn result_does_not_depend_on_threads() {
        let matrix = uneven();
        let fit = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| Baseline::fit(&matrix, BaselineOptions::default()).unwrap())
        };
        assert_eq!(fit(1), fit(3));
    }

    #[test]
    fn rejects_invalid_options() {
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
