//! Starting and resuming jobs.

use super::held::HeldJob;
use super::jobs::{end_cancelled, job, lease_of};
use crate::error::JobError;
use crate::fault::Fault;
use crate::job::{FitRequest, JobId, JobInfo, JobState};
use crate::lease::Lease;
use crate::liveness::{Liveness, LivenessLock, PreviousHolder};
use crate::model::ModelKind;
use crate::sqlite::jobs::ModelSpec;
use crate::sqlite::{Connection, changes, checkpoints, data_set, jobs, lease, snapshots};
use crate::store::Store;
use std::sync::Mutex;

impl Store {
    /// Takes the lease of the database and resumes the unfinished job with the same parameters, or
    /// starts a new one on the current ratings. Takes over from a holder whose process is dead or
    /// that has shown no heartbeat for ten seconds.
    ///
    /// # Errors
    /// [`JobError::Busy`] if another process is running a job,
    /// [`StoreError::NoRatings`](crate::StoreError::NoRatings) before the first import, and
    /// [`JobError::Ended`] if the requested job has ended or cannot be resumed.
    pub async fn begin_fit(&self, request: &FitRequest) -> Result<HeldJob, JobError> {
        self.run_operation(async {
            let file = self.database.file();
            let mut tx = match self.database.try_begin_write().await {
                // A process that writes for so long may be the holder.
                Err(fault) if fault.is_busy() => {
                    let mut tx = self.database.begin_read().await?;
                    lease_of(&mut tx, file).await?.check_free()?;
                    return Err(fault.into());
                }
                result => result?,
            };
            let lease = lease_of(&mut tx, file).await?;
            lease.check_free()?;
            let previous = match lease.liveness {
                Liveness::Dead => PreviousHolder::Dead(lease.fence),
                Liveness::Alive | Liveness::Unknown => PreviousHolder::Unknown,
            };
            end_cancelled_jobs(&mut tx).await?;
            let spec = ModelSpec {
                kind: ModelKind::Neighbours,
                side: request.parameters.side(),
                parameters: serde_json::to_string(&request.parameters).unwrap_or_default(),
            };
            let found = resumable(&mut tx, &spec, &lease).await?;
            let id = match (found, request.resume_job) {
                (Some(id), None) => id,
                (None, None) => insert(&mut tx, &spec).await?,
                (Some(id), Some(wanted)) if id == wanted => id,
                (_, Some(wanted)) => {
                    let JobInfo { id, state, .. } = job(&mut tx, wanted, file).await?;
                    // Commit that the job can never be resumed, and release the lease of the
                    // unresponsive holder.
                    lease::release(&mut tx, lease.fence).await?;
                    tx.commit().await?;
                    return Err(JobError::Ended { id, state }.into());
                }
            };
            jobs::start(&mut tx, id).await?;
            let fence = lease::acquire(&mut tx, id, &request.holder).await?;
            let info = job(&mut tx, id, file).await?;
            // Before the lease is committed, so that a holder killed immediately afterwards is
            // known to be dead.
            let lock = LivenessLock::create(file, fence, previous);
            tx.commit().await?;
            Ok(HeldJob { store: self.clone(), fence, info, lock, resume_point: Mutex::default() })
        })
        .await
    }
}

/// Ends the jobs whose cancellation was requested but whose holders died first.
async fn end_cancelled_jobs(connection: &mut Connection) -> Result<(), Fault> {
    for id in jobs::cancel_requested_jobs(connection).await? {
        end_cancelled(connection, id).await?;
    }
    Ok(())
}

/// Returns the newest unfinished job of `spec` whose ratings can be reconstructed and whose later
/// changes can be followed. All other unfinished jobs of `spec` are ended as failed.
async fn resumable(
    connection: &mut Connection,
    spec: &ModelSpec,
    lease: &Lease,
) -> Result<Option<JobId>, Fault> {
    let mut found = None;
    for info in jobs::unfinished(connection, spec, lease).await? {
        if found.is_none() && is_resumable(connection, &info).await? {
            found = Some(info.id);
        } else {
            abandon(connection, info.id).await?;
        }
    }
    Ok(found)
}

async fn is_resumable(connection: &mut Connection, info: &JobInfo) -> Result<bool, Fault> {
    let packed = snapshots::newest(connection, info.sequence as i64).await?;
    let now = changes::current_sequence(connection).await?;
    let Some(packed) = packed else { return Ok(false) };
    // From the packed copy to the ratings of the job, and from there to the present.
    changes::is_followable(connection, packed, now).await
}

async fn abandon(connection: &mut Connection, id: JobId) -> Result<(), Fault> {
    let reason = "interrupted, and the ratings have changed too much to resume";
    jobs::end(connection, id, JobState::Failed, Some(reason)).await?;
    checkpoints::clear(connection, id).await
}

/// Creates a job on the current ratings.
async fn insert(connection: &mut Connection, spec: &ModelSpec) -> Result<JobId, Fault> {
    let data_set = data_set::read(connection).await?;
    data_set.scale()?;
    jobs::insert(connection, spec, &data_set.state()).await
}
