//! Events and results of a fit.

use super::items::ItemQuality;
use crate::progress::StepProgress;
use likemind::{Progress, Reach, Side};
use likemind_store::{JobId, ModelId, ModelKind, SaveProgress};
use std::fmt;

/// An event of a fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FitEvent {
    /// Another process is writing, such as a long import; the fit waits for it.
    Waiting,
    /// The fit has the lease, and has found out whether there is a job to resume.
    Started {
        /// The job.
        job: JobId,
        /// The starting point.
        start: FitStart,
    },
    /// Pairs are being compared, or a model of all items is being fitted.
    Comparing(Progress),
    /// Ratings that arrived in the meantime are being applied, before the model becomes active.
    CatchingUp {
        /// Number of rows of the side that they affect.
        rows: usize,
    },
    /// The model is being saved.
    Saving(SaveProgress),
}

impl FitEvent {
    /// The progress of the current step; `None` if the event has none.
    pub fn progress(&self) -> Option<StepProgress> {
        match *self {
            Self::Comparing(progress) => Some(progress.into()),
            Self::Saving(progress) => Some(progress.into()),
            Self::Waiting | Self::Started { .. } | Self::CatchingUp { .. } => None,
        }
    }
}

/// The starting point of a run of a job.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FitStart {
    /// The beginning of a new job.
    New,
    /// The last checkpoint of an earlier run.
    Resumed {
        /// Finished share of the work, 0 to 1.
        work_done: f64,
    },
    /// The beginning, although there was an earlier run.
    Restarted {
        /// Why its work is not used.
        why: RestartReason,
    },
}

/// Why a job is restarted instead of resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestartReason {
    /// The checkpoint comes from a version that computes differently, or is damaged.
    Incompatible,
    /// Resuming would take longer.
    Cheaper,
    /// The ratings have changed since in a way that cannot be followed: an import, or a forgotten user.
    RatingsChanged,
}

impl fmt::Display for RestartReason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Incompatible => "its checkpoint is not from this version",
            Self::Cheaper => "that is faster than resuming from its checkpoint",
            Self::RatingsChanged => "an import or a forgotten user has changed its ratings",
        })
    }
}

/// The end of a fit without an error.
#[derive(Clone, Debug)]
pub enum FitEnd {
    /// The model is complete and active.
    Done(Fitted),
    /// The fit was stopped, and its job can be resumed.
    Interrupted {
        /// The job.
        job: JobId,
        /// Finished share of the work, 0 to 1.
        work_done: f64,
    },
    /// Its job was cancelled.
    Cancelled(JobId),
    /// The fit was stopped while it was still waiting for another process to finish writing.
    NotStarted,
}

/// A fitted model.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// The job that made it.
    pub job: JobId,
    /// The model, which is now active.
    pub model: ModelId,
    /// Its kind.
    pub kind: ModelKind,
    /// The side of the model; items for all kinds other than neighbours.
    pub side: Side,
    /// Number of neighbour lists, or of items with all pairs.
    pub rows: u64,
    /// Number of compared pairs.
    pub pairs: u64,
    /// Computing time of all runs of the job.
    pub seconds: f64,
    /// The digest of its contents.
    pub digest: String,
    /// What is known about its quality.
    pub quality: FitQuality,
    /// The older models that were deleted, oldest first.
    pub pruned: Vec<ModelId>,
}

/// What is known about the quality of a fitted model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FitQuality {
    /// Of neighbours: the number of rows that have any and, if hardly any have, the reason.
    Neighbours(Reach),
    /// Of a model of all items.
    Items(ItemQuality),
}
