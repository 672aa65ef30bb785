//! Jobs: what was asked for, how far it is, and what became of it.

mod begin;
mod held;
mod lease;
mod sign;

pub use begin::FitRequest;
pub use held::{HeldJob, Left, Orders, Saved};

use crate::error::{Fault, StoreError};
use crate::ids::count;
use crate::models::ModelId;
use crate::open::Store;
use lease::{Lease, drop_checkpoints};
use likemind::{ModelParameters, Side};
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, SqliteConnection};
use std::fmt;
use std::num::ParseIntError;
use std::path::Path;
use std::str::FromStr;

/// The number of a job, from 1. Never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(pub i64);

impl fmt::Display for JobId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl FromStr for JobId {
    type Err = ParseIntError;
    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self)
    }
}

/// What a job is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// Nobody works on it: it waits for a process that begins it, or goes on with it.
    Queued,
    /// A process works on it.
    Running,
    /// It ended as it should.
    Done,
    /// It ended in an error.
    Failed,
    /// A person ended it.
    Cancelled,
}

impl JobState {
    /// The name, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing more will happen.
    pub fn is_over(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }

    fn named(name: &str) -> Option<Self> {
        let all = [Self::Queued, Self::Running, Self::Done, Self::Failed, Self::Cancelled];
        all.into_iter().find(|state| state.name() == name)
    }
}

impl fmt::Display for JobState {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

/// A job. Times are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JobInfo {
    /// Its number.
    pub id: JobId,
    /// What it does: `fit`.
    pub kind: String,
    /// Whose neighbours.
    pub side: Side,
    /// What the model is made with.
    pub parameters: ModelParameters,
    /// What it is doing. Of a job whose process is gone: queued.
    pub state: JobState,
    /// The sequence of the ratings that it works on.
    pub sequence: u64,
    /// Their digest.
    pub data_digest: String,
    /// Tiles in all; 0 before the first run.
    pub tiles: u64,
    /// Tiles done.
    pub tiles_done: u64,
    /// Pairs in all; 0 before the first run.
    pub pairs: u64,
    /// Pairs done.
    pub pairs_done: u64,
    /// How much of the expected time is over, 0 to 1.
    pub work_done: f64,
    /// How long all its runs took together.
    pub seconds: f64,
    /// When it was asked for.
    pub created_at: i64,
    /// When its last run began.
    pub started_at: Option<i64>,
    /// When it was over.
    pub ended_at: Option<i64>,
    /// Who works on it.
    pub holder: Option<String>,
    /// When the holder was last heard of.
    pub heartbeat: Option<f64>,
    /// What went wrong.
    pub error: Option<String>,
    /// The model that it made.
    pub model: Option<ModelId>,
}

#[derive(FromRow)]
struct JobRow {
    id: i64,
    kind: String,
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
            kind: self.kind,
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

/// The job with this number, of the database in this file.
async fn job(connection: &mut SqliteConnection, id: JobId, file: &Path) -> Result<JobInfo, Fault> {
    let lease = Lease::read(connection, file).await?;
    let query = sqlx::query_as("SELECT * FROM jobs WHERE id = ?").bind(id.0);
    let row: Option<JobRow> = query.fetch_optional(connection).await?;
    row.ok_or(StoreError::UnknownJob { id })?.info(&lease)
}

/// Reads all jobs, and returns how many there are.
pub(crate) async fn verify(connection: &mut SqliteConnection, file: &Path) -> Result<u64, Fault> {
    let lease = Lease::read(connection, file).await?;
    let rows: Vec<JobRow> = sqlx::query_as("SELECT * FROM jobs").fetch_all(connection).await?;
    let count = rows.len() as u64;
    rows.into_iter().try_for_each(|row| row.info(&lease).map(|_| ()))?;
    Ok(count)
}

/// Ends a job as a person asked.
async fn end_cancelled(connection: &mut SqliteConnection, id: JobId) -> Result<(), Fault> {
    let end = "UPDATE jobs SET state = 'cancelled', ended_at = unixepoch() WHERE id = ?";
    sqlx::query(end).bind(id.0).execute(&mut *connection).await?;
    drop_checkpoints(connection, id).await
}

impl Store {
    /// All jobs, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn jobs(&self) -> Result<Vec<JobInfo>, StoreError> {
        self.named(async {
            let mut reading = self.reading().await?;
            let lease = Lease::read(&mut reading, self.file()).await?;
            let query = sqlx::query_as("SELECT * FROM jobs ORDER BY id");
            let rows: Vec<JobRow> = query.fetch_all(&mut *reading).await?;
            rows.into_iter().map(|row| row.info(&lease)).collect()
        })
        .await
    }

    /// A job.
    ///
    /// # Errors
    /// [`StoreError::UnknownJob`] if there is none of this number.
    pub async fn job(&self, id: JobId) -> Result<JobInfo, StoreError> {
        self.named(async { job(&mut *self.reading().await?, id, self.file()).await }).await
    }

    /// Ends a job: at once if nobody works on it, else its holder ends it within a second or two.
    /// Returns the job as it is now.
    ///
    /// # Errors
    /// [`StoreError::UnknownJob`] if there is none of this number, [`StoreError::JobOver`] if it is
    /// over already.
    pub async fn cancel_job(&self, id: JobId) -> Result<JobInfo, StoreError> {
        self.named(async {
            let mut writing = self.writing().await?;
            match job(&mut writing, id, self.file()).await?.state {
                JobState::Running => {
                    let ask = sqlx::query("UPDATE jobs SET cancel_requested = 1 WHERE id = ?");
                    ask.bind(id.0).execute(&mut *writing).await?;
                }
                JobState::Queued => {
                    lease::revoke(&mut writing, id).await?;
                    end_cancelled(&mut writing, id).await?;
                }
                state => return Err(StoreError::JobOver { id, state }.into()),
            }
            let now = job(&mut writing, id, self.file()).await?;
            writing.commit().await?;
            Ok(now)
        })
        .await
    }
}
