//! Recommendations in responses.

use super::request::Request;
use crate::problem::Answer;
use likemind::{ItemIdx, Profile, Source};
use likemind_engine::{Moment, NotOpinions, RecommendationRequest};
use serde::Serialize;
use utoipa::ToSchema;

/// Recommendations to a person.
#[derive(Serialize, ToSchema)]
pub(super) struct Recommendations<'a> {
    /// The user's id; absent for a person who is not stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    /// Side of the neighbours that are the reasons: `users`, or `items` that the person rated.
    side: &'static str,
    /// Number of the model that ranks.
    model: i64,
    /// Kind of the model that ranks: `ridge` or `neighbours`.
    model_kind: &'static str,
    /// Number of the model that predicts the ratings; null for counts.
    predicted_by: Option<i64>,
    /// The minimum predicted rating that applied: by default the mean of the person's ratings; null
    /// if there is none, for counts and for people without ratings.
    min_prediction: Option<f64>,
    /// Best first; fewer than requested if there are not enough unrated items.
    recommendations: Vec<Recommended<'a>>,
}

/// A recommended item.
#[derive(Serialize, ToSchema)]
struct Recommended<'a> {
    /// Its id.
    item: &'a str,
    /// Its title; null if unknown.
    title: Option<&'a str>,
    /// Its year; null if unknown.
    year: Option<i32>,
    /// Its genres.
    genres: &'a [String],
    /// The predicted rating; null for counts.
    prediction: Option<f64>,
    /// Interval that contains the rating with a probability of 80 %; null unless item kriging
    /// predicts.
    interval: Option<[f64; 2]>,
    /// Whether the prediction is below the mean of the person's ratings. By default such items only
    /// fill up a list that would be too short. Null for counts and for people without ratings.
    below_mean: Option<bool>,
    /// The score by which the list is sorted: base + the contributions of the reasons.
    score: f64,
    /// `neighbours`, or `popularity` if no neighbour rated the item.
    #[schema(value_type = String, example = "neighbours")]
    source: Source,
    /// The score without any neighbour.
    base: f64,
    /// The contribution of each neighbour, in descending order.
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<Vec<Reason<'a>>>,
}

/// The contribution of one neighbour to a score.
#[derive(Serialize, ToSchema)]
struct Reason<'a> {
    /// On the users' side, a user who rated the item; on the items' side, an item that the person
    /// rated.
    neighbour: &'a str,
    /// The title of the neighbour, if it is an item with a title.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    /// The weighted similarity of the neighbour.
    similarity: f64,
    /// Number of co-ratings.
    overlap: u32,
    /// On the users' side, the neighbour's rating of the item; on the items' side, the person's
    /// rating of the neighbour.
    rating: f64,
    /// What it adds to the score.
    contribution: f64,
}

/// Computes the requested recommendations.
pub(super) fn recommend<'m>(
    moment: &'m Moment<'_>,
    person: &Profile,
    request: &Request,
    user: Option<String>,
) -> Answer<Recommendations<'m>> {
    let ranking = moment.ranking(request.choice, person)?;
    let predicting = moment.predicting(request.choice, person)?;
    let names = moment.names();
    let allowed = |item: ItemIdx| request.filter.allows(item, names.catalogue());
    let mut wanted = RecommendationRequest::new(request.n as usize);
    wanted.with_reasons = request.explain;
    wanted.least_prediction = request.least_prediction;
    wanted.with_rated = request.with_rated;
    wanted.allowed = Some(&allowed);
    let list = likemind_engine::recommend(&ranking, &predicting, person, &wanted)?;
    let min_prediction = list.least_prediction;
    let named = list.named(names).map(|one| Recommended::new(one, request));
    Ok(Recommendations {
        user,
        side: ranking.side.name(),
        model: ranking.id.0,
        model_kind: ranking.kind.name(),
        predicted_by: NotOpinions::check(moment.matrix().scale()).ok().map(|()| predicting.id.0),
        min_prediction,
        recommendations: named.collect(),
    })
}

impl<'n> Recommended<'n> {
    fn new(recommended: likemind_engine::Recommended<'n>, request: &Request) -> Self {
        let likemind_engine::Recommended { id, info, reasons, .. } = recommended;
        let reasons = reasons.iter().map(Reason::new);
        Self {
            item: id,
            title: info.title.as_deref(),
            year: info.year,
            genres: &info.genres,
            prediction: recommended.prediction,
            interval: recommended.interval,
            below_mean: recommended.below_mean,
            score: recommended.score,
            source: recommended.source,
            base: recommended.base,
            reasons: request.explain.then(|| reasons.collect()),
        }
    }
}

impl<'n> Reason<'n> {
    fn new(reason: &likemind_engine::Reason<'n>) -> Self {
        Self {
            neighbour: reason.neighbour,
            title: reason.info.and_then(|info| info.title.as_deref()),
            similarity: reason.similarity,
            overlap: reason.overlap,
            rating: reason.rating,
            contribution: reason.contribution,
        }
    }
}
