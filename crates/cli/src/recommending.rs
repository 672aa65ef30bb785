//! Computing and writing recommendations.

mod filters;
mod reasons;

pub(crate) use filters::{AllowedItems, FilterArgs};
pub(crate) use reasons::print_reasons;

use crate::args::PredictionArgs;
use crate::notes::note_outdated;
use crate::record::{Field, Record, RecordColumn, column};
use crate::text::title;
use crate::wording::Wording;
use anyhow::Result;
use likemind::{Centring, ItemIdx, Profile, Side, Source, UserIdx};
use likemind_engine::{Answerer, AnswererView, AnsweringModel, FewNames, RecommendationRequest};
use likemind_store::{ModelKind, Store};
use serde::Serialize;
use std::borrow::Borrow;

/// Recommendations to a person.
pub(crate) struct Recommendations {
    pub(crate) items: Vec<Recommended>,
    /// The mean of the person's ratings, if it limits the predictions.
    pub(crate) mean: Option<f64>,
    pub(crate) ranker: Ranker,
}

/// What the reasons come from.
#[derive(Clone, Copy)]
pub(crate) struct Ranker {
    /// The kind of the model that ranks.
    kind: ModelKind,
    /// The side of the neighbours that are the reasons.
    side: Side,
    /// The words for ratings.
    wording: Wording,
}

impl Ranker {
    pub(crate) fn new(model: &AnsweringModel<'_>, wording: Wording) -> Self {
        Self { kind: model.kind, side: model.side, wording }
    }
}

/// A recommended item.
#[derive(Serialize)]
pub(crate) struct Recommended {
    item: String,
    title: String,
    prediction: Option<f64>,
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
        recommended_columns()
    }
}

/// The columns of records that contain a recommended item.
pub(crate) fn recommended_columns<R: Borrow<Recommended>>() -> Vec<RecordColumn<R>> {
    vec![
        column("item", |record| Field::text(&record.borrow().item)),
        column("title", |record| Field::text(&record.borrow().title)),
        column("prediction", |record| Field::optional_real(record.borrow().prediction)),
        column("low", |record| Field::optional_real(record.borrow().interval.map(|[low, _]| low))),
        column("high", |record| {
            Field::optional_real(record.borrow().interval.map(|[_, high]| high))
        }),
        column("below_mean", |record| Field::Flag(record.borrow().below_mean)),
        column("score", |record| Field::Real(Some(record.borrow().score))),
        column("source", |record| Field::text(record.borrow().source.name())),
        column("base", |record| Field::Real(Some(record.borrow().base))),
    ]
}

impl Recommended {
    pub(crate) fn new(recommended: &likemind_engine::Recommended<'_>, explain: bool) -> Self {
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
            reasons: explain.then(|| reasons.collect()),
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
    /// The items to recommend.
    pub(crate) allowed: &'a AllowedItems,
    /// Whether to recommend items that the person has rated, too.
    pub(crate) with_rated: bool,
    /// Options of the prediction formula.
    pub(crate) prediction: &'a PredictionArgs,
}

impl RecommendOptions<'_> {
    /// The request, with the function that allows items.
    pub(crate) fn request<'f>(
        &self,
        allows: &'f (dyn Fn(ItemIdx) -> bool + Sync),
    ) -> RecommendationRequest<'f> {
        let mut request = RecommendationRequest::new(self.n);
        request.with_reasons = self.explain;
        request.least_prediction = self.least_prediction;
        request.with_rated = self.with_rated;
        request.allowed = self.allowed.are_filtered().then_some(allows);
        request
    }
}

/// Recommends items to a person.
pub(crate) async fn recommend(
    store: &Store,
    answerer: &Answerer,
    person: UserIdx,
    options: &RecommendOptions<'_>,
) -> Result<Recommendations> {
    let wording = Wording::of(&store.summary().await?);
    let (list, ranker) = ranked(answerer, person, options, wording)?;
    let names = FewNames::read(store, list.rows()).await?;
    let mean = list.mean.filter(|_| options.least_prediction.is_none());
    let items = list.named(&names).map(|one| Recommended::new(&one, options.explain)).collect();
    Ok(Recommendations { items, mean, ranker })
}

/// The recommendations, and what ranks them.
fn ranked(
    answerer: &Answerer,
    person: UserIdx,
    options: &RecommendOptions<'_>,
    wording: Wording,
) -> Result<(likemind_engine::Recommendations, Ranker)> {
    let view = answerer.view();
    let centring = fitted_centring(&view, options.prediction)?;
    let ranking = view.ranking(centring.as_ref())?;
    let predicting = view.predicting(centring.as_ref())?;
    let person = Profile::from_user(view.matrix(), person);
    let allows = |item: ItemIdx| options.allowed.contain(item);
    let request = options.request(&allows);
    let list = likemind_engine::recommend(&ranking, &predicting, &person, &request)?;
    Ok((list, Ranker::new(&ranking, wording)))
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
