//! How a recommender is fitted.

use crate::parameters::ModelOptions;
use crate::predict::PredictionOptions;
use crate::scale::{RatingScale, ScaleError};
use crate::side::Side;

/// How a [`Recommender`](crate::Recommender) is fitted.
///
/// ```
/// use likemind::{RatingScale, Recommender, RecommenderOptions, Side};
/// // By similar items, of ratings that may be any whole number from 1 to 5.
/// let options = RecommenderOptions::new(Side::Items).with_scale(RatingScale::FIVE_STARS);
/// let ratings = [(1, 10, 5), (1, 11, 4), (1, 12, 2), (2, 10, 5), (2, 11, 4), (3, 11, 5), (3, 12, 1)];
/// let recommender = Recommender::fit_with(ratings, &options)?;
/// assert_eq!(*recommender.recommend(&2, 5)?[0].item, 12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RecommenderOptions {
    /// Whose neighbours, how similar, and how many. Default the users',
    /// [`ModelOptions::new`].
    pub model: ModelOptions,
    /// How predictions are made; by default as the dialect of the model says.
    pub prediction: Option<PredictionOptions>,
    /// The ratings' scale; by default it is found ([`RatingScale::find`]).
    pub scale: Option<RatingScale>,
}

impl Default for RecommenderOptions {
    fn default() -> Self {
        Self::new(Side::Users)
    }
}

impl RecommenderOptions {
    /// The defaults for a side.
    pub fn new(side: Side) -> Self {
        Self { model: ModelOptions::new(side), prediction: None, scale: None }
    }

    /// With other options of the neighbours.
    pub fn with_model(self, model: ModelOptions) -> Self {
        Self { model, ..self }
    }

    /// With other options of predictions than the dialect's.
    pub fn with_prediction(self, prediction: PredictionOptions) -> Self {
        Self { prediction: Some(prediction), ..self }
    }

    /// With a scale that the ratings must be on.
    pub fn with_scale(self, scale: RatingScale) -> Self {
        Self { scale: Some(scale), ..self }
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
