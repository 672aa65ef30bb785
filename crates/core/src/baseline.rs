//! Baselines: μ + b_u + b_i.

mod gradients;

use crate::ids::{DenseIdx, ItemIdx, RowIdx, UserIdx};
use crate::matrix::{RatingMatrix, Rows};
use crate::parameters::error::ParameterError;
use crate::scale::RatingScale;
use crate::setters::setters;
use crate::side::Side;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// How a [`Baseline`] is fitted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BaselineOptions {
    /// The ridge of the items' parts, 0 or more. Default 5.
    pub item_ridge: f64,
    /// The ridge of the users' parts, 0 or more. Default 8.
    pub user_ridge: f64,
    /// How many rounds over all ratings at most, besides one or two that begin and end a fit with a
    /// tolerance; at least 1. Default 60.
    pub rounds: u32,
    /// The fit ends when a further round would move no part by more than this. Default 1e-10. With 0
    /// just so many rounds are made as `rounds` says, by plain alternation.
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
/// The parts that minimise Σ (r_ui − μ − b_u − b_i)² + λ_u Σ b_u² + λ_i Σ b_i² (Koren, *TKDD* 4, 2010),
/// or with a tolerance of 0, what alternating ridge regression has after some rounds: from b_u = 0,
/// b_i = Σ_u (r_ui − μ − b_u)/(λ_i + n_i) over the users who rated i, then
/// b_u = Σ_i (r_ui − μ − b_i)/(λ_u + n_u) over the items that u rated. The last round is of this kind in
/// either case.
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

/// A quotient that is 0 where nothing was summed.
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
    fn a_person_gets_the_part_that_a_user_has() {
        let matrix = matrix(&[("a", "x", 5.0), ("a", "y", 2.0), ("b", "x", 3.0), ("b", "z", 1.0)]);
        let options = BaselineOptions::default();
        let baseline = Baseline::fit(&matrix, options).unwrap();
        let user = UserIdx(1);
        assert_eq!(baseline.of_person(matrix.of_user(user), options), baseline.of_user(user));
    }

    /// Ratings that say more of some users and items than of others.
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
    fn it_gets_where_many_rounds_lead() {
        let matrix = uneven();
        for (item_ridge, user_ridge) in [(5.0, 8.0), (0.5, 0.0), (0.0, 100.0)] {
            let options = BaselineOptions { item_ridge, user_ridge, ..Default::default() };
            let many = BaselineOptions { rounds: 5_000, tolerance: 0.0, ..options };
            let (found, expected) = (Baseline::fit(&matrix, options), Baseline::fit(&matrix, many));
            let (found, expected) = (found.unwrap(), expected.unwrap());
            let parts = |baseline: &Baseline| [&baseline.users[..], &baseline.items].concat();
            for (found, expected) in parts(&found).into_iter().zip(parts(&expected)) {
                assert!((found - expected).abs() < 1e-8, "{found} {expected}");
            }
        }
    }

    #[test]
    fn few_rounds_are_not_exceeded() {
        let matrix = uneven();
        let fit = |rounds, tolerance| {
            let options = BaselineOptions { rounds, tolerance, ..Default::default() };
            Baseline::fit(&matrix, options).unwrap()
        };
        let far = |a: &Baseline, b: &Baseline| {
            a.users.iter().zip(&b.users).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
        };
        let best = fit(60, 1e-10);
        assert!(far(&fit(3, 1e-10), &best) > 1e-6, "three rounds do not get there");
        assert!(far(&fit(6, 1e-10), &best) < far(&fit(6, 0.0), &best), "and it is quicker");
    }

    #[test]
    fn threads_do_not_change_a_bit() {
        let matrix = uneven();
        let fit = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| Baseline::fit(&matrix, BaselineOptions::default()).unwrap())
        };
        assert_eq!(fit(1), fit(3));
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
