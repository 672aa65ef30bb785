//! Models without neighbours: baselines and means.

use super::{Model, Session, SessionError};
use crate::baseline::{Baseline, BaselineOptions};
use crate::ids::ItemIdx;
use crate::matrix::RatingMatrix;
use crate::parameters::error::ParameterError;
use crate::predict::{Prediction, Source};
use crate::profile::Profile;
use crate::rank::{Ranked, TopN, by_popularity};
use std::sync::Arc;

/// Predicts the baseline μ + b_u + b_i, and ranks by popularity.
#[derive(Clone, Debug)]
pub struct BaselineModel {
    matrix: Arc<RatingMatrix>,
    baseline: Baseline,
    options: BaselineOptions,
}

impl BaselineModel {
    /// Fits the baseline to a matrix.
    ///
    /// # Errors
    /// [`ParameterError`] if an option is out of range.
    pub fn fit(
        matrix: impl Into<Arc<RatingMatrix>>,
        options: BaselineOptions,
    ) -> Result<Self, ParameterError> {
        let matrix = matrix.into();
        let baseline = Baseline::fit(&matrix, options)?;
        Ok(Self { matrix, baseline, options })
    }
}

impl Model for BaselineModel {
    fn matrix(&self) -> &RatingMatrix {
        &self.matrix
    }

    fn session<'a>(&'a self, person: &'a Profile) -> Result<Box<dyn Session + 'a>, SessionError> {
        let user_bias = self.baseline.of_person(person.ratings().iter().copied(), self.options);
        let rating = move |item| self.baseline.mean() + user_bias + self.baseline.of_item(item);
        let predict = move |item| (rating(item), Source::Baseline);
        Ok(Box::new(SimpleSession { matrix: &self.matrix, person, predict }))
    }
}

/// The mean that a [`MeanModel`] predicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeanOf {
    /// The mean of all ratings.
    Global,
    /// The mean of the person's ratings.
    User,
    /// The mean of the item's ratings.
    Item,
}

/// Predicts a mean, falling back to the mean of all ratings if the person or item has no ratings;
/// ranks by popularity.
#[derive(Clone, Debug)]
pub struct MeanModel {
    matrix: Arc<RatingMatrix>,
    mean: f64,
    of: MeanOf,
}

impl MeanModel {
    /// Creates a model of the ratings of `matrix`.
    pub fn new(matrix: impl Into<Arc<RatingMatrix>>, of: MeanOf) -> Self {
        let matrix = matrix.into();
        Self { mean: matrix.mean(), matrix, of }
    }

    fn item_mean(&self, item: ItemIdx) -> Option<f64> {
        let ratings = self.matrix.of_item(item);
        let count = ratings.len();
        (count > 0).then(|| ratings.map(|(_, rating)| rating).sum::<f64>() / count as f64)
    }
}

impl Model for MeanModel {
    fn matrix(&self) -> &RatingMatrix {
        &self.matrix
    }

    fn session<'a>(&'a self, person: &'a Profile) -> Result<Box<dyn Session + 'a>, SessionError> {
        let user_mean = person.mean();
        let predict = move |item| {
            let (mean, source) = match self.of {
                MeanOf::Global => (None, Source::GlobalMean),
                MeanOf::User => (user_mean, Source::UserMean),
                MeanOf::Item => (self.item_mean(item), Source::ItemMean),
            };
            mean.map_or((self.mean, Source::GlobalMean), |mean| (mean, source))
        };
        Ok(Box::new(SimpleSession { matrix: &self.matrix, person, predict }))
    }
}

/// The session of a model without neighbours. `predict` returns the rating and its source.
struct SimpleSession<'a, F> {
    matrix: &'a RatingMatrix,
    person: &'a Profile,
    predict: F,
}

impl<F: Fn(ItemIdx) -> (f64, Source)> Session for SimpleSession<'_, F> {
    fn predict(&self, item: ItemIdx) -> Prediction {
        let (rating, source) = (self.predict)(item);
        Prediction::fallback(rating, source, self.matrix)
    }

    fn rank(&self, top: TopN<'_>) -> Vec<Ranked> {
        by_popularity(self.matrix, self.person, top)
    }
}
