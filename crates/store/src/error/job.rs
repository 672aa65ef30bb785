//! Working on jobs.

use super::{ModelError, StoreError};
use crate::job::{JobId, JobState};

/// Why a job cannot be begun, gone on with, or ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    /// Another process works on a job, and there is one at a time.
    #[error(
        "expected a database where no job is running, found job {job} of {holder}, running since \
         {since}"
    )]
    Busy {
        /// The job.
        job: JobId,
        /// Who works on it.
        holder: String,
        /// Since when, as a date and time.
        since: String,
    },
    /// Another process took a job over, since this one was not heard of for too long.
    #[error(
        "expected to hold job {job}, found that another process took it over; it goes on there"
    )]
    LeaseLost {
        /// The job.
        job: JobId,
    },
    /// A job that is not there.
    #[error("expected the number of a job, found {id}")]
    Unknown {
        /// The number.
        id: JobId,
    },
    /// A job that is over cannot be ended.
    #[error("expected a job that is not over, found job {id}, which is {state}")]
    Over {
        /// The job.
        id: JobId,
        /// What became of it.
        state: JobState,
    },
    /// Work on a job ended in a way that nobody expected.
    #[error("expected job {job} to end with a model, found: {found}")]
    Failed {
        /// The job.
        job: JobId,
        /// What happened.
        found: String,
    },
    /// The model that the job made cannot be stored.
    #[error(transparent)]
    Model(ModelError),
    /// What can go wrong with any database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl JobError {
    /// Whether another process that writes was in the way: worth trying again.
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
