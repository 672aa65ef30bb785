//! The table of jobs.

use super::Connection;
use crate::count::count;
use crate::data_set::DataState;
use crate::error::JobError;
use crate::fault::{Failure, Fault};
use crate::job::{JobId, JobInfo, JobKind, JobState};
use crate::lease::Lease;
use crate::model::ModelId;
use crate::spec::{ModelKind, ModelSpec};
use likemind::{Progress, Side};
use sqlx::FromRow;
use std::fmt;

#[derive(FromRow)]
struct JobRow {
    id: i64,
    kind: String,
    model_kind: String,
    side: String,
    parameters: String,
    state: String,
    sequence: i64,
    data_digest: String,
    tiles: i64,
    tiles_done: i64,
    pairs: i64,
    pairs_done: i64,
    work_done: f64,
    seconds: f64,
    created_at: i64,
    started_at: Option<i64>,
    ended_at: Option<i64>,
    error: Option<String>,
    model: Option<i64>,
    cancel_requested: bool,
}

impl JobRow {
    fn info(self, lease: &Lease) -> Result<JobInfo, Fault> {
        let id = self.id;
        let damaged = |what: &dyn fmt::Display| Fault::Damaged(format!("in job {id}: {what}"));
        let stored =
            JobState::from_name(&self.state).ok_or_else(|| damaged(&"an unknown state"))?;
        let is_held = lease.is_running(JobId(id));
        let state = match stored {
            JobState::Running | JobState::Queued if !is_held && self.cancel_requested => {
                // It will not be resumed, even if its suspended holder continues.
                JobState::Cancelled
            }
            JobState::Running if !is_held => JobState::Queued,
            state => state,
        };
        let model_kind = ModelKind::from_name(&self.model_kind)
            .ok_or_else(|| damaged(&"an unknown kind of model"))?;
        let parameters = ModelSpec::from_json(model_kind, &self.parameters);
        Ok(JobInfo {
            id: JobId(id),
            kind: JobKind::from_name(&self.kind).ok_or_else(|| damaged(&"an unknown kind"))?,
            model_kind,
            side: self.side.parse().map_err(|error| damaged(&error))?,
            parameters: parameters.map_err(|error| damaged(&error))?,
            state,
            sequence: count(self.sequence),
            data_digest: self.data_digest,
            tiles: count(self.tiles),
            tiles_done: count(self.tiles_done),
            pairs: count(self.pairs),
            pairs_done: count(self.pairs_done),
            work_done: self.work_done,
            seconds: self.seconds,
            created_at: self.created_at,
            started_at: self.started_at,
            ended_at: self.ended_at,
            holder: lease.holder.clone().filter(|_| is_held),
            heartbeat: lease.heartbeat.filter(|_| is_held),
            error: self.error,
            model: self.model.map(ModelId),
        })
    }
}

/// Reads all jobs, oldest first.
pub(crate) async fn all(connection: &mut Connection, lease: &Lease) -> Result<Vec<JobInfo>, Fault> {
    let all = sqlx::query_as("SELECT * FROM jobs ORDER BY id");
    let rows: Vec<JobRow> = all.fetch_all(connection).await?;
    rows.into_iter().map(|row| row.info(lease)).collect()
}

/// Reads the job with this number.
pub(crate) async fn get(
    connection: &mut Connection,
    id: JobId,
    lease: &Lease,
) -> Result<JobInfo, Failure<JobError>> {
    let query = sqlx::query_as("SELECT * FROM jobs WHERE id = ?").bind(id.0);
    let row: Option<JobRow> = query.fetch_optional(connection).await?;
    Ok(row.ok_or(JobError::Unknown { id })?.info(lease)?)
}

/// The model that a job fits, as stored.
pub(crate) struct StoredSpec {
    pub(crate) kind: ModelKind,
    pub(crate) side: Side,
    pub(crate) parameters: String,
}

/// Reads the unfinished jobs with this model specification, newest first.
pub(crate) async fn unfinished(
    connection: &mut Connection,
    spec: &StoredSpec,
    lease: &Lease,
) -> Result<Vec<JobInfo>, Fault> {
    let unfinished = "SELECT * FROM jobs WHERE state IN ('queued', 'running') AND kind = ? \
                      AND model_kind = ? AND parameters = ? ORDER BY id DESC";
    let query = sqlx::query_as(unfinished).bind(JobKind::Fit.name());
    let query = query.bind(spec.kind.name()).bind(&spec.parameters);
    let rows: Vec<JobRow> = query.fetch_all(connection).await?;
    rows.into_iter().map(|row| row.info(lease)).collect()
}

/// Inserts a queued job on these ratings, and returns its number.
pub(crate) async fn insert(
    connection: &mut Connection,
    spec: &StoredSpec,
    data: &DataState,
) -> Result<JobId, Fault> {
    let insert = "INSERT INTO jobs (kind, model_kind, side, parameters, state, sequence, \
                  data_digest, tiles, tiles_done, pairs, pairs_done, work_done, seconds, \
                  created_at, cancel_requested) \
                  VALUES (?, ?, ?, ?, 'queued', ?, ?, 0, 0, 0, 0, 0, 0, unixepoch(), 0) \
                  RETURNING id";
    let id = sqlx::query_scalar(insert)
        .bind(JobKind::Fit.name())
        .bind(spec.kind.name())
        .bind(spec.side.name())
        .bind(&spec.parameters)
        .bind(data.sequence as i64)
        .bind(&data.digest)
        .fetch_one(connection)
        .await?;
    Ok(JobId(id))
}

