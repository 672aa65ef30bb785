//! Items: searching, ratings and similar items.

use super::{ItemPath, Routes};
use crate::app::App;
use crate::engine::Effort;
use crate::extract::{Json, Path, Query};
use crate::histogram::{Bin, histogram};
use crate::known::Conditional;
use crate::part::Part;
use crate::problem::Answer;
use axum::extract::State;
use axum::response::Response;
use likemind::{ItemIdx, Neighbour, Side};
use likemind_engine::{Moment, NamedNeighbour, Naming};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

/// Default and maximum number of listed entries.
const DEFAULT: u32 = 20;
const MAX: u32 = 100;
/// Maximum number of similar items.
const MAX_SIMILAR: u32 = 1_000;

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(list)).routes(routes!(item)).routes(routes!(similar))
}

/// A search for items.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ItemQuery {
    /// A part of the title, ignoring case and accents, or the id; an empty text matches all items.
    #[serde(default)]
    #[param(default = "")]
    query: String,
    /// Only items of this genre, ignoring case.
    genre: Option<String>,
}

/// A page of items.
#[derive(Serialize, ToSchema)]
struct Items {
    /// The item with the requested id first, then by descending number of ratings.
    items: Vec<ItemLine>,
    /// Total number of matches.
    total: usize,
}

/// An item.
#[derive(Serialize, ToSchema)]
struct ItemLine {
    /// Its id.
    item: String,
    /// Its title; null if unknown.
    title: Option<String>,
    /// Its year; null if unknown.
    year: Option<i32>,
    /// Its genres.
    genres: Vec<String>,
    /// Number of ratings.
    ratings: usize,
    /// The mean of its ratings; null if there are none.
    mean: Option<f64>,
}

/// Items by title, id or genre, most rated first
#[utoipa::path(get, path = "/v1/items", tag = "items", params(ItemQuery, Part<DEFAULT, MAX>), responses(
    (status = 200, description = "At most 100 items", body = Items)
))]
async fn list(
    State(app): State<Arc<App>>,
    request: Conditional,
    Query(search): Query<ItemQuery>,
    Part(slice): Part<DEFAULT, MAX>,
) -> Answer<Response> {
    let work = move |moment: &Moment<'_>| {
        let found = moment.find_items(&search.query, search.genre.as_deref());
        let items = slice.of(&found).iter().map(|&item| listed(moment, item)).collect();
        Ok(Json(Items { items, total: found.len() }))
    };
    app.engine()?.respond(Effort::Heavy, request, work).await
}

fn listed(moment: &Moment<'_>, item: ItemIdx) -> ItemLine {
    let info = moment.names().info(item);
    let ratings = moment.matrix().of_item(item);
    let count = ratings.len();
    let sum: f64 = ratings.map(|(_, rating)| rating).sum();
    ItemLine {
        item: moment.names().item(item).to_owned(),
        title: info.title.clone(),
        year: info.year,
        genres: info.genres.clone(),
        ratings: count,
        mean: (count > 0).then(|| sum / count as f64),
    }
}

/// An item with its ratings.
#[derive(Serialize, ToSchema)]
struct Item {
    #[serde(flatten)]
    listed: ItemLine,
    /// Number of ratings for each value, in ascending order of values.
    histogram: Vec<Bin>,
}

/// An item
#[utoipa::path(get, path = "/v1/items/{item}", tag = "items", params(ItemPath), responses(
    (status = 200, description = "The item", body = Item)
))]
async fn item(
    State(app): State<Arc<App>>,
    request: Conditional,
    Path(path): Path<ItemPath>,
) -> Answer<Response> {
    let work = move |moment: &Moment<'_>| {
        let item = moment.item(path.item.as_str())?;
        let matrix = moment.matrix();
        let ratings = matrix.of_item(item).map(|(_, rating)| rating);
        let histogram = histogram(matrix.scale(), ratings);
        Ok(Json(Item { listed: listed(moment, item), histogram }))
    };
    app.engine()?.respond(Effort::Light, request, work).await
}

/// The most similar items.
#[derive(Serialize, ToSchema)]
struct SimilarItems {
    /// The item's id.
    item: String,
    /// Number of the model.
    model: i64,
    /// Most similar first.
    similar: Vec<Similar>,
    /// Total number of entries.
    total: usize,
}

/// A similar item.
#[derive(Serialize, ToSchema)]
struct Similar {
    /// Its id.
    item: String,
    /// Its title; null if unknown.
    title: Option<String>,
    /// Its year; null if unknown.
    year: Option<i32>,
    /// The weighted similarity.
    similarity: f64,
    /// Number of users who rated both.
    overlap: u32,
    /// Rank in the list, from 1.
    rank: usize,
}

/// Similar items, most similar first; requires an items' model
#[utoipa::path(get, path = "/v1/items/{item}/similar", tag = "items", params(ItemPath, Part<DEFAULT, MAX_SIMILAR>), responses(
    (status = 200, description = "At most 1,000 items", body = SimilarItems)
))]
async fn similar(
    State(app): State<Arc<App>>,
    request: Conditional,
    Path(path): Path<ItemPath>,
    Part(slice): Part<DEFAULT, MAX_SIMILAR>,
) -> Answer<Response> {
    let work = move |moment: &Moment<'_>| {
        let item = moment.item(path.item.as_str())?;
        let model = moment.model(Some(Side::Items))?;
        let list = model.neighbours.list(item);
        let view = |(rank, neighbour): (usize, &Neighbour)| {
            let near = NamedNeighbour::named(neighbour, Side::Items, moment.names());
            Similar {
                item: near.id.to_owned(),
                title: near.info.and_then(|info| info.title.clone()),
                year: near.info.and_then(|info| info.year),
                similarity: near.similarity,
                overlap: near.overlap,
                rank,
            }
        };
        let similar = slice.ranked(list).map(view).collect();
        let (item, model) = (path.item.into_string(), model.info.id.0);
        Ok(Json(SimilarItems { item, model, similar, total: list.len() }))
    };
    app.engine()?.respond(Effort::Light, request, work).await
}
