//! Predictors without neighbours.

use super::{Prediction, Predictor, Source};
use crate::baseline::{Baseline, BaselineOptions};
use crate::ids::ItemIdx;
use crate::matrix::RatingMatrix;
use crate::parameters::error::ParameterError;
use crate::profile::Profile;

/// Predicts the baseline μ + b_u + b_i.
pub struct BaselinePredictor<'a> {
    matrix: &'a RatingMatrix,
    baseline: Baseline,
    options: BaselineOptions,
}

impl<'a> BaselinePredictor<'a> {
    /// Fits the baseline of a matrix.
    ///
    /// # Errors
    /// [`ParameterError`] for options out of range.
    pub fn new(matrix: &'a RatingMatrix, options: BaselineOptions) -> Result<Self, ParameterError> {
        Ok(Self { matrix, baseline: Baseline::fit(matrix, options)?, options })
    }
}

impl Predictor for BaselinePredictor<'_> {
    fn predict(&self, person: &Profile, item: ItemIdx) -> Prediction {
        let part = self.baseline.of_person(person.ratings().iter().copied(), self.options);
        let rating = self.baseline.mean() + part + self.baseline.of_item(item);
        Prediction::fallback(rating, Source::Baseline, self.matrix)
    }
}

/// Which mean a [`MeanPredictor`] predicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeanOf {
    /// Of all ratings.
    Everything,
    /// Of the person's ratings.
    User,
    /// Of the item's ratings.
    Item,
}

/// Predicts a mean; the mean of all ratings where the person or the item has none.
pub struct MeanPredictor<'a> {
    matrix: &'a RatingMatrix,
    mean: f64,
    of: MeanOf,
}

impl<'a> MeanPredictor<'a> {
    /// A predictor over the ratings of `matrix`.
    pub fn new(matrix: &'a RatingMatrix, of: MeanOf) -> Self {
        Self { matrix, mean: matrix.mean(), of }
    }

    fn item_mean(&self, item: ItemIdx) -> Option<f64> {
        let ratings = self.matrix.of_item(item);
        let count = ratings.len();
        (count > 0).then(|| ratings.map(|(_, rating)| rating).sum::<f64>() / count as f64)
    }
}

impl Predictor for MeanPredictor<'_> {
    fn predict(&self, person: &Profile, item: ItemIdx) -> Prediction {
        let (own, source) = match self.of {
            MeanOf::Everything => (None, Source::GlobalMean),
            MeanOf::User => (person.mean(), Source::UserMean),
            MeanOf::Item => (self.item_mean(item), Source::ItemMean),
        };
        match own {
            Some(mean) => Prediction::fallback(mean, source, self.matrix),
            None => Prediction::fallback(self.mean, Source::GlobalMean, self.matrix),
        }
    }
}