/// Moves a job to these ratings, without any progress.
pub(crate) async fn reset(
    connection: &mut Connection,
    id: JobId,
    data: &DataState,
) -> Result<(), Fault> {
    let reset = "UPDATE jobs SET sequence = ?, data_digest = ?, tiles = 0, tiles_done = 0, \
                 pairs = 0, pairs_done = 0, work_done = 0, seconds = 0 WHERE id = ?";
    sqlx::query(reset)
        .bind(data.sequence as i64)
        .bind(&data.digest)
        .bind(id.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Marks a job as running.
pub(crate) async fn start(connection: &mut Connection, id: JobId) -> Result<(), Fault> {
    let start = "UPDATE jobs SET state = 'running', started_at = unixepoch(), error = NULL \
                 WHERE id = ?";
    sqlx::query(start).bind(id.0).execute(connection).await?;
    Ok(())
}

/// Marks an unfinished job as queued.
pub(crate) async fn queue(connection: &mut Connection, id: JobId) -> Result<(), Fault> {
    let queue = sqlx::query("UPDATE jobs SET state = 'queued' WHERE id = ?").bind(id.0);
    queue.execute(connection).await?;
    Ok(())
}

/// Ends a job, with an error message if it failed.
pub(crate) async fn end(
    connection: &mut Connection,
    id: JobId,
    state: JobState,
    error: Option<&str>,
) -> Result<(), Fault> {
    let end = "UPDATE jobs SET state = ?, ended_at = unixepoch(), error = ? WHERE id = ?";
    let end = sqlx::query(end).bind(state.name()).bind(error).bind(id.0);
    end.execute(connection).await?;
    Ok(())
}

/// Stores the model that a job made.
pub(crate) async fn set_model(
    connection: &mut Connection,
    id: JobId,
    model: ModelId,
) -> Result<(), Fault> {
    let made = sqlx::query("UPDATE jobs SET model = ? WHERE id = ?").bind(model.0).bind(id.0);
    made.execute(connection).await?;
    Ok(())
}

/// Requests the holder of a job to cancel it.
pub(crate) async fn request_cancel(connection: &mut Connection, id: JobId) -> Result<(), Fault> {
    let ask = sqlx::query("UPDATE jobs SET cancel_requested = 1 WHERE id = ?").bind(id.0);
    ask.execute(connection).await?;
    Ok(())
}

/// Whether cancellation of a job was requested.
pub(crate) async fn is_cancel_requested(
    connection: &mut Connection,
    id: JobId,
) -> Result<bool, Fault> {
    let requested = sqlx::query_scalar("SELECT cancel_requested FROM jobs WHERE id = ?").bind(id.0);
    Ok(requested.fetch_one(connection).await?)
}

/// Returns the unfinished jobs whose cancellation was requested.
pub(crate) async fn cancel_requested_jobs(
    connection: &mut Connection,
) -> Result<Vec<JobId>, Fault> {
    let requested = "SELECT id FROM jobs WHERE state IN ('queued', 'running') AND cancel_requested";
    let requested: Vec<i64> = sqlx::query_scalar(requested).fetch_all(connection).await?;
    Ok(requested.into_iter().map(JobId).collect())
}

/// Stores the progress of a job, and the total duration of its runs in seconds.
pub(crate) async fn write_progress(
    connection: &mut Connection,
    id: JobId,
    progress: &Progress,
    seconds: f64,
) -> Result<(), Fault> {
    let update = "UPDATE jobs SET tiles = ?, tiles_done = ?, pairs = ?, pairs_done = ?, \
                  work_done = ?, seconds = ? WHERE id = ?";
    sqlx::query(update)
        .bind(progress.tiles as i64)
        .bind(progress.tiles_done as i64)
        .bind(progress.pairs as i64)
        .bind(progress.pairs_done as i64)
        .bind(progress.work_done)
        .bind(seconds)
        .bind(id.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// The amount of finished work of a job.
#[derive(Clone, Copy)]
pub(crate) struct CompletedWork {
    pub(crate) tiles: u64,
    pub(crate) pairs: u64,
    pub(crate) work: f64,
}

/// Resets the progress of a job to the point from which it would resume.
pub(crate) async fn write_done(
    connection: &mut Connection,
    id: JobId,
    done: CompletedWork,
) -> Result<(), Fault> {
    let update = "UPDATE jobs SET tiles_done = ?, pairs_done = ?, work_done = ? WHERE id = ?";
    sqlx::query(update)
        .bind(done.tiles as i64)
        .bind(done.pairs as i64)
        .bind(done.work)
        .bind(id.0)
        .execute(connection)
        .await?;
    Ok(())
}
