//! Jobs: starting, reading, following and cancelling.

mod new_job;

use super::Routes;
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
use likemind_engine::Expected;
use likemind_store::{JobId, ModelSpec};
use new_job::NewJob;
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, watch};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

/// Default and maximum number of listed entries.
const DEFAULT: u32 = 20;
const MAX: u32 = 100;
/// Interval between keep-alive comments on an idle stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

pub(super) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list, begin))
        .routes(routes!(estimate))
        .routes(routes!(job, cancel))
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

/// A page of jobs.
#[derive(Serialize, ToSchema)]
struct JobList {
    /// Newest first.
    jobs: Vec<JobView>,
    /// Total number of entries.
    total: usize,
}

/// All jobs, newest first
#[utoipa::path(get, path = "/v1/jobs", tag = "jobs", params(Part<DEFAULT, MAX>), responses(
    (status = 200, description = "At most 100 jobs", body = JobList)
))]
async fn list(
    State(app): State<Arc<App>>,
    Part(slice): Part<DEFAULT, MAX>,
) -> Answer<Json<JobList>> {
    let jobs = app.jobs.list().await?;
    Ok(Json(JobList { jobs: slice.of(&jobs).to_vec(), total: jobs.len() }))
}

/// Starts a job, or resumes an unfinished one with the same parameters
#[utoipa::path(post, path = "/v1/jobs", tag = "jobs", request_body = NewJob, responses(
    (status = 202, description = "The job is running", body = JobView,
     headers(("location" = String, description = "The address of the job"))),
    (status = 409, description = "A job is running already; the problem names it", body = Problem,
     content_type = "application/problem+json")
))]
async fn begin(State(app): State<Arc<App>>, Json(new): Json<NewJob>) -> Answer<Response> {
    let id = app.jobs.begin(spec(&app, &new).await?).await?;
    let location = (header::LOCATION, format!("/v1/jobs/{id}"));
    Ok((StatusCode::ACCEPTED, [location], Json(app.jobs.view(id).await?)).into_response())
}

/// The model to fit, which by default suits the scale of the ratings.
async fn spec(app: &App, new: &NewJob) -> Answer<ModelSpec> {
    new.spec(app.store.summary().await?.scale.as_ref())
}

/// The estimated cost of a job.
#[derive(Serialize, ToSchema)]
struct Estimate {
    /// Number of users or items to compare.
    rows: u64,
    /// Number of pairs to compare.
    pairs: u64,
    /// Total number of co-ratings of all pairs.
    co_ratings: u64,
    /// Time in seconds, without checkpoints and storing.
    seconds: f64,
    /// Memory of a program that only runs this job, in bytes.
    bytes: u64,
}

/// Estimates the cost of a job by computing a small part of it, without starting it
#[utoipa::path(post, path = "/v1/jobs/estimate", tag = "jobs", request_body = NewJob, responses(
    (status = 200, description = "The estimate", body = Estimate),
    (status = 409, description = "A job is running, which would distort the estimate", body = Problem,
     content_type = "application/problem+json")
))]
async fn estimate(State(app): State<Arc<App>>, Json(new): Json<NewJob>) -> Answer<Json<Estimate>> {
    let spec = spec(&app, &new).await?;
    if spec.neighbours().is_none() {
        let detail = format!(
            "expected the model neighbours, found {}: its cost cannot be estimated",
            spec.kind()
        );
        return Err(Problem::unprocessable(detail));
    }
    let Expected { rows, pairs, co_ratings, seconds, bytes, .. } = app.jobs.expect(spec).await?;
    Ok(Json(Estimate { rows, pairs, co_ratings, seconds, bytes }))
}

/// A job
#[utoipa::path(get, path = "/v1/jobs/{id}", tag = "jobs", params(JobPath), responses(
    (status = 200, description = "The current state of the job", body = JobView)
))]
async fn job(
    State(app): State<Arc<App>>,
    Path(JobPath { id }): Path<JobPath>,
) -> Answer<Json<JobView>> {
    Ok(Json(app.jobs.view(id).await?))
}

/// Cancels a job; a running one ends within a second or two
#[utoipa::path(delete, path = "/v1/jobs/{id}", tag = "jobs", params(JobPath), responses(
    (status = 200, description = "The current state of the job", body = JobView),
    (status = 409, description = "The job has ended already", body = Problem,
     content_type = "application/problem+json")
))]
async fn cancel(
    State(app): State<Arc<App>>,
    Path(JobPath { id }): Path<JobPath>,
) -> Answer<Json<JobView>> {
    Ok(Json(app.jobs.cancel(id).await?))
}

/// The progress of a job, as server-sent events
///
/// The first event is the current state (`event: job`, data = the job). Then there is one for each change, at
/// most two a second, or fewer if there are hundreds of listeners. When the job ends, the last event is
/// `event: end`, with the job.
#[utoipa::path(get, path = "/v1/jobs/{id}/events", tag = "jobs", params(JobPath), responses(
    (status = 200, description = "The events", body = String, content_type = "text/event-stream")
))]
async fn events(
    State(app): State<Arc<App>>,
    Path(JobPath { id }): Path<JobPath>,
) -> Answer<Response> {
    let permit = Arc::clone(&app.streams).try_acquire_owned();
    let permit = permit.map_err(|_| {
        Problem::unavailable("expected fewer event streams, found too many; try again later")
    })?;
    let frames = app.jobs.follow(id).await?;
    let listener =
        Listener { frames, stopping: app.stopping.subscribe(), next: Next::First, _permit: permit };
    Ok(event_stream(stream::unfold(listener, Listener::next)))
}

/// The stream of events of one listener.
struct Listener {
    frames: watch::Receiver<Arc<Frame>>,
    stopping: watch::Receiver<bool>,
    next: Next,
    _permit: OwnedSemaphorePermit,
}

/// The next part of the stream.
enum Next {
    First,
    Following,
    End(Bytes),
    Ended,
}

impl Listener {
    /// Returns the next event; `None` ends the stream.
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        match std::mem::replace(&mut self.next, Next::Following) {
            Next::First => Some(self.frame()),
            Next::Following => self.wait().await,
            Next::End(end) => {
                self.next = Next::Ended;
                Some((Ok(end), self))
            }
            Next::Ended => None,
        }
    }

    async fn wait(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        let changed = tokio::select! {
            changed = tokio::time::timeout(KEEP_ALIVE, self.frames.changed()) => changed,
            () = stopped(&mut self.stopping) => return None,
        };
        match changed {
            Ok(Ok(())) => Some(self.frame()),
            // The channel was closed.
            Ok(Err(_)) => None,
            Err(_) => Some((Ok(Bytes::from_static(b":\n\n")), self)),
        }
    }

    fn frame(mut self) -> (Result<Bytes, Infallible>, Self) {
        let frame = Arc::clone(&self.frames.borrow_and_update());
        if let Some(end) = &frame.end {
            self.next = Next::End(end.clone());
        }
        (Ok(frame.event.clone()), self)
    }
}
