//! Jobs: requests, states and results.

use crate::model::ModelId;
use crate::numbered::numbered;
use crate::spec::{ModelKind, ModelSpec};
use likemind::{Progress, Side};
use serde::{Deserialize, Serialize};
use std::fmt;

numbered! {
    /// The number of a job, from 1. Never reused.
    JobId
}

/// The kind of a job. More kinds may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum JobKind {
    /// Fits a model.
    Fit,
}

impl JobKind {
    const ALL: [Self; 1] = [Self::Fit];

    /// Returns the name, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fit => "fit",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for JobKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

/// The state of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// No process is running it; it waits to be started or resumed.
    Queued,
    /// A process is running it.
    Running,
    /// It ended successfully.
    Done,
    /// It ended with an error.
    Failed,
    /// It was cancelled.
    Cancelled,
}

impl JobState {
    /// Returns the name, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether the job has ended.
    pub fn has_ended(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
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
    /// The number of the job.
    pub id: JobId,
    /// The kind of the job.
    pub kind: JobKind,
    /// The kind of model that it fits.
    pub model_kind: ModelKind,
    /// The side whose neighbours it computes; items for all other kinds of models.
    pub side: Side,
    /// The parameters of the model.
    pub parameters: ModelSpec,
    /// The state. A job whose process is dead is queued.
    pub state: JobState,
    /// The sequence of the ratings that it works on.
    pub sequence: u64,
    /// The digest of these ratings.
    pub data_digest: String,
    /// Total number of tiles; 0 before the first run, and for models other than neighbours.
    pub tiles: u64,
    /// Number of finished tiles.
    pub tiles_done: u64,
    /// Total number of pairs; 0 before the first run.
    pub pairs: u64,
    /// Number of finished pairs.
    pub pairs_done: u64,
    /// Share of the expected time that has passed, 0 to 1.
    pub work_done: f64,
    /// Total duration of all its runs in seconds.
    pub seconds: f64,
    /// Time at which it was created.
    pub created_at: i64,
    /// Time at which its last run started.
    pub started_at: Option<i64>,
    /// Time at which it ended.
    pub ended_at: Option<i64>,
    /// The name of the process that is running it.
    pub holder: Option<String>,
    /// Time of the last heartbeat of the holder.
    pub heartbeat: Option<f64>,
    /// The error with which it ended.
    pub error: Option<String>,
    /// The model that it fitted.
    pub model: Option<ModelId>,
}

/// A request to fit a model.
#[derive(Clone, Debug)]
pub struct FitRequest {
    /// The kind and the parameters of the model.
    pub parameters: ModelSpec,
    /// The name of the requesting process, shown to users who find the database busy.
    pub holder: String,
    /// The only job to resume, which must be unfinished and have these parameters; `None` to resume
    /// any such job or start a new one.
    pub resume_job: Option<JobId>,
}

/// The response to a heartbeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeartbeatResponse {
    /// Continue.
    Continue,
    /// Stop: the job was cancelled.
    Cancel,
}

/// The result of a finished job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The model that was saved and activated.
    pub model: ModelId,
    /// The old models that were deleted, oldest first.
    pub pruned: Vec<ModelId>,
}

/// The state in which an interrupted run leaves a job.
#[derive(Clone, Copy, Debug)]
pub struct Interruption<'a> {
    /// The progress reached.
    pub progress: Progress,
    /// The duration of the run in seconds.
    pub seconds: f64,
    /// The number and bytes of a final checkpoint, if there is more than was saved before.
    pub checkpoint: Option<(u32, &'a [u8])>,
}
