//! Starting and resuming jobs.

use super::held::HeldJob;
use super::jobs::{end_cancelled, job, lease_of};
use crate::error::JobError;
use crate::fault::{Failure, Fault};
use crate::job::{FitRequest, JobId, JobInfo, JobState};
use crate::lease::Lease;
use crate::liveness::{Liveness, LivenessLock, PreviousHolder};
use crate::spec::ModelKind;
use crate::sqlite::jobs::StoredSpec;
use crate::sqlite::{Connection, changes, checkpoints, data_set, jobs, lease, snapshots};
use crate::store::Store;
use std::sync::Mutex;

impl Store {
    /// Takes the lease of the database and resumes the unfinished job with the same parameters, or
    /// starts a new one on the current ratings. Takes over from a holder whose process is dead or
    /// that has shown no heartbeat for ten seconds. An unfinished job starts again on the current
    /// ratings if its own cannot be reconstructed, or later changes cannot be followed; see
    /// [`HeldJob::starts_again`].
    ///
    /// # Errors
    /// [`JobError::Busy`] if another process is running a job,
    /// [`StoreError::NoRatings`](crate::StoreError::NoRatings) before the first import,
    /// [`JobError::Counts`] for item kriging of counts, and [`JobError::Ended`] if the requested job
    /// has ended.
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
            let spec = StoredSpec {
                kind: request.parameters.kind(),
                side: request.parameters.side(),
                parameters: request.parameters.to_json().unwrap_or_default(),
            };
            let found = newest_unfinished(&mut tx, &spec, &lease).await?;
            let found_id = found.as_ref().map(|found| found.id);
            let id = match (found_id, request.resume_job) {
                (Some(id), None) => id,
                (None, None) => insert(&mut tx, &spec).await?,
                (Some(id), Some(wanted)) if id == wanted => id,
                (_, Some(wanted)) => {
                    let JobInfo { id, state, .. } = job(&mut tx, wanted, file).await?;
                    // Commit that cancelled jobs have ended, and release the lease of the
                    // unresponsive holder.
                    lease::release(&mut tx, lease.fence).await?;
                    tx.commit().await?;
                    return Err(JobError::Ended { id, state }.into());
                }
            };
            let starts_again = match &found {
                Some(found) => restart_unless_resumable(&mut tx, found).await?,
                None => false,
            };
            jobs::start(&mut tx, id).await?;
            let fence = lease::acquire(&mut tx, id, &request.holder).await?;
            let info = job(&mut tx, id, file).await?;
            // Before the lease is committed, so that a holder killed immediately afterwards is
            // known to be dead.
            let lock = LivenessLock::create(file, fence, previous);
            tx.commit().await?;
            let (store, resume_point) = (self.clone(), Mutex::default());
            Ok(HeldJob { store, fence, info, starts_again, lock, resume_point })
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

/// Returns the newest unfinished job of `spec`. If there are others, they are ended as failed.
async fn newest_unfinished(
    connection: &mut Connection,
    spec: &StoredSpec,
    lease: &Lease,
) -> Result<Option<JobInfo>, Fault> {
    let mut unfinished = jobs::unfinished(connection, spec, lease).await?.into_iter();
    let newest = unfinished.next();
    for older in unfinished {
        let reason = Some("interrupted, and a later job has the same parameters");
        jobs::end(connection, older.id, JobState::Failed, reason).await?;
        checkpoints::clear(connection, older.id).await?;
    }
    Ok(newest)
}

/// Whether the ratings of a job can be reconstructed, and later changes can be followed.
async fn is_resumable(connection: &mut Connection, info: &JobInfo) -> Result<bool, Fault> {
    let packed = snapshots::newest(connection, info.sequence as i64).await?;
    let now = changes::current_sequence(connection).await?;
    let Some(packed) = packed else { return Ok(false) };
    // From the packed copy to the ratings of the job, and from there to the present.
    changes::is_followable(connection, packed, now).await
}

/// Lets an unfinished job start again on the current ratings, unless it can be resumed. Returns
/// whether it starts again.
async fn restart_unless_resumable(
    connection: &mut Connection,
    info: &JobInfo,
) -> Result<bool, Fault> {
    if is_resumable(connection, info).await? {
        return Ok(false);
    }
    restart(connection, info.id).await?;
    Ok(true)
}

/// Moves a job to the current ratings, and discards its work.
pub(super) async fn restart(connection: &mut Connection, id: JobId) -> Result<(), Fault> {
    let data_set = data_set::read(connection).await?;
    data_set.scale()?;
    jobs::reset(connection, id, &data_set.state()).await?;
    checkpoints::clear(connection, id).await
}

/// Creates a job on the current ratings.
async fn insert(
    connection: &mut Connection,
    spec: &StoredSpec,
) -> Result<JobId, Failure<JobError>> {
    let data_set = data_set::read(connection).await?;
    if data_set.scale()?.has_counts() && spec.kind == ModelKind::ItemKriging {
        return Err(JobError::Counts.into());
    }
    Ok(jobs::insert(connection, spec, &data_set.state()).await?)
}
