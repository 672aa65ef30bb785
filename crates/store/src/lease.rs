//! Who may write as the running job: one process at a time.

use crate::error::JobError;
use crate::job::JobId;
use crate::sign::{Life, PATIENCE};

/// The lease as it is.
#[derive(Clone, Debug)]
pub(crate) struct Lease {
    /// The number of who holds it, or held it last.
    pub(crate) fence: i64,
    pub(crate) job: Option<JobId>,
    pub(crate) holder: Option<String>,
    /// Since when, for people.
    pub(crate) since: Option<String>,
    pub(crate) heartbeat: Option<f64>,
    /// Seconds since the last heartbeat, by the database's clock.
    pub(crate) age: Option<f64>,
    /// What the holder's sign tells.
    pub(crate) life: Life,
}

impl Lease {
    /// The job of a holder who is alive, as far as can be told: by its sign, else by whether it was
    /// heard of lately. A heartbeat of the future is none: a clock was set back.
    fn held_job(&self) -> Option<JobId> {
        let is_held = match self.life {
            Life::Alive => true,
            Life::Gone => false,
            Life::Unknown => self.age.is_some_and(|age| (-PATIENCE..PATIENCE).contains(&age)),
        };
        self.job.filter(|_| is_held)
    }

    pub(crate) fn is_held_for(&self, job: JobId) -> bool {
        self.held_job() == Some(job)
    }

    /// # Errors
    /// [`JobError::Busy`] if somebody holds it.
    pub(crate) fn expect_free(&self) -> Result<(), JobError> {
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
