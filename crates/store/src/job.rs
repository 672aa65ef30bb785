//! Jobs as they are asked for, and as they are told of.

use crate::model::{ModelId, ModelKind};
use crate::numbered::numbered;
use likemind::{ModelParameters, Progress, Side};
use serde::{Deserialize, Serialize};
use std::fmt;

numbered! {
    /// The number of a job, from 1. Never given twice.
    JobId
}

/// What a job does. More may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum JobKind {
    /// It makes a model.
    Fit,
}

impl JobKind {
    const ALL: [Self; 1] = [Self::Fit];

    /// The name, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fit => "fit",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for JobKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
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

    pub(crate) fn named(name: &str) -> Option<Self> {
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
    /// What it does.
    pub kind: JobKind,
    /// What kind of model it makes.
    pub model_kind: ModelKind,
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

/// A model to make.
#[derive(Clone, Debug)]
pub struct FitRequest {
    /// What it is made with.
    pub parameters: ModelParameters,
    /// Who makes it: a name for people who find the database busy.
    pub holder: String,
    /// The unfinished job of these parameters that alone is to be gone on with; `None` for whichever
    /// there is, else a new one.
    pub go_on_with: Option<JobId>,
}

/// What a holder is told at a heartbeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orders {
    /// Nothing new.
    GoOn,
    /// A person cancelled the job.
    Cancel,
}

/// What a job that is done left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Its model, active now.
    pub model: ModelId,
    /// The models that were deleted for it, oldest first.
    pub pruned: Vec<ModelId>,
}

/// How a run leaves a job that is to go on later.
#[derive(Clone, Copy, Debug)]
pub struct Left<'a> {
    /// How far it came.
    pub progress: Progress,
    /// How many seconds it took.
    pub seconds: f64,
    /// A last checkpoint, as its number and its bytes, if there is more than was saved before.
    pub checkpoint: Option<(u32, &'a [u8])>,
}
