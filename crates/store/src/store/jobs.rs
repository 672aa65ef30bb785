//! Jobs: which there are, and what becomes of them.

use crate::error::{JobError, StoreError};
use crate::fault::{Failure, Fault};
use crate::job::{JobId, JobInfo, JobState};
use crate::lease::Lease;
use crate::sign::Sign;
use crate::sqlite::{Connection, checkpoints, jobs, lease};
use crate::store::Store;
use std::path::Path;

impl Store {
    /// All jobs, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn jobs(&self) -> Result<Vec<JobInfo>, StoreError> {
        self.named(async {
            let mut reading = self.database.reading().await?;
            let lease = lease_of(&mut reading, self.database.file()).await?;
            jobs::all(&mut reading, &lease).await
        })
        .await
    }

    /// A job.
    ///
    /// # Errors
    /// [`JobError::Unknown`] if there is none of this number.
    pub async fn job(&self, id: JobId) -> Result<JobInfo, JobError> {
        self.answered(async {
            let mut reading = self.database.reading().await?;
            job(&mut reading, id, self.database.file()).await
        })
        .await
    }

    /// Ends a job: at once if nobody works on it, else its holder ends it within a second or two.
    /// Returns the job as it is now.
    ///
    /// # Errors
    /// [`JobError::Unknown`] if there is none of this number, [`JobError::Over`] if it is over
    /// already.
    pub async fn cancel_job(&self, id: JobId) -> Result<JobInfo, JobError> {
        self.answered(async {
            let (mut writing, file) = (self.database.writing().await?, self.database.file());
            match job(&mut writing, id, file).await?.state {
                JobState::Running => jobs::ask_to_cancel(&mut writing, id).await?,
                JobState::Queued => {
                    lease::revoke(&mut writing, id).await?;
                    end_cancelled(&mut writing, id).await?;
                }
                state => return Err(JobError::Over { id, state }.into()),
            }
            let now = job(&mut writing, id, file).await?;
            writing.commit().await?;
            Ok(now)
        })
        .await
    }
}

/// The lease of the database in this file.
pub(super) async fn lease_of(connection: &mut Connection, file: &Path) -> Result<Lease, Fault> {
    let lease = lease::read(connection).await?;
    Ok(Lease { life: Sign::of(file, lease.fence), ..lease })
}

/// The job with this number, of the database in this file.
pub(super) async fn job(
    connection: &mut Connection,
    id: JobId,
    file: &Path,
) -> Result<JobInfo, Failure<JobError>> {
    let lease = lease_of(connection, file).await?;
    jobs::of_id(connection, id, &lease).await
}

/// Ends a job as a person asked.
pub(super) async fn end_cancelled(connection: &mut Connection, id: JobId) -> Result<(), Fault> {
    jobs::end(connection, id, JobState::Cancelled, None).await?;
    checkpoints::clear(connection, id).await
}

/// Reads all jobs, and returns how many there are.
pub(super) async fn verify(connection: &mut Connection, file: &Path) -> Result<u64, Fault> {
    let lease = lease_of(connection, file).await?;
    Ok(jobs::all(connection, &lease).await?.len() as u64)
}
