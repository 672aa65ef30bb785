//! The rows of jobs.

use super::Connection;
use crate::count::count;
use crate::data_set::DataState;
use crate::error::JobError;
use crate::fault::{Failure, Fault};
use crate::job::{JobId, JobInfo, JobKind, JobState};
use crate::lease::Lease;
use crate::model::{ModelId, ModelKind};
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
        let stored = JobState::named(&self.state).ok_or_else(|| damaged(&"an unknown state"))?;
        let is_held = lease.is_held_for(JobId(id));
        let state = match stored {
            JobState::Running | JobState::Queued if !is_held && self.cancel_requested => {
                // Nobody will make anything of it, not even who wakes up late.
                JobState::Cancelled
            }
            JobState::Running if !is_held => JobState::Queued,
            state => state,
        };
        Ok(JobInfo {
            id: JobId(id),
            kind: JobKind::named(&self.kind).ok_or_else(|| damaged(&"an unknown kind"))?,
            model_kind: ModelKind::named(&self.model_kind)
                .ok_or_else(|| damaged(&"an unknown kind of model"))?,
            side: self.side.parse().map_err(|error| damaged(&error))?,
            parameters: serde_json::from_str(&self.parameters).map_err(|error| damaged(&error))?,
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

/// All jobs, oldest first.
pub(crate) async fn all(connection: &mut Connection, lease: &Lease) -> Result<Vec<JobInfo>, Fault> {
    let all = sqlx::query_as("SELECT * FROM jobs ORDER BY id");
    let rows: Vec<JobRow> = all.fetch_all(connection).await?;
    rows.into_iter().map(|row| row.info(lease)).collect()
}

/// The job with this number.
pub(crate) async fn of_id(
    connection: &mut Connection,
    id: JobId,
    lease: &Lease,
) -> Result<JobInfo, Failure<JobError>> {
    let query = sqlx::query_as("SELECT * FROM jobs WHERE id = ?").bind(id.0);
    let row: Option<JobRow> = query.fetch_optional(connection).await?;
    Ok(row.ok_or(JobError::Unknown { id })?.info(lease)?)
}

/// What a job makes, as it is stored.
pub(crate) struct Product {
    pub(crate) kind: ModelKind,
    pub(crate) side: Side,
    pub(crate) parameters: String,
}

/// The jobs of one product that are not over, newest first.
pub(crate) async fn unfinished(
    connection: &mut Connection,
    product: &Product,
    lease: &Lease,
) -> Result<Vec<JobInfo>, Fault> {
    let unfinished = "SELECT * FROM jobs WHERE state IN ('queued', 'running') AND kind = ? \
                      AND model_kind = ? AND parameters = ? ORDER BY id DESC";
    let query = sqlx::query_as(unfinished).bind(JobKind::Fit.name());
    let query = query.bind(product.kind.name()).bind(&product.parameters);
    let rows: Vec<JobRow> = query.fetch_all(connection).await?;
    rows.into_iter().map(|row| row.info(lease)).collect()
}

/// A new job on these ratings.
pub(crate) async fn insert(
    connection: &mut Connection,
    product: &Product,
    data: &DataState,
) -> Result<JobId, Fault> {
    let insert = "INSERT INTO jobs (kind, model_kind, side, parameters, state, sequence, \
                  data_digest, tiles, tiles_done, pairs, pairs_done, work_done, seconds, \
                  created_at, cancel_requested) \
                  VALUES (?, ?, ?, ?, 'queued', ?, ?, 0, 0, 0, 0, 0, 0, unixepoch(), 0) \
                  RETURNING id";
    let id = sqlx::query_scalar(insert)
        .bind(JobKind::Fit.name())
        .bind(product.kind.name())
        .bind(product.side.name())
        .bind(&product.parameters)
        .bind(data.sequence as i64)
        .bind(&data.digest)
        .fetch_one(connection)
        .await?;
    Ok(JobId(id))
}

/// Notes that somebody begins to work on a job.
pub(crate) async fn start(connection: &mut Connection, id: JobId) -> Result<(), Fault> {
    let start = "UPDATE jobs SET state = 'running', started_at = unixepoch(), error = NULL \
                 WHERE id = ?";
    sqlx::query(start).bind(id.0).execute(connection).await?;
    Ok(())
}

/// Notes that nobody works on a job that is not over.
pub(crate) async fn queue(connection: &mut Connection, id: JobId) -> Result<(), Fault> {
    let queue = sqlx::query("UPDATE jobs SET state = 'queued' WHERE id = ?").bind(id.0);
    queue.execute(connection).await?;
    Ok(())
}

/// Ends a job, with what went wrong, if something did.
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

/// Notes the model that a job made.
pub(crate) async fn made(
    connection: &mut Connection,
    id: JobId,
    model: ModelId,
) -> Result<(), Fault> {
    let made = sqlx::query("UPDATE jobs SET model = ? WHERE id = ?").bind(model.0).bind(id.0);
    made.execute(connection).await?;
    Ok(())
}

/// Asks whoever works on a job to end it.
pub(crate) async fn ask_to_cancel(connection: &mut Connection, id: JobId) -> Result<(), Fault> {
    let ask = sqlx::query("UPDATE jobs SET cancel_requested = 1 WHERE id = ?").bind(id.0);
    ask.execute(connection).await?;
    Ok(())
}

/// Whether a person cancelled a job.
pub(crate) async fn is_cancel_asked(connection: &mut Connection, id: JobId) -> Result<bool, Fault> {
    let asked = sqlx::query_scalar("SELECT cancel_requested FROM jobs WHERE id = ?").bind(id.0);
    Ok(asked.fetch_one(connection).await?)
}

/// The jobs that are not over and that people cancelled.
pub(crate) async fn cancel_asked(connection: &mut Connection) -> Result<Vec<JobId>, Fault> {
    let asked = "SELECT id FROM jobs WHERE state IN ('queued', 'running') AND cancel_requested";
    let asked: Vec<i64> = sqlx::query_scalar(asked).fetch_all(connection).await?;
    Ok(asked.into_iter().map(JobId).collect())
}

/// How far a job is, of how much, and how many seconds all its runs took.
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

/// How much of a job is done.
#[derive(Clone, Copy)]
pub(crate) struct Done {
    pub(crate) tiles: u64,
    pub(crate) pairs: u64,
    pub(crate) work: f64,
}

/// Puts a job back to where whoever goes on begins.
pub(crate) async fn write_done(
    connection: &mut Connection,
    id: JobId,
    done: Done,
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
