//! Computing and writing recommendations.

use crate::args::PredictionArgs;
use crate::notes::note_outdated;
use crate::output::Output;
use crate::record::{Field, Record, RecordColumn, column};
use crate::text::{printable, title};
use anyhow::Result;
use likemind::model::PairedModel;
use likemind::{Centring, Model, Profile, Recommendation, Side, Source, TopN, UserIdx};
use likemind_engine::{Answerer, AnswererView, FewNames, rows_in};
use likemind_store::Store;
use serde::Serialize;

/// Number of reasons per item in a table; JSON has all.
const SHOWN: usize = 3;

/// Recommendations to a person.
pub(crate) struct Recommendations {
    pub(crate) items: Vec<Recommended>,
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

/// Options of recommendations.
pub(crate) struct RecommendOptions<'a> {
    /// Number of items.
    pub(crate) n: usize,
    /// Whether to include reasons.
    pub(crate) explain: bool,
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
    let (list, side) = ranked(answerer, person, options)?;
    let names = FewNames::read(store, rows_in(&list, side)).await?;
    let named = list.into_iter().map(|one| likemind_engine::Recommended::named(one, side, &names));
    let items = named.map(|one| Recommended::new(&one, options)).collect();
    Ok(Recommendations { items, side })
}

/// The recommendations, with the side of their reasons.
fn ranked(
    answerer: &Answerer,
    person: UserIdx,
    options: &RecommendOptions<'_>,
) -> Result<(Vec<Recommendation>, Side)> {
    let view = answerer.view();
    let centring = fitted_centring(&view, options.prediction)?;
    let ranking = view.ranking(centring.as_ref())?;
    let predicting = view.predicting(centring.as_ref())?;
    let person = Profile::from_user(view.matrix(), person);
    let top = TopN::new(options.n);
    let top = if options.explain { top } else { top.without_terms() };
    let list = PairedModel::new(&ranking, &predicting).session(&person)?.recommend(top);
    Ok((list, ranking.side))
}

/// Fits the reference of predictions by neighbours, if there are any, and notes if these are not up to date.
pub(crate) fn fitted_centring(
    view: &AnswererView<'_>,
    prediction: &PredictionArgs,
) -> Result<Option<Centring>> {
    let Some(model) = view.neighbours() else { return Ok(None) };
    note_outdated(model.outdated());
    Ok(Some(Centring::fit(view.matrix(), prediction.of_model(&model))?))
}

/// Writes the strongest reasons of each item as sentences.
pub(crate) fn print_reasons(list: &Recommendations, out: &mut Output<'_>) -> Result<()> {
    for recommended in &list.items {
        let title = printable(if recommended.title.is_empty() {
            &recommended.item
        } else {
            &recommended.title
        });
        out.line(&format!("\n{title}"))?;
        let reasons = recommended.reasons.as_deref().unwrap_or_default();
        if reasons.is_empty() {
            out.line("  popular: none of your neighbours rated it")?;
        }
        // A neighbour who liked the item is a more convincing reason than one who only rated it.
        let mut shown: Vec<&Reason> = reasons.iter().collect();
        let weight = |reason: &Reason| reason.contribution * reason.rating;
        shown.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
        for reason in shown.into_iter().take(SHOWN) {
            let who =
                printable(if reason.title.is_empty() { &reason.neighbour } else { &reason.title });
            let Reason { similarity, overlap, rating, contribution, .. } = reason;
            out.line(&match list.side {
                Side::Users => format!(
                    "  {who} gave it {rating} (similarity {similarity:.3} over {overlap} co-ratings, adds {contribution:.4})"
                ),
                Side::Items => format!(
                    "  {who}, which you gave {rating}, is similar (similarity {similarity:.3} by {overlap} people, adds {contribution:.4})"
                ),
            })?;
        }
        if reasons.len() > SHOWN {
            let mean = reasons.iter().map(|r| r.rating).sum::<f64>() / reasons.len() as f64;
            let more = reasons.len() - SHOWN;
            out.line(&format!("  and {more} more; their mean rating is {mean:.1}"))?;
        }
    }
    Ok(())
}
