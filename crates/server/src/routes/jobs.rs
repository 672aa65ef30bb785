//! Jobs: begun, looked at, followed and cancelled.

use super::Routes;
use super::side::SideName;
use crate::app::{App, stopped};
use crate::event_stream::event_stream;
use crate::extract::{Json, Path};
use crate::jobs::{Frame, JobView};
use crate::part::Part;
use crate::problem::{Answer, Problem};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use likemind::{Measure, ModelOptions, ModelParameters, ParameterError, Side, Weighting};
use likemind_store::JobId;
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, watch};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

/// How many are listed.
const USUAL: u32 = 20;
const MOST: u32 = 100;
/// The most neighbours that are kept for each.
const MOST_NEIGHBOURS: u32 = 10_000;
/// A stream on which nothing happens says after so long that it is still there.
const QUIET: Duration = Duration::from_secs(15);

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(list, begin)).routes(routes!(job, cancel))
}

pub(super) fn streams() -> Routes {
    Routes::new().routes(routes!(events))
}

/// A job in the path.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct JobPath {
    /// The job's number.
    #[param(value_type = i64)]
    id: JobId,
}

/// Some jobs.
#[derive(Serialize, ToSchema)]
struct JobList {
    /// Newest first.
    jobs: Vec<JobView>,
    /// How many there are in all.
    total: usize,
}

/// All jobs, newest first
#[utoipa::path(get, path = "/v1/jobs", tag = "jobs", params(Part<USUAL, MOST>), responses(
    (status = 200, description = "At most 100 jobs", body = JobList)
))]
async fn list(
    State(app): State<Arc<App>>,
    Part(slice): Part<USUAL, MOST>,
) -> Answer<Json<JobList>> {
    let jobs = app.jobs.list().await?;
    Ok(Json(JobList { jobs: slice.of(&jobs).to_vec(), total: jobs.len() }))
}

/// What a job does.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    /// Compares all pairs and keeps the most similar neighbours of each.
    Fit,
}

/// A job to begin.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewJob {
    /// What it does.
    kind: Kind,
    /// Whose neighbours.
    side: SideName,
    /// How many neighbours are kept for each.
    #[schema(minimum = 1, maximum = 10000, default = 100)]
    k: Option<u32>,
    /// `pcs`, `cosine`, `msd`, `jaccard`, `overlap`, `binary-cosine`, `pearson-baseline` or
    /// `centred-cosine`.
    #[schema(
        default = "pcs",
        pattern = "^(pcs|cosine|msd|jaccard|overlap|binary-cosine|pearson-baseline|centred-cosine)$"
    )]
    measure: Option<String>,
    /// How the overlap n counts: `none`, `shrink:50` for n/(n + 50), `shrink-less-one:100`,
    /// `herlocker:50` or `mahout`.
    #[schema(
        default = "shrink:50",
        pattern = "^(none|mahout|(shrink|shrink-less-one|herlocker):[1-9][0-9]{0,5})$"
    )]
    weighting: Option<String>,
    /// Pairs that share fewer ratings have no similarity.
    #[schema(minimum = 1, maximum = 8388607, default = 2)]
    min_overlap: Option<u32>,
    /// Only similarities above this are kept; −1 keeps all correlations.
    #[schema(default = 0)]
    min_similarity: Option<f64>,
}

impl NewJob {
    fn parameters(&self) -> Result<ModelParameters, Problem> {
        let refused = |error: ParameterError| Problem::unprocessable(error.to_string());
        let Self { kind: Kind::Fit, side, .. } = *self;
        let mut options = ModelOptions::new(Side::from(side));
        if let Some(k) = self.k {
            if !(1..=MOST_NEIGHBOURS).contains(&k) {
                let detail = format!("expected k from 1 to {MOST_NEIGHBOURS}, found {k}");
                return Err(Problem::unprocessable(detail));
            }
            options.k = k as usize;
        }
        if let Some(measure) = &self.measure {
            options.similarity.measure = measure.parse::<Measure>().map_err(refused)?;
        }
        if let Some(weighting) = &self.weighting {
            options.similarity.weighting = weighting.parse::<Weighting>().map_err(refused)?;
        }
        options.similarity.min_overlap = self.min_overlap.unwrap_or(options.similarity.min_overlap);
        options.min_similarity = self.min_similarity.unwrap_or(options.min_similarity);
        options.check().map_err(refused)
    }
}

