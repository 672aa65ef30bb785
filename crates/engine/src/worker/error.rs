//! Errors of a worker.

use likemind_store::{JobError, JobId, StoreError};

/// Errors when starting a fit, or estimating its cost, in a [`Worker`](super::Worker).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BeginError {
    /// The worker is stopping.
    #[error("expected a worker that accepts jobs, found one that is stopping")]
    Stopping,
    /// The worker is running another fit.
    #[error("expected no running job, found one; only one can run at a time")]
    Busy {
        /// The running job, once it is known.
        job: Option<JobId>,
    },
    /// The task of the fit ended unexpectedly.
    #[error("expected a job to start, found that its task has ended")]
    Lost,
    /// The cost could not be estimated.
    #[error("expected an estimate of the cost, found: {found}")]
    NotEstimated {
        /// The reason.
        found: String,
    },
    /// The job failed to start.
    #[error(transparent)]
    Job(#[from] JobError),
}

impl BeginError {
    /// Whether the cause is temporary, such as another job or another process that writes.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Stopping | Self::Busy { .. } => true,
            Self::Lost | Self::NotEstimated { .. } => false,
            Self::Job(JobError::Busy { .. } | JobError::Ended { .. }) => true,
            Self::Job(JobError::Store(error)) => matches!(
                error,
                StoreError::NoRatings { .. } | StoreError::Locked { .. } | StoreError::Full { .. }
            ),
            Self::Job(_) => false,
        }
    }
}
