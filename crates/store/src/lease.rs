//! The lease, which allows one process at a time to run a job.

use crate::error::JobError;
use crate::job::JobId;
use crate::liveness::{HOLDER_TIMEOUT, Liveness};

/// The state of the lease.
#[derive(Clone, Debug)]
pub(crate) struct Lease {
    /// The number of the current or last holder.
    pub(crate) fence: i64,
    pub(crate) job: Option<JobId>,
    pub(crate) holder: Option<String>,
    /// The time since when it is held, as text.
    pub(crate) since: Option<String>,
    pub(crate) heartbeat: Option<f64>,
    /// Seconds since the last heartbeat, by the database's clock.
    pub(crate) age: Option<f64>,
    /// What the lock file of the holder says.
    pub(crate) liveness: Liveness,
}

impl Lease {
    /// Returns the job of the holder if the holder counts as alive: by its lock file, or, if that
    /// is unknown, by the age of its heartbeat. A heartbeat too far in the future does not count:
    /// the clock was set back.
    fn held_job(&self) -> Option<JobId> {
        let is_held = match self.liveness {
            Liveness::Alive => true,
            Liveness::Dead => false,
            Liveness::Unknown => {
                self.age.is_some_and(|age| (-HOLDER_TIMEOUT..HOLDER_TIMEOUT).contains(&age))
            }
        };
        self.job.filter(|_| is_held)
    }

    pub(crate) fn is_running(&self, job: JobId) -> bool {
        self.held_job() == Some(job)
    }

    /// # Errors
    /// [`JobError::Busy`] if the lease is held.
    pub(crate) fn check_free(&self) -> Result<(), JobError> {
        match self.held_job() {
            None => Ok(()),
            Some(job) => Err(JobError::Busy {
                job,
                holder: self.holder.clone().unwrap_or_default(),
                since: self.since.clone().unwrap_or_default(),
            }),
        }
    }
}
