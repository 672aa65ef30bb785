//! Listing and cancelling jobs.

use crate::error::{JobError, StoreError};
use crate::fault::{Failure, Fault};
use crate::job::{JobId, JobInfo, JobState};
use crate::lease::Lease;
use crate::liveness::LivenessLock;
use crate::sqlite::{Connection, checkpoints, jobs, lease};
use crate::store::Store;
use std::path::Path;

impl Store {
    /// Returns all jobs, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn jobs(&self) -> Result<Vec<JobInfo>, StoreError> {
        self.run(async {
            let mut tx = self.database.begin_read().await?;
            let lease = lease_of(&mut tx, self.database.file()).await?;
            jobs::all(&mut tx, &lease).await
        })
        .await
    }

    /// Returns a job.
    ///
    /// # Errors
    /// [`JobError::Unknown`] if there is no job with this number.
    pub async fn job(&self, id: JobId) -> Result<JobInfo, JobError> {
        self.run_operation(async {
            let mut tx = self.database.begin_read().await?;
            job(&mut tx, id, self.database.file()).await
        })
        .await
    }

    /// Cancels a job: immediately if no process is running it; otherwise its holder ends it within
    /// a second or two. Returns the updated job.
    ///
    /// # Errors
    /// [`JobError::Unknown`] if there is no job with this number, [`JobError::Ended`] if it has
    /// already ended.
    pub async fn cancel_job(&self, id: JobId) -> Result<JobInfo, JobError> {
        self.run_operation(async {
            let (mut tx, file) = (self.database.begin_write().await?, self.database.file());
            match job(&mut tx, id, file).await?.state {
                JobState::Running => jobs::request_cancel(&mut tx, id).await?,
                JobState::Queued => {
                    lease::revoke(&mut tx, id).await?;
                    end_cancelled(&mut tx, id).await?;
                }
                state => return Err(JobError::Ended { id, state }.into()),
            }
            let updated = job(&mut tx, id, file).await?;
            tx.commit().await?;
            Ok(updated)
        })
        .await
    }
}

/// Reads the lease of the database in `file`, including its lock file.
pub(super) async fn lease_of(connection: &mut Connection, file: &Path) -> Result<Lease, Fault> {
    let lease = lease::read(connection).await?;
    Ok(Lease { liveness: LivenessLock::check(file, lease.fence), ..lease })
}

/// Reads the job with this number from the database in `file`.
pub(super) async fn job(
    connection: &mut Connection,
    id: JobId,
    file: &Path,
) -> Result<JobInfo, Failure<JobError>> {
    let lease = lease_of(connection, file).await?;
    jobs::get(connection, id, &lease).await
}

/// Ends a job as cancelled and deletes its checkpoints.
pub(super) async fn end_cancelled(connection: &mut Connection, id: JobId) -> Result<(), Fault> {
    jobs::end(connection, id, JobState::Cancelled, None).await?;
    checkpoints::clear(connection, id).await
}

/// Verifies that all jobs can be read, and returns their number.
pub(super) async fn verify(connection: &mut Connection, file: &Path) -> Result<u64, Fault> {
    let lease = lease_of(connection, file).await?;
    Ok(jobs::all(connection, &lease).await?.len() as u64)
}
