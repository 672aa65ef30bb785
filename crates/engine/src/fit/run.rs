//! A single run of a job.

use super::watch::Watch;
use super::{FitEnd, FitOptions, FitStop};
use likemind_store::{
    DataState, HeartbeatResponse, HeldJob, Interruption, JobError, JobInfo, JobState, Store,
};
use std::time::Instant;

/// A job that this process runs, with its options.
pub(super) struct Run<'a> {
    pub(super) store: &'a Store,
    pub(super) held: &'a HeldJob,
    pub(super) options: &'a FitOptions,
    pub(super) watch: &'a Watch,
    pub(super) stop: &'a FitStop,
    /// Start time of this run.
    pub(super) begun: Instant,
}

impl Run<'_> {
    /// Seconds since the run started.
    pub(super) fn seconds(&self) -> f64 {
        self.begun.elapsed().as_secs_f64()
    }

    /// The state of the ratings that the job started with.
    pub(super) fn first_data(&self) -> DataState {
        let JobInfo { sequence, data_digest, .. } = self.held.info();
        DataState { sequence: *sequence, digest: data_digest.clone() }
    }

    /// Sends a heartbeat to the database; skips it while another process is writing.
    pub(super) async fn heartbeat(&self) -> Result<HeartbeatResponse, JobError> {
        match self.held.heartbeat(self.watch.progress(), self.seconds()).await {
            Err(error) if error.is_locked() => Ok(HeartbeatResponse::Continue),
            orders => orders,
        }
    }
}

/// Releases the job, so that another process can resume it.
pub(super) async fn interrupted(
    held: &HeldJob,
    left: Option<Interruption<'_>>,
) -> Result<FitEnd, JobError> {
    let JobInfo { id, work_done, state, .. } = held.interrupt(left).await?;
    Ok(match state {
        JobState::Cancelled => FitEnd::Cancelled(id),
        _ => FitEnd::Interrupted { job: id, work_done },
    })
}

/// Ends the job as cancelled.
pub(super) async fn cancelled(held: &HeldJob) -> Result<FitEnd, JobError> {
    match held.cancel().await {
        // The cancellation itself is already in the database.
        Err(error) if !error.is_locked() => return Err(error),
        _ => {}
    }
    Ok(FitEnd::Cancelled(held.info().id))
}
