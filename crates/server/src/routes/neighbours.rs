//! People who rate alike, and two of them side by side.

use super::{Routes, UserPath};
use crate::app::App;
use crate::engine::Effort;
use crate::extract::{Id, Json, Path};
use crate::part::Part;
use crate::problem::Answer;
use axum::extract::State;
use likemind::{Side, Similarities, SimilarityOptions};
use likemind_engine::{Moment, NamedNeighbour, Naming};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

/// How many are listed.
const USUAL: u32 = 20;
const MOST: u32 = 1_000;

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(list)).routes(routes!(pair))
}

/// The most similar users.
#[derive(Serialize, ToSchema)]
struct Neighbours {
    /// The user's id.
    user: String,
    /// The model that has them.
    model: i64,
    /// Most similar first.
    neighbours: Vec<NeighbourView>,
    /// How many there are in all.
    total: usize,
}

/// A similar user.
#[derive(Serialize, ToSchema)]
struct NeighbourView {
    /// The neighbour's id.
    neighbour: String,
    /// The weighted similarity.
    similarity: f64,
    /// How many items both rated.
    overlap: u32,
    /// The place in the list, from 1.
    rank: usize,
}

/// The people who rate as the user does, most similar first
#[utoipa::path(get, path = "/v1/users/{user}/neighbours", tag = "neighbours", params(UserPath, Part<USUAL, MOST>), responses(
    (status = 200, description = "At most 1,000 neighbours", body = Neighbours)
))]
async fn list(
    State(app): State<Arc<App>>,
    Path(path): Path<UserPath>,
    Part(slice): Part<USUAL, MOST>,
) -> Answer<Json<Neighbours>> {
    let work = move |moment: &Moment<'_>| {
        let user = moment.user(path.user.as_str())?;
        let model = moment.model(Some(Side::Users))?;
        let list = model.neighbours.of(user);
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
    app.engine()?.answer(Effort::Light, work).await
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

/// What two users have in common.
#[derive(Serialize, ToSchema)]
struct PairView {
    /// The user's id.
    a: String,
    /// The other user's id.
    b: String,
    /// The weighted similarity; null where it is undefined.
    similarity: Option<f64>,
    /// The measure before the weighting; null where it is undefined.
    raw: Option<f64>,
    /// How many items both rated.
    overlap: u32,
    /// What both rated, in the order in which the items first appeared.
    common: Vec<Common>,
}

/// An item that two users rated.
#[derive(Serialize, ToSchema)]
struct Common {
    /// Its id.
    item: String,
    /// Its title, where known.
    title: Option<String>,
    /// What the user gave.
    a: f64,
    /// What the other gave.
    b: f64,
}

/// Two users side by side: how similar, and what both rated
#[utoipa::path(get, path = "/v1/users/{user}/neighbours/{other}", tag = "neighbours", params(PairPath), responses(
    (status = 200, description = "The two", body = PairView)
))]
async fn pair(State(app): State<Arc<App>>, Path(path): Path<PairPath>) -> Answer<Json<PairView>> {
    let work = move |moment: &Moment<'_>| {
        let (a, b) = (moment.user(path.user.as_str())?, moment.user(path.other.as_str())?);
        let matrix = moment.matrix();
        // As the active model has it; without one, as the next will by default.
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
    app.engine()?.answer(Effort::Heavy, work).await
}
