//! Recommendations as they are shown.

use super::Order;
use likemind::model::SessionError;
use likemind::{ItemIdx, Model, Profile, Source, TopN};
use likemind_engine::LiveModel;
use likemind_engine::{Moment, Naming};
use serde::Serialize;
use utoipa::ToSchema;

/// Items for a person, best first.
#[derive(Serialize, ToSchema)]
pub(super) struct Recommendations<'a> {
    /// The user's id; absent for a person who is not stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    /// By whose neighbours: `users` or `items`.
    side: &'static str,
    /// The model that has the neighbours.
    model: i64,
    /// Best first; fewer than asked for where no more are left that the person has not rated.
    recommendations: Vec<Recommended<'a>>,
}

/// An item for a person.
#[derive(Serialize, ToSchema)]
struct Recommended<'a> {
    /// Its id.
    item: &'a str,
    /// Its title, where known.
    title: Option<&'a str>,
    /// Its year, where known.
    year: Option<i32>,
    /// Its genres.
    genres: &'a [String],
    /// The rating that the person is expected to give.
    prediction: f64,
    /// What the list is sorted by: base + the contributions of the reasons.
    score: f64,
    /// `neighbours`, or `popularity` where no neighbour knows the item.
    #[schema(value_type = String, example = "neighbours")]
    source: Source,
    /// What it scores before any neighbour is asked.
    base: f64,
    /// What each neighbour adds, largest contribution first.
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<Vec<Reason<'a>>>,
}

/// What one neighbour adds to a score.
#[derive(Serialize, ToSchema)]
struct Reason<'a> {
    /// A user who rated the item; by items, an item that the person rated.
    neighbour: &'a str,
    /// The neighbour's title, where it is an item that has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    /// How similar the neighbour is.
    similarity: f64,
    /// How many ratings the two have in common.
    overlap: u32,
    /// What the neighbour gave to the item; by items, what the person gave to the neighbour.
    rating: f64,
    /// What it adds to the score.
    contribution: f64,
}

/// The items that an order asks for.
pub(super) fn recommend<'m>(
    moment: &'m Moment<'_>,
    model: &LiveModel<'m>,
    person: &Profile,
    order: &Order,
    user: Option<String>,
) -> Result<Recommendations<'m>, SessionError> {
    let names = moment.names();
    let allowed = |item: ItemIdx| match &order.genre {
        Some(genre) => names.info(item).has_genre(genre),
        None => true,
    };
    let top = TopN::new(order.n as usize).among(&allowed);
    let top = if order.explain { top } else { top.without_terms() };
    let list = moment.answers(model).session(person)?.recommend(top);
    let side = model.info.side;
    let named = list.into_iter().map(|one| likemind_engine::Recommended::named(one, side, names));
    let recommendations = named.map(|one| Recommended::new(one, order)).collect();
    Ok(Recommendations { user, side: side.name(), model: model.info.id.0, recommendations })
}

impl<'n> Recommended<'n> {
    fn new(recommended: likemind_engine::Recommended<'n>, order: &Order) -> Self {
        let likemind_engine::Recommended { id, info, reasons, .. } = recommended;
        let reasons = reasons.iter().map(Reason::new);
        Self {
            item: id,
            title: info.title.as_deref(),
            year: info.year,
            genres: &info.genres,
            prediction: recommended.prediction,
            score: recommended.score,
            source: recommended.source,
            base: recommended.base,
            reasons: order.explain.then(|| reasons.collect()),
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
