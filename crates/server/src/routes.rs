//! The routes of `/v1`, one file per area.

mod data;
mod division;
mod facts;
mod items;
mod jobs;
mod model_kind;
mod models;
mod neighbours;
mod openapi;
mod predictions;
mod ratings;
mod recommendations;
mod session;
mod side;
mod users;

pub(crate) use openapi::complete;

use crate::app::App;
use crate::extract::Id;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;

/// Routes with their OpenAPI description.
pub(crate) type Routes = OpenApiRouter<Arc<App>>;

/// All routes except for sessions and event streams.
pub(crate) fn api() -> Routes {
    Routes::new()
        .merge(data::routes())
        .merge(users::routes())
        .merge(ratings::routes())
        .merge(recommendations::routes())
        .merge(neighbours::routes())
        .merge(predictions::routes())
        .merge(facts::routes())
        .merge(items::routes())
        .merge(division::routes())
        .merge(models::routes())
        .merge(jobs::routes())
}

/// Sessions, which clients without a token may start.
pub(crate) fn sessions() -> Routes {
    session::routes()
}

/// Event streams, which are long-lived and have a limit of their own.
pub(crate) fn streams() -> Routes {
    jobs::streams()
}

/// A user in the path.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct UserPath {
    /// The user's id, percent-encoded.
    #[param(value_type = String, min_length = 1, pattern = r"^[^\x00]+$", example = "1")]
    user: Id,
}

/// An item in the path.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ItemPath {
    /// The item's id, percent-encoded.
    #[param(value_type = String, min_length = 1, pattern = r"^[^\x00]+$", example = "1")]
    item: Id,
}

/// A user and an item in the path.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct RatingPath {
    /// The user's id, percent-encoded.
    #[param(value_type = String, min_length = 1, pattern = r"^[^\x00]+$", example = "1")]
    user: Id,
    /// The item's id, percent-encoded.
    #[param(value_type = String, min_length = 1, pattern = r"^[^\x00]+$", example = "1")]
    item: Id,
}
