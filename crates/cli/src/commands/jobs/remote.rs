//! Jobs of a running service.

use crate::args::Shared;
use crate::client::Client;
use crate::progress::Steps;
use crate::record::{Field, Record, RecordColumn, column};
use anyhow::{Context, Result, bail};
use likemind_engine::{Step, StepProgress};
use likemind_store::JobId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Maximum number of listed jobs.
const LISTED: usize = 100;

/// A job in a response of a service.
#[derive(Deserialize, Serialize)]
pub(crate) struct RemoteJob {
    pub(crate) job: JobId,
    kind: String,
    model_kind: String,
    side: String,
    state: String,
    work_done: f64,
    tiles_done: u64,
    tiles: u64,
    pairs_done: u64,
    pairs: u64,
    seconds: f64,
    holder: Option<String>,
    model: Option<i64>,
    error: Option<String>,
    #[serde(flatten)]
    more: Map<String, Value>,
}

impl Record for RemoteJob {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("job", |job| Field::text(job.job.to_string())),
            column("kind", |job| Field::text(&job.kind)),
            column("model_kind", |job| Field::text(&job.model_kind)),
            column("side", |job| Field::text(&job.side)),
            column("state", |job| Field::text(&job.state)),
            column("work_done", |job| Field::Real(Some(job.work_done))),
            column("tiles_done", |job| Field::Count(job.tiles_done)),
            column("tiles", |job| Field::Count(job.tiles)),
            column("pairs_done", |job| Field::Count(job.pairs_done)),
            column("pairs", |job| Field::Count(job.pairs)),
            column("seconds", |job| Field::Real(Some(job.seconds))),
            column("holder", |job| Field::optional_text(job.holder.as_deref())),
            column("model", |job| Field::optional_text(job.model.map(|model| model.to_string()))),
            column("error", |job| Field::optional_text(job.error.as_deref())),
        ]
    }
}

#[derive(Deserialize)]
struct Jobs {
    jobs: Vec<RemoteJob>,
}

/// The latest jobs, oldest first.
pub(crate) fn list(client: &Client) -> Result<Vec<RemoteJob>> {
    let Jobs { mut jobs } = client.get(&format!("/v1/jobs?limit={LISTED}"))?;
    jobs.reverse();
    Ok(jobs)
}

pub(crate) fn cancel(client: &Client, job: JobId) -> Result<RemoteJob> {
    client.delete(&format!("/v1/jobs/{job}"))
}

/// Follows a job until it ends; by default the running or else the latest one.
pub(crate) fn watch(client: &Client, job: Option<JobId>, shared: &Shared) -> Result<RemoteJob> {
    let latest = || -> Result<JobId> {
        let jobs = list(client)?;
        let running = jobs.iter().find(|job| job.state == "running").or(jobs.last());
        Ok(running.context("expected a job, found none; `likemind fit --detach` starts one")?.job)
    };
    let job = job.map_or_else(latest, Ok)?;
    let steps = Steps::new(shared.progress);
    let ended = client.follow(&format!("/v1/jobs/{job}/events"), |now: &RemoteJob| {
        if now.pairs > 0 {
            steps.show(StepProgress {
                step: Step::Comparing,
                done: now.pairs_done,
                total: now.pairs,
                share: now.work_done,
            });
        }
    })?;
    steps.end();
    match (ended.state.as_str(), &ended.error) {
        ("done", _) => Ok(ended),
        (state, Some(error)) => {
            bail!("expected job {job} to end with a model, found that it {state}: {error}")
        }
        (state, None) => bail!("expected job {job} to end with a model, found that it was {state}"),
    }
}
