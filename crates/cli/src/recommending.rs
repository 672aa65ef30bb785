//! Computing and writing recommendations.

mod reasons;

pub(crate) use reasons::print_reasons;

use crate::args::PredictionArgs;
use crate::notes::note_outdated;
use crate::record::{Field, Record, RecordColumn, column};
use crate::text::title;
use anyhow::Result;
use likemind::{Centring, Profile, Side, Source, UserIdx};
use likemind_engine::{Answerer, AnswererView, FewNames, RecommendationRequest};
use likemind_store::{ModelKind, Store};
use serde::Serialize;

/// Recommendations to a person.
pub(crate) struct Recommendations {
    pub(crate) items: Vec<Recommended>,
    /// The mean of the person's ratings, if it limits the predictions.
    pub(crate) mean: Option<f64>,
    /// The kind of the model that ranks.
    kind: ModelKind,
    /// The side of the neighbours that are the reasons.
    side: Side,
}

/// A recommended item.
#[derive(Serialize)]
pub(crate) struct Recommended {
    item: String,
    title: String,
    prediction: f64,
    interval: Option<[f64; 2]>,
    below_mean: Option<bool>,
    score: f64,
    source: Source,
    base: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<Vec<Reason>>,
}

/// The contribution of one neighbour to a score.
#[derive(Serialize)]
struct Reason {
    neighbour: String,
    /// The title of the neighbour, if it is an item.
    #[serde(skip)]
    title: String,
    similarity: f64,
    overlap: u32,
    rating: f64,
    contribution: f64,
}

impl Record for Recommended {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("item", |recommended| Field::text(&recommended.item)),
            column("title", |recommended| Field::text(&recommended.title)),
            column("prediction", |recommended| Field::Real(Some(recommended.prediction))),
            column("low", |recommended| {
                Field::optional_real(recommended.interval.map(|[low, _]| low))
            }),
            column("high", |recommended| {
                Field::optional_real(recommended.interval.map(|[_, high]| high))
            }),
            column("below_mean", |recommended| Field::Flag(recommended.below_mean)),
            column("score", |recommended| Field::Real(Some(recommended.score))),
            column("source", |recommended| Field::text(recommended.source.name())),
            column("base", |recommended| Field::Real(Some(recommended.base))),
        ]
    }
}

impl Recommended {
    fn new(recommended: &likemind_engine::Recommended<'_>, options: &RecommendOptions<'_>) -> Self {
        let reasons = recommended.reasons.iter().map(Reason::new);
        Self {
            item: recommended.id.to_owned(),
            title: title(recommended.info),
            prediction: recommended.prediction,
            interval: recommended.interval,
            below_mean: recommended.below_mean,
            score: recommended.score,
            source: recommended.source,
            base: recommended.base,
            reasons: options.explain.then(|| reasons.collect()),
        }
    }
}

impl Reason {
    fn new(reason: &likemind_engine::Reason<'_>) -> Self {
        Self {
            neighbour: reason.neighbour.to_owned(),
            title: reason.info.map_or_else(|| reason.neighbour.to_owned(), title),
            similarity: reason.similarity,
            overlap: reason.overlap,
            rating: reason.rating,
            contribution: reason.contribution,
        }
    }
}

impl Recommendations {
    /// Number of items that only fill up the list: they are predicted below the person's mean.
    pub(crate) fn fillers(&self) -> usize {
        let low = self.items.iter().filter(|item| item.below_mean == Some(true));
        self.mean.map_or(0, |_| low.count())
    }
}

/// Options of recommendations.
pub(crate) struct RecommendOptions<'a> {
    /// Number of items.
    pub(crate) n: usize,
    /// Whether to include reasons.
    pub(crate) explain: bool,
    /// Minimum predicted rating; by default the person's mean, if enough items have it.
    pub(crate) least_prediction: Option<f64>,
    /// Options of the prediction formula.
    pub(crate) prediction: &'a PredictionArgs,
}

/// Recommends items to a person.
pub(crate) async fn recommend(
    store: &Store,
    answerer: &Answerer,
    person: UserIdx,
    options: &RecommendOptions<'_>,
) -> Result<Recommendations> {
    let (list, kind) = ranked(answerer, person, options)?;
    let names = FewNames::read(store, list.rows()).await?;
    let (side, mean) = (list.side, list.mean.filter(|_| options.least_prediction.is_none()));
    let items = list.named(&names).map(|one| Recommended::new(&one, options)).collect();
    Ok(Recommendations { items, mean, kind, side })
}

/// The recommendations, and the kind of the model that ranks.
fn ranked(
    answerer: &Answerer,
    person: UserIdx,
    options: &RecommendOptions<'_>,
) -> Result<(likemind_engine::Recommendations, ModelKind)> {
    let view = answerer.view();
    let centring = fitted_centring(&view, options.prediction)?;
    let ranking = view.ranking(centring.as_ref())?;
    let predicting = view.predicting(centring.as_ref())?;
    let person = Profile::from_user(view.matrix(), person);
    let mut request = RecommendationRequest::new(options.n);
    request.with_reasons = options.explain;
    request.least_prediction = options.least_prediction;
    let list = likemind_engine::recommend(&ranking, &predicting, &person, &request)?;
    Ok((list, ranking.kind))
}

/// Fits the reference of predictions by neighbours, if there are any, and notes if these are not up
/// to date.
pub(crate) fn fitted_centring(
    view: &AnswererView<'_>,
    prediction: &PredictionArgs,
) -> Result<Option<Centring>> {
    let Some(model) = view.neighbours() else { return Ok(None) };
    note_outdated(model.outdated());
    Ok(Some(Centring::fit(view.matrix(), prediction.of_model(&model))?))
}
