//! Liveness and readiness.

use crate::app::App;
use crate::extract::Json;
use crate::problem::{Answer, Problem};
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// The state of the service.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    /// `ok`.
    status: &'static str,
}

/// Whether the service is alive
#[utoipa::path(get, path = "/healthz", tag = "operations", responses(
    (status = 200, description = "It is alive", body = Health)
))]
pub(super) async fn healthz() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// Whether the service is ready to answer
#[utoipa::path(get, path = "/readyz", tag = "operations", responses(
    (status = 200, description = "It is ready", body = Health)
))]
pub(super) async fn readyz(State(app): State<Arc<App>>) -> Answer<Json<Health>> {
    if app.is_stopping() {
        return Err(Problem::unavailable("expected a running service, found one that is stopping"));
    }
    app.engine()?;
    Ok(Json(Health { status: "ok" }))
}
