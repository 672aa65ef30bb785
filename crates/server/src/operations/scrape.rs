//! The route of the metrics.

use crate::app::App;
use crate::engine::Effort;
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use likemind_engine::Moment;
use std::sync::Arc;

/// Metrics for Prometheus, in the OpenMetrics text format
#[utoipa::path(get, path = "/metrics", tag = "operations", responses(
    (status = 200, description = "The metrics", body = String,
     content_type = "application/openmetrics-text")
))]
pub(super) async fn metrics(State(app): State<Arc<App>>) -> Answer<Response> {
    let metrics = &app.metrics;
    metrics.set_streams(app.limits.streams - app.streams.available_permits());
    let engine = app.engine().ok();
    metrics.set_engine(engine.as_ref());
    if let Some(engine) = engine {
        let for_data = Arc::clone(metrics);
        let set = move |moment: &Moment<'_>| {
            for_data.set_data(moment);
            Ok(moment.sequence())
        };
        let sequence = engine.answer(Effort::Light, set).await?;
        metrics.set_behind(&app.store.models().await?, sequence);
    }
    let jobs = app.jobs.list().await?;
    metrics.set_job(jobs.iter().find(|job| job.is_running()).or(jobs.first()));
    let text = metrics.text().map_err(|error| Problem::internal(&error))?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}
