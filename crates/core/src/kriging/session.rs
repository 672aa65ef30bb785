//! The session of item kriging.

use super::ItemKriging;
use super::kernel::ItemKernel;
use crate::ids::ItemIdx;
use crate::linear::{Cholesky, Square};
use crate::matrix::{Raters, RatingMatrix};
use crate::model::{Session, SessionError};
use crate::predict::{Prediction, Source, Term};
use crate::profile::Profile;
use crate::rank::{Ranked, TopN, by_popularity};
use std::cell::OnceCell;

/// Number of ratings of a person, at most, that predictions are made from. The time grows with the
/// cube.
const MAX_RATINGS: usize = 2_048;

/// Number of items whose variances are computed at once. Fewer are filled up with zeros, so that
/// each has the same bits.
const BLOCK: usize = 32;

/// Weight of the spread of all people's ratings in that of one person, in ratings.
const SPREAD_SHRINKAGE: f64 = 5.0;

/// A rating of the person.
struct Rated {
    item: ItemIdx,
    rating: f64,
    /// The item's place in the kernel; 0 without a kernel.
    place: usize,
    /// z.
    deviation: f64,
}

/// The solution of (K_OO + ρI)·a = z_O.
struct Solved {
    factor: Cholesky,
    /// a.
    weights: Vec<f64>,
}

/// A prediction before it is clipped.
#[derive(Clone, Copy, Debug)]
pub(super) struct Estimate {
    pub(super) score: f64,
    base: f64,
    /// Number of ratings of the person that speak for or against the item.
    raters: usize,
    /// K_ii.
    prior: f64,
    /// v.
    variance: f64,
}

/// The ratings of one person, with the solution of their system of equations, computed on first
/// use.
pub(super) struct KrigingSession<'a> {
    kriging: &'a ItemKriging,
    matrix: &'a RatingMatrix,
    person: &'a Profile,
    user_bias: f64,
    /// σ_u·√g, in ratings.
    unit: f64,
    rated: Vec<Rated>,
    solved: OnceCell<Solved>,
}

impl<'a> KrigingSession<'a> {
    pub(super) fn open(
        kriging: &'a ItemKriging,
        matrix: &'a RatingMatrix,
        person: &'a Profile,
    ) -> Result<Self, SessionError> {
        Self::open_with(kriging, matrix, person, MAX_RATINGS)
    }

    /// Opens a session that predicts from at most `limit` ratings.
    pub(super) fn open_with(
        kriging: &'a ItemKriging,
        matrix: &'a RatingMatrix,
        person: &'a Profile,
        limit: usize,
    ) -> Result<Self, SessionError> {
        SessionError::check(person, matrix.scale())?;
        let (ratings, baseline) = (person.ratings(), &kriging.baseline);
        let user_bias = baseline.of_person(ratings.iter().copied(), kriging.options.baseline);
        let noise = kriging.noise.sqrt();
        let residual =
            |item, rating| (rating - baseline.mean() - user_bias - baseline.of_item(item)) / noise;
        let squares = ratings.iter().map(|&(item, rating)| residual(item, rating).powi(2));
        let variance =
            (squares.sum::<f64>() + SPREAD_SHRINKAGE) / (ratings.len() as f64 + SPREAD_SHRINKAGE);
        let spread = variance.sqrt();
        let place = |item| kriging.kernel.as_ref().map_or(0, |kernel| kernel.place(item));
        let rated = spread_evenly(ratings, limit).map(|&(item, rating)| {
            let deviation = residual(item, rating) / spread;
            Rated { item, rating, place: place(item), deviation }
        });
        let (rated, unit, solved) = (rated.collect(), spread * noise, OnceCell::new());
        Ok(Self { kriging, matrix, person, user_bias, unit, rated, solved })
    }

    /// Predicts items, in order.
    pub(super) fn estimates(&self, items: &[ItemIdx]) -> Vec<Estimate> {
        match &self.kriging.kernel {
            Some(kernel) => {
                items.chunks(BLOCK).flat_map(|block| self.block(kernel, block)).collect()
            }
            None => items.iter().map(|&item| self.baseline_estimate(item)).collect(),
        }
    }

    /// Returns σ_u·√(v + ρ), the expected size of the error, in ratings.
    pub(super) fn spread(&self, estimate: &Estimate) -> f64 {
        self.unit * (estimate.variance + self.kriging.options.ridge).sqrt()
    }

    fn baseline_estimate(&self, item: ItemIdx) -> Estimate {
        let base = self.baseline(item);
        Estimate { score: base, base, raters: 0, prior: 0.0, variance: 0.0 }
    }

    /// Returns μ + b_u + b_i.
    fn baseline(&self, item: ItemIdx) -> f64 {
        let baseline = &self.kriging.baseline;
        baseline.mean() + self.user_bias + baseline.of_item(item)
    }

    /// Predicts at most [`BLOCK`] items.
    fn block(&self, kernel: &ItemKernel, items: &[ItemIdx]) -> Vec<Estimate> {
        let (solved, order) = (self.solved(kernel), self.rated.len());
        let mut columns = vec![0.0; BLOCK * order];
        let mut estimates = Vec::with_capacity(items.len());
        for (position, &item) in items.iter().enumerate() {
            let column = &mut columns[position * order..][..order];
            self.covariances(kernel, item, column);
            estimates.push(self.estimate(kernel, item, column));
        }
        solved.factor.solve_lower(&mut columns);
        for (position, estimate) in estimates.iter_mut().enumerate() {
            let half = &columns[position * order..][..order];
            estimate.variance = (estimate.prior - dot(half, half)).clamp(0.0, estimate.prior);
        }
        estimates
    }

