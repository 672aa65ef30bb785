//! Options for fitting a recommender.

use crate::kriging::KrigingOptions;
use crate::parameters::ModelOptions;
use crate::predict::PredictionOptions;
use crate::ridge::RidgeOptions;
use crate::scale::{RatingScale, ScaleError};
use crate::side::Side;

/// Options for fitting a [`Recommender`](crate::Recommender).
///
/// ```
/// use likemind::{RatingScale, Recommender, RecommenderOptions, Side};
/// // Recommend by similar items; ratings are whole numbers from 1 to 5.
/// let options = RecommenderOptions::new(Side::Items).with_scale(RatingScale::FIVE_STARS);
/// let ratings = [(1, 10, 5), (1, 11, 4), (1, 12, 2), (2, 10, 5), (2, 11, 4), (3, 11, 5), (3, 12, 1)];
/// let recommender = Recommender::fit_with(ratings, &options)?;
/// assert_eq!(*recommender.recommend(&2, 5)?[0].item, 12);
///
/// // The models that rank and predict best: reasons are the person's own ratings.
/// use likemind::{KrigingOptions, RidgeOptions};
/// let options = RecommenderOptions::default()
///     .with_ridge(RidgeOptions::default())
///     .with_kriging(KrigingOptions::default());
/// let recommender = Recommender::fit_with(ratings, &options)?;
/// let best = &recommender.recommend(&2, 5)?[0];
/// assert!(best.reasons[0].neighbour.to_string() == "11" && best.interval.is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RecommenderOptions {
    /// The side, similarity and number of neighbours. Default [`ModelOptions::new`] of the users'
    /// side.
    pub model: ModelOptions,
    /// Options for predictions; `None` (the default) uses those of the model's dialect.
    pub prediction: Option<PredictionOptions>,
    /// The rating scale; `None` (the default) detects it with [`RatingScale::find`].
    pub scale: Option<RatingScale>,
    /// Ridge regression, which ranks better than neighbours; `None` (the default) ranks by
    /// neighbours.
    pub ridge: Option<RidgeOptions>,
    /// Item kriging, which predicts more accurately than neighbours, with intervals; `None` (the
    /// default) predicts by neighbours.
    pub kriging: Option<KrigingOptions>,
}

impl Default for RecommenderOptions {
    fn default() -> Self {
        Self::new(Side::Users)
    }
}

impl RecommenderOptions {
    /// Creates the default options for a side.
    pub fn new(side: Side) -> Self {
        Self {
            model: ModelOptions::new(side),
            prediction: None,
            scale: None,
            ridge: None,
            kriging: None,
        }
    }

    /// Sets [`model`](Self::model).
    pub fn with_model(self, model: ModelOptions) -> Self {
        Self { model, ..self }
    }

    /// Sets [`prediction`](field@Self::prediction), overriding the dialect.
    pub fn with_prediction(self, prediction: PredictionOptions) -> Self {
        Self { prediction: Some(prediction), ..self }
    }

    /// Sets [`scale`](Self::scale). All ratings must be on it.
    pub fn with_scale(self, scale: RatingScale) -> Self {
        Self { scale: Some(scale), ..self }
    }

    /// Sets [`ridge`](Self::ridge).
    pub fn with_ridge(self, ridge: RidgeOptions) -> Self {
        Self { ridge: Some(ridge), ..self }
    }

    /// Sets [`kriging`](Self::kriging). Not for counts, which cannot be predicted.
    pub fn with_kriging(self, kriging: KrigingOptions) -> Self {
        Self { kriging: Some(kriging), ..self }
    }

    pub(super) fn prediction(&self) -> PredictionOptions {
        let by_dialect = || self.model.dialect.prediction(self.model.side, None);
        self.prediction.unwrap_or_else(by_dialect)
    }

    pub(super) fn scale_of(
        &self,
        ratings: impl Iterator<Item = f64>,
    ) -> Result<RatingScale, ScaleError> {
        self.scale.map_or_else(|| RatingScale::find(ratings), Ok)
    }
}