/// Begins a job, or goes on with one of the same parameters that was left unfinished
#[utoipa::path(post, path = "/v1/jobs", tag = "jobs", request_body = NewJob, responses(
    (status = 202, description = "The job runs", body = JobView,
     headers(("location" = String, description = "Where the job is looked at"))),
    (status = 409, description = "A job is running already; the problem names it", body = Problem,
     content_type = "application/problem+json")
))]
async fn begin(State(app): State<Arc<App>>, Json(new): Json<NewJob>) -> Answer<Response> {
    let parameters = new.parameters()?;
    let id = app.jobs.begin(parameters).await?;
    let location = (header::LOCATION, format!("/v1/jobs/{id}"));
    Ok((StatusCode::ACCEPTED, [location], Json(app.jobs.view(id).await?)).into_response())
}

/// A job
#[utoipa::path(get, path = "/v1/jobs/{id}", tag = "jobs", params(JobPath), responses(
    (status = 200, description = "The job as it is now", body = JobView)
))]
async fn job(
    State(app): State<Arc<App>>,
    Path(JobPath { id }): Path<JobPath>,
) -> Answer<Json<JobView>> {
    Ok(Json(app.jobs.view(id).await?))
}

/// Cancels a job; one that is running ends within a second or two
#[utoipa::path(delete, path = "/v1/jobs/{id}", tag = "jobs", params(JobPath), responses(
    (status = 200, description = "The job as it is now", body = JobView),
    (status = 409, description = "The job is over", body = Problem,
     content_type = "application/problem+json")
))]
async fn cancel(
    State(app): State<Arc<App>>,
    Path(JobPath { id }): Path<JobPath>,
) -> Answer<Json<JobView>> {
    Ok(Json(app.jobs.cancel(id).await?))
}

/// What a job is doing, as server-sent events
///
/// The present state comes first (`event: job`, data = the job), then one at each change, two a second
/// at most; where hundreds listen, each hears less often. When the job is over, `event: end` with the job is the last.
#[utoipa::path(get, path = "/v1/jobs/{id}/events", tag = "jobs", params(JobPath), responses(
    (status = 200, description = "The events", body = String, content_type = "text/event-stream")
))]
async fn events(
    State(app): State<Arc<App>>,
    Path(JobPath { id }): Path<JobPath>,
) -> Answer<Response> {
    let room = Arc::clone(&app.streams).try_acquire_owned();
    let room = room.map_err(|_| {
        Problem::unavailable("expected room for an event stream, found all taken; try again later")
    })?;
    let frames = app.jobs.follow(id).await?;
    let listener =
        Listener { frames, stopping: app.stopping.subscribe(), at: At::First, _room: room };
    Ok(event_stream(stream::unfold(listener, Listener::next)))
}

/// One who listens to a job.
struct Listener {
    frames: watch::Receiver<Arc<Frame>>,
    stopping: watch::Receiver<bool>,
    at: At,
    _room: OwnedSemaphorePermit,
}

/// What comes next.
enum At {
    First,
    Following,
    End(Bytes),
    Over,
}

impl Listener {
    /// The next piece of the stream; `None` ends it.
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        match std::mem::replace(&mut self.at, At::Following) {
            At::First => Some(self.frame()),
            At::Following => self.wait().await,
            At::End(end) => {
                self.at = At::Over;
                Some((Ok(end), self))
            }
            At::Over => None,
        }
    }

    async fn wait(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        let changed = tokio::select! {
            changed = tokio::time::timeout(QUIET, self.frames.changed()) => changed,
            () = stopped(&mut self.stopping) => return None,
        };
        match changed {
            Ok(Ok(())) => Some(self.frame()),
            // Nobody looks at the job any more.
            Ok(Err(_)) => None,
            Err(_) => Some((Ok(Bytes::from_static(b":\n\n")), self)),
        }
    }

    fn frame(mut self) -> (Result<Bytes, Infallible>, Self) {
        let frame = Arc::clone(&self.frames.borrow_and_update());
        if let Some(end) = &frame.end {
            self.at = At::End(end.clone());
        }
        (Ok(frame.event.clone()), self)
    }
}
