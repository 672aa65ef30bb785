//! Stored models: listing, activating and deleting.

use super::Routes;
use crate::app::App;
use crate::engine::Effort;
use crate::extract::{Json, Path};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use likemind::Side;
use likemind_engine::Moment;
use likemind_store::{ModelId, ModelInfo, ModelSpec};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(list)).routes(routes!(activate)).routes(routes!(delete))
}

/// A model in the path.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ModelPath {
    /// Number of the model.
    #[param(value_type = i64)]
    id: ModelId,
}

/// All models.
#[derive(Serialize, ToSchema)]
struct Models {
    /// Oldest first.
    models: Vec<ModelView>,
}

/// A stored model.
#[derive(Serialize, ToSchema)]
struct ModelView {
    /// Number of the model.
    model: i64,
    /// Kind of the model: `neighbours`, `item-kriging` (predicts ratings) or `ridge` (ranks items).
    kind: &'static str,
    /// Side of the model: `users` or `items`; `items` for all kinds other than `neighbours`.
    side: &'static str,
    /// Whether it is the active model of its kind and side.
    active: bool,
    /// SHA-256 of its stored contents.
    digest: String,
    /// Digest of the data that it is exact for.
    data_digest: String,
    /// Sequence number of that data.
    sequence: u64,
    /// Number of neighbour lists, or of items with all pairs.
    rows: u64,
    /// Total number of neighbours in all lists, or of pairs of these items.
    entries: u64,
    /// Number of compared pairs.
    pairs: u64,
    /// Computing time in seconds.
    seconds: f64,
    /// Time when it was stored, in seconds since 1970.
    created_at: i64,
    /// Parameters that it was fitted with.
    #[schema(value_type = Object)]
    parameters: ModelSpec,
    /// Number of changes of ratings since the stored model was exact. An import can be a single
    /// change.
    behind: u64,
    /// Whether it answers as if it had been fitted to the current ratings.
    exact: bool,
}

/// The models of both sides that are served exactly, and the current sequence number.
#[derive(Clone, Copy)]
struct Served {
    exact: [Option<ModelId>; 2],
    sequence: u64,
}

fn served(moment: &Moment<'_>) -> Served {
    let exact =
        |side| moment.served(side).filter(|model| model.is_exact).map(|model| model.info.id);
    Served { exact: [Side::Users, Side::Items].map(exact), sequence: moment.sequence() }
}

fn view(info: ModelInfo, served: &Served) -> ModelView {
    let behind = info.changes_behind(served.sequence);
    let exact = served.exact.contains(&Some(info.id)) || behind == 0;
    ModelView {
        model: info.id.0,
        kind: info.kind.name(),
        side: info.side.name(),
        active: info.active,
        digest: info.digest,
        data_digest: info.data_digest,
        sequence: info.sequence,
        rows: info.rows,
        entries: info.entries,
        pairs: info.pairs,
        seconds: info.seconds,
        created_at: info.created_at,
        parameters: info.parameters,
        behind,
        exact,
    }
}

async fn models(app: &App) -> Answer<Vec<ModelView>> {
    let served = app.engine()?.answer(Effort::Light, |moment| Ok(served(moment))).await?;
    let models = app.store.models().await?;
    Ok(models.into_iter().map(|info| view(info, &served)).collect())
}

/// All stored models
#[utoipa::path(get, path = "/v1/models", tag = "models", responses(
    (status = 200, description = "The models, oldest first", body = Models)
))]
async fn list(State(app): State<Arc<App>>) -> Answer<Json<Models>> {
    Ok(Json(Models { models: models(&app).await? }))
}

/// Makes a stored model the active one of its kind and side
#[utoipa::path(post, path = "/v1/models/{id}/activate", tag = "models", params(ModelPath), responses(
    (status = 200, description = "The model, which is now active", body = ModelView)
))]
async fn activate(
    State(app): State<Arc<App>>,
    Path(ModelPath { id }): Path<ModelPath>,
) -> Answer<Json<ModelView>> {
    let (store, live) = (app.store.clone(), app.engine()?.live().clone());
    app.run_to_completion(async move {
        store.activate_model(id).await?;
        Ok(live.catch_up().await?)
    })
    .await?;
    let found = models(&app).await?.into_iter().find(|model| model.model == id.0);
    found.map(Json).ok_or_else(|| Problem::unknown("a model", &id.to_string()))
}

/// Deletes a model that is not active
#[utoipa::path(delete, path = "/v1/models/{id}", tag = "models", params(ModelPath), responses(
    (status = 204, description = "The model is deleted"),
    (status = 409, description = "The model is active", body = Problem,
     content_type = "application/problem+json")
))]
async fn delete(
    State(app): State<Arc<App>>,
    Path(ModelPath { id }): Path<ModelPath>,
) -> Answer<StatusCode> {
    let store = app.store.clone();
    app.run_to_completion(async move { Ok(store.delete_model(id).await?) }).await?;
    Ok(StatusCode::NO_CONTENT)
}
