//! Errors of jobs.

use super::{ModelError, StoreError};
use crate::job::{JobId, JobState};

/// Errors when starting, resuming or ending a job.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    /// Another process is running a job; only one runs at a time.
    #[error("expected no running job, found job {job} of {holder}, running since {since}")]
    Busy {
        /// The job.
        job: JobId,
        /// The name of the process that runs it.
        holder: String,
        /// The date and time at which it started.
        since: String,
    },
    /// Another process took over the job because this one had shown no heartbeat for too long.
    #[error(
        "expected to hold the lease of job {job}, found that another process has taken it over and \
         continues the job"
    )]
    LeaseLost {
        /// The job.
        job: JobId,
    },
    /// There is no job with this number.
    #[error("expected the number of a job, found {id}")]
    Unknown {
        /// The number.
        id: JobId,
    },
    /// The job has already ended.
    #[error("expected an unfinished job, found job {id}, which is {state}")]
    Ended {
        /// The job.
        id: JobId,
        /// The state in which it ended.
        state: JobState,
    },
    /// The job ended unexpectedly.
    #[error("expected job {job} to end with a model, found: {found}")]
    Failed {
        /// The job.
        job: JobId,
        /// What happened.
        found: String,
    },
    /// Item kriging predicts ratings, but ratings are counts.
    #[error(
        "expected opinions for a model that predicts them, found counts (such as plays or purchases)"
    )]
    Counts,
    /// The model of the job cannot be stored.
    #[error(transparent)]
    Model(ModelError),
    /// An error of the database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl JobError {
    /// Whether another process was writing, so that the operation can be retried.
    pub fn is_locked(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_locked())
    }
}

impl From<ModelError> for JobError {
    fn from(error: ModelError) -> Self {
        match error {
            ModelError::Store(error) => Self::Store(error),
            refused => Self::Model(refused),
        }
    }
}
