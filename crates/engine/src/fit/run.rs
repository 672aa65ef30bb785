//! One run of a job.

use super::watch::Watch;
use super::{FitEnd, FitOptions, FitStop};
use likemind_store::{HeldJob, JobError, JobInfo, JobState, Left, Orders, Store};
use std::time::Instant;

/// A job that this process works on, and how.
pub(super) struct Run<'a> {
    pub(super) store: &'a Store,
    pub(super) held: &'a HeldJob,
    pub(super) options: &'a FitOptions,
    pub(super) watch: &'a Watch,
    pub(super) stop: &'a FitStop,
    /// When it began.
    pub(super) begun: Instant,
}

impl Run<'_> {
    /// How many seconds it has taken.
    pub(super) fn seconds(&self) -> f64 {
        self.begun.elapsed().as_secs_f64()
    }

    /// A sign of life in the database, or none while another process writes to it.
    pub(super) async fn heartbeat(&self) -> Result<Orders, JobError> {
        match self.held.heartbeat(self.watch.progress(), self.seconds()).await {
            Err(error) if error.is_locked() => Ok(Orders::GoOn),
            told => told,
        }
    }
}

/// Leaves the job to whoever comes next.
pub(super) async fn interrupted(
    held: &HeldJob,
    left: Option<Left<'_>>,
) -> Result<FitEnd, JobError> {
    let JobInfo { id, work_done, state, .. } = held.interrupted(left).await?;
    Ok(match state {
        JobState::Cancelled => FitEnd::Cancelled(id),
        _ => FitEnd::Interrupted { job: id, work_done },
    })
}

/// Ends the job as a person asked.
pub(super) async fn cancelled(held: &HeldJob) -> Result<FitEnd, JobError> {
    match held.cancelled().await {
        // That it was cancelled is in the database already.
        Err(error) if !error.is_locked() => return Err(error),
        _ => {}
    }
    Ok(FitEnd::Cancelled(held.info().id))
}
