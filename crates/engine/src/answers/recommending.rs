//! Recommendations by the models that answer.

use super::{Recommended, recommended};
use crate::choice::AnsweringModel;
use crate::error::{AnswerError, NotOpinions};
use crate::naming::Naming;
use likemind::model::PairedModel;
use likemind::{ItemIdx, Model, Profile, Recommendation, RowIdx, Side, TopN};
use std::fmt;

/// A request for recommendations.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct RecommendationRequest<'a> {
    /// Number of items.
    pub n: usize,
    /// Whether to compute the reasons.
    pub with_reasons: bool,
    /// Minimum predicted rating; items below it are left out. With `None` it is the person's mean:
    /// then items below it fill up a list that would be too short, see
    /// [`TopN::preferably_predicted_at_least`]. People without ratings have no such limit, and for
    /// counts there must be none.
    pub least_prediction: Option<f64>,
    /// Which items to consider; `None` for all.
    pub allowed: Option<&'a (dyn Fn(ItemIdx) -> bool + Sync)>,
    /// Whether items that the person has rated are recommended, too.
    pub with_rated: bool,
}

impl RecommendationRequest<'_> {
    /// Requests the `n` best of the items that the person has not rated, with reasons, and with the person's mean as the limit of
    /// predictions.
    pub fn new(n: usize) -> Self {
        Self { n, with_reasons: true, least_prediction: None, allowed: None, with_rated: false }
    }
}

impl fmt::Debug for RecommendationRequest<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("RecommendationRequest")
            .field("n", &self.n)
            .field("with_reasons", &self.with_reasons)
            .field("least_prediction", &self.least_prediction)
            .field("filtered", &self.allowed.is_some())
            .field("with_rated", &self.with_rated)
            .finish()
    }
}

/// Recommendations to a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Recommendations {
    /// Best first.
    pub list: Vec<Recommendation>,
    /// The side of the neighbours that are the reasons.
    pub side: Side,
    /// The mean of the person's ratings; `None` for counts and for people without ratings.
    pub mean: Option<f64>,
    /// The minimum predicted rating that applied.
    pub least_prediction: Option<f64>,
    /// Whether ratings are opinions, which are predicted.
    has_predictions: bool,
}

/// Recommends items to a person.
///
/// # Errors
/// [`AnswerError::Session`] if one of the models cannot use the person's ratings, and
/// [`AnswerError::NotOpinions`] for a minimum prediction of counts.
pub fn recommend(
    ranking: &AnsweringModel<'_>,
    predicting: &AnsweringModel<'_>,
    person: &Profile,
    request: &RecommendationRequest<'_>,
) -> Result<Recommendations, AnswerError> {
    let opinions = NotOpinions::check(ranking.matrix().scale());
    if request.least_prediction.is_some() {
        opinions?;
    }
    let has_predictions = opinions.is_ok();
    let mean = person.mean().filter(|_| has_predictions);
    let mut top = TopN::new(request.n);
    if !request.with_reasons {
        top = top.without_terms();
    }
    if let Some(allowed) = request.allowed {
        top = top.among(allowed);
    }
    if request.with_rated {
        top = top.with_rated();
    }
    top = match (request.least_prediction, mean) {
        (Some(least), _) => top.predicted_at_least(least),
        (None, Some(mean)) => top.preferably_predicted_at_least(mean),
        (None, None) => top,
    };
    let list = PairedModel::new(ranking, predicting).session(person)?.recommend(top);
    let least_prediction = request.least_prediction.or(mean);
    Ok(Recommendations { list, side: ranking.side, mean, least_prediction, has_predictions })
}

impl Recommendations {
    /// The rows whose names are needed.
    pub fn rows(&self) -> impl Iterator<Item = (Side, RowIdx)> {
        let side = self.side;
        let items = self.list.iter().map(|one| (Side::Items, one.ranked.item.into()));
        let terms = self.list.iter().flat_map(|one| &one.ranked.terms);
        items.chain(terms.map(move |term| (side, term.neighbour)))
    }

    /// The recommendations with names, in order.
    pub fn named<'n>(self, names: &'n impl Naming) -> impl Iterator<Item = Recommended<'n>> {
        let Self { list, side, mean, has_predictions, .. } = self;
        list.into_iter().map(move |Recommendation { ranked, prediction }| {
            let prediction = has_predictions.then_some(prediction);
            recommended::named(ranked, prediction, side, mean, names)
        })
    }
}
