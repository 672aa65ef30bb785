//! Neighbours of a user, and comparing two users.

use super::{Routes, UserPath};
use crate::app::App;
use crate::engine::Effort;
use crate::extract::{Id, Json, Path};
use crate::known::Conditional;
use crate::part::Part;
use crate::problem::Answer;
use axum::extract::State;
use axum::response::Response;
use likemind::{Side, Similarities, SimilarityOptions};
use likemind_engine::{Moment, NamedNeighbour, Naming};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

/// Default and maximum number of listed entries.
const DEFAULT: u32 = 20;
const MAX: u32 = 1_000;

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(list)).routes(routes!(pair))
}

/// The most similar users.
#[derive(Serialize, ToSchema)]
struct Neighbours {
    /// The user's id.
    user: String,
    /// Number of the model.
    model: i64,
    /// Most similar first.
    neighbours: Vec<NeighbourView>,
    /// Total number of entries.
    total: usize,
}

/// A similar user.
#[derive(Serialize, ToSchema)]
struct NeighbourView {
    /// The neighbour's id.
    neighbour: String,
    /// The weighted similarity.
    similarity: f64,
    /// Number of co-rated items.
    overlap: u32,
    /// Rank in the list, from 1.
    rank: usize,
}

/// The neighbours of a user, most similar first
#[utoipa::path(get, path = "/v1/users/{user}/neighbours", tag = "neighbours", params(UserPath, Part<DEFAULT, MAX>), responses(
    (status = 200, description = "At most 1,000 neighbours", body = Neighbours)
))]
async fn list(
    State(app): State<Arc<App>>,
    request: Conditional,
    Path(path): Path<UserPath>,
    Part(slice): Part<DEFAULT, MAX>,
) -> Answer<Response> {
    let work = move |moment: &Moment<'_>| {
        let user = moment.user(path.user.as_str())?;
        let model = moment.model(Some(Side::Users))?;
        let list = model.neighbours.list(user);
        let view = |(rank, neighbour): (usize, &likemind::Neighbour)| {
            let near = NamedNeighbour::named(neighbour, Side::Users, moment.names());
            let (neighbour, similarity, overlap) =
                (near.id.to_owned(), near.similarity, near.overlap);
            NeighbourView { neighbour, similarity, overlap, rank }
        };
        let neighbours = slice.ranked(list).map(view).collect();
        let (user, model) = (path.user.into_string(), model.info.id.0);
        Ok(Json(Neighbours { user, model, neighbours, total: list.len() }))
    };
    app.engine()?.respond(Effort::Light, request, work).await
}

/// Two users in the path.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct PairPath {
    /// The user's id, percent-encoded.
    #[param(value_type = String, min_length = 1, pattern = r"^[^\x00]+$", example = "1")]
    user: Id,
    /// The other user's id, percent-encoded.
    #[param(value_type = String, min_length = 1, pattern = r"^[^\x00]+$", example = "2")]
    other: Id,
}

/// A comparison of two users.
#[derive(Serialize, ToSchema)]
struct PairView {
    /// The user's id.
    a: String,
    /// The other user's id.
    b: String,
    /// The weighted similarity; null if it is undefined.
    similarity: Option<f64>,
    /// The similarity before weighting; null if it is undefined.
    raw: Option<f64>,
    /// Number of co-rated items.
    overlap: u32,
    /// The co-rated items, in order of their first appearance.
    common: Vec<Common>,
}

/// An item that two users rated.
#[derive(Serialize, ToSchema)]
struct Common {
    /// Its id.
    item: String,
    /// Its title; null if unknown.
    title: Option<String>,
    /// The user's rating.
    a: f64,
    /// The other user's rating.
    b: f64,
}

/// Compares two users: similarity and co-rated items
#[utoipa::path(get, path = "/v1/users/{user}/neighbours/{other}", tag = "neighbours", params(PairPath), responses(
    (status = 200, description = "The comparison", body = PairView)
))]
async fn pair(
    State(app): State<Arc<App>>,
    request: Conditional,
    Path(path): Path<PairPath>,
) -> Answer<Response> {
    let work = move |moment: &Moment<'_>| {
        let (a, b) = (moment.user(path.user.as_str())?, moment.user(path.other.as_str())?);
        let matrix = moment.matrix();
        // The measure of the active model, or else the default one.
        let parameters = match moment.served(Side::Users) {
            Some(model) => model.info.parameters.similarity(),
            None => SimilarityOptions::default()
                .check()
                .map_err(|e| crate::problem::Problem::internal(&e))?,
        };
        let pair = Similarities::new(matrix, Side::Users, parameters).pair(a, b);
        let both = matrix
            .of_user(a)
            .filter_map(|(item, of_a)| Some((item, of_a, matrix.rating(b, item)?)));
        let common = |(item, a, b)| Common {
            item: moment.names().item(item).to_owned(),
            title: moment.names().info(item).title.clone(),
            a,
            b,
        };
        Ok(Json(PairView {
            a: path.user.into_string(),
            b: path.other.into_string(),
            similarity: pair.similarity,
            raw: pair.raw,
            overlap: pair.overlap,
            common: both.map(common).collect(),
        }))
    };
    app.engine()?.respond(Effort::Heavy, request, work).await
}