    /// Predicts an item from its covariances with the rated ones, without the variance.
    fn estimate(&self, kernel: &ItemKernel, item: ItemIdx, covariances: &[f64]) -> Estimate {
        let (constant, weights) = (self.kriging.options.constant, &self.solved(kernel).weights);
        let base = self.baseline(item) + self.unit * constant * weights.iter().sum::<f64>();
        let prior = constant + kernel.variance(kernel.place(item));
        Estimate {
            score: self.baseline(item) + self.unit * dot(covariances, weights),
            base,
            raters: covariances.iter().filter(|&&covariance| covariance != constant).count(),
            prior,
            variance: prior,
        }
    }

    fn solved(&self, kernel: &ItemKernel) -> &Solved {
        self.solved.get_or_init(|| self.solve(kernel))
    }

    /// Solves the person's system of equations. A kernel of extreme ratings may not be positive
    /// definite; then the ridge is doubled until the system is.
    fn solve(&self, kernel: &ItemKernel) -> Solved {
        let order = self.rated.len();
        let mut ridge = self.kriging.options.ridge;
        loop {
            let mut entries = vec![0.0; order * order];
            for (row, rated) in self.rated.iter().enumerate() {
                let column = &mut entries[row * order..][..order];
                self.covariances(kernel, rated.item, column);
                column[row] += ridge;
            }
            if let Ok(factor) = Cholesky::of(Square::from_columns(order, entries)) {
                let mut weights: Vec<f64> =
                    self.rated.iter().map(|rated| rated.deviation).collect();
                factor.solve(&mut weights);
                return Solved { factor, weights };
            }
            ridge *= 2.0;
        }
    }

    /// Writes K_ij for an item and each rated one.
    fn covariances(&self, kernel: &ItemKernel, item: ItemIdx, column: &mut [f64]) {
        let (constant, unit) = (self.kriging.options.constant, kernel.unit());
        let row = kernel.row(kernel.place(item));
        for (entry, rated) in column.iter_mut().zip(&self.rated) {
            *entry = constant + unit * f64::from(row[rated.place]);
        }
        if let Ok(own) = self.rated.binary_search_by_key(&item, |rated| rated.item) {
            column[own] = constant + kernel.variance(kernel.place(item));
        }
    }

    /// Returns the contributions of the person's ratings, largest covariance first. The part of the
    /// constant c is in the base, as it is the same for every item.
    fn terms(&self, item: ItemIdx) -> Vec<Term> {
        let Some(kernel) = &self.kriging.kernel else { return Vec::new() };
        let (constant, weights) = (self.kriging.options.constant, &self.solved(kernel).weights);
        let mut covariances = vec![0.0; self.rated.len()];
        self.covariances(kernel, item, &mut covariances);
        let raters = Raters::of(self.matrix, item);
        let rated = self.rated.iter().zip(weights).zip(covariances);
        let term = |((rated, weight), covariance): ((&Rated, &f64), f64)| Term {
            neighbour: rated.item.into(),
            similarity: covariance - constant,
            overlap: raters.who_rated(rated.item),
            rating: rated.rating,
            contribution: self.unit * (covariance - constant) * weight,
        };
        let mut terms: Vec<Term> =
            rated.filter(|&(_, covariance)| covariance != constant).map(term).collect();
        terms.sort_by(|a, b| b.similarity.total_cmp(&a.similarity));
        terms
    }

    fn prediction(&self, estimate: &Estimate, terms: Vec<Term>) -> Prediction {
        let (scale, half) = (self.matrix.scale(), self.kriging.interval * self.spread(estimate));
        let Estimate { score, base, raters, prior, variance } = *estimate;
        Prediction {
            rating: scale.clip(score),
            score,
            base,
            terms,
            raters,
            source: if raters > 0 { Source::Neighbours } else { Source::Baseline },
            confidence: Some(if prior > 0.0 { 1.0 - variance / prior } else { 0.0 }),
            interval: Some([scale.clip(score - half), scale.clip(score + half)]),
        }
    }
}

impl Session for KrigingSession<'_> {
    fn predict(&self, item: ItemIdx) -> Prediction {
        self.prediction(&self.estimates(&[item])[0], self.terms(item))
    }

    fn predict_items(&self, items: &[ItemIdx]) -> Vec<Prediction> {
        let estimates = self.estimates(items);
        estimates.iter().map(|estimate| self.prediction(estimate, Vec::new())).collect()
    }

    fn rank(&self, top: TopN<'_>) -> Vec<Ranked> {
        by_popularity(self.matrix, self.person, top)
    }
}

/// Takes at most `limit` ratings, spread evenly over all.
fn spread_evenly(
    ratings: &[(ItemIdx, f64)],
    limit: usize,
) -> impl Iterator<Item = &(ItemIdx, f64)> {
    let count = ratings.len().min(limit);
    (0..count).map(move |position| &ratings[position * ratings.len() / count])
}

/// Number of independent partial sums, which take less time than one.
const LANES: usize = 8;

fn dot(a: &[f64], b: &[f64]) -> f64 {
    let ((a, rest_of_a), (b, rest_of_b)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut lanes = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for (lane, (a, b)) in lanes.iter_mut().zip(a.iter().zip(b)) {
            *lane += a * b;
        }
    }
    let rest: f64 = rest_of_a.iter().zip(rest_of_b).map(|(a, b)| a * b).sum();
    lanes.iter().sum::<f64>() + rest
}
