//! What happens in a fit, and how it ends.

use crate::progress::Advance;
use likemind::{Progress, Reach, Side};
use likemind_store::{JobId, ModelId, SaveProgress};
use std::fmt;

/// What happens in a fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FitEvent {
    /// Another process writes, as an import does for long; the fit waits for its turn.
    Waiting,
    /// It holds the lease, and knows whether it goes on. Told again if that turns out to be wrong.
    Began {
        /// The job.
        job: JobId,
        /// Where it begins.
        start: FitStart,
    },
    /// Pairs are being compared.
    Comparing(Progress),
    /// Ratings that came meanwhile are being taken in, before the model becomes active.
    CatchingUp {
        /// How many rows of the side they are of.
        rows: usize,
    },
    /// The model is being saved.
    Saving(SaveProgress),
}

impl FitEvent {
    /// How far the present step is, if the event tells.
    pub fn advance(&self) -> Option<Advance> {
        match *self {
            Self::Comparing(progress) => Some(progress.into()),
            Self::Saving(progress) => Some(progress.into()),
            Self::Waiting | Self::Began { .. } | Self::CatchingUp { .. } => None,
        }
    }
}

/// Where a run of a job begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FitStart {
    /// At its beginning.
    New,
    /// Where the last checkpoint of an earlier run was made.
    GoesOn {
        /// How much of the work is done, 0 to 1.
        work_done: f64,
    },
    /// At its beginning, though an earlier run left a checkpoint.
    Anew {
        /// Why that is not gone on with.
        why: StartOver,
    },
}

/// Why a job starts over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartOver {
    /// The checkpoint is of a version that computes in another way, or damaged.
    Unfit,
    /// Going on from it would take longer.
    Cheaper,
}

impl fmt::Display for StartOver {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Unfit => "its checkpoint is none of this version",
            Self::Cheaper => "that takes less time than to go on from its checkpoint",
        })
    }
}

/// How a fit ended that went as it should.
#[derive(Clone, Debug)]
pub enum FitEnd {
    /// With a model.
    Done(Fitted),
    /// It was stopped, and can go on.
    Interrupted {
        /// The job.
        job: JobId,
        /// How much of its work is done, 0 to 1.
        work_done: f64,
    },
    /// A person cancelled its job.
    Cancelled(JobId),
    /// It was stopped before another process that writes let it begin.
    NotBegun,
}

/// A model that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// The job that made it.
    pub job: JobId,
    /// The model, active now.
    pub model: ModelId,
    /// Whose neighbours.
    pub side: Side,
    /// How many lists.
    pub rows: u64,
    /// How many pairs were compared.
    pub pairs: u64,
    /// How long that took, in all runs of the job together.
    pub seconds: f64,
    /// The digest of the lists.
    pub digest: String,
    /// How many of the lists are not empty, and if hardly any, why.
    pub reach: Reach,
    /// The older models that were deleted, oldest first.
    pub pruned: Vec<ModelId>,
}
