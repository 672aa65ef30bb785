//! Why a fit does not begin.

use likemind_store::{JobError, JobId, StoreError};

/// Why a [`Worker`](super::Worker) did not begin a fit.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BeginError {
    /// It was told to stop.
    #[error("expected a worker that takes jobs, found one that stops")]
    Stopping,
    /// It works on another.
    #[error("expected that no job is running here, found one; there is one at a time")]
    Busy {
        /// The job, once it is known.
        job: Option<JobId>,
    },
    /// The task that was to do it ended without a word.
    #[error("expected a job to begin, found that its task ended")]
    Lost,
    /// The database does not let it begin.
    #[error(transparent)]
    Job(#[from] JobError),
}

impl BeginError {
    /// Whether it may be over soon: another job, or another process, is in the way.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Stopping | Self::Busy { .. } => true,
            Self::Lost => false,
            Self::Job(JobError::Busy { .. } | JobError::Over { .. }) => true,
            Self::Job(JobError::Store(error)) => matches!(
                error,
                StoreError::NoRatings { .. } | StoreError::Locked { .. } | StoreError::Full { .. }
            ),
            Self::Job(_) => false,
        }
    }
}
