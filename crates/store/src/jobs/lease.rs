//! Who may write as the running job: one process at a time.

use super::JobId;
use super::sign::{Life, Sign};
use crate::error::{Fault, StoreError};
use sqlx::{FromRow, SqliteConnection};
use std::path::Path;

/// After so many seconds without a heartbeat a holder counts as gone: a process that was killed, or a
/// machine that sleeps.
pub(super) const PATIENCE: f64 = 10.0;

/// The lease as it is.
#[derive(Clone, Debug, FromRow)]
pub(super) struct Lease {
    /// The number of who holds it, or held it last.
    pub(super) fence: i64,
    job: Option<i64>,
    pub(super) holder: Option<String>,
    /// Since when, for people.
    since: Option<String>,
    pub(super) heartbeat: Option<f64>,
    /// Seconds since the last heartbeat, by the database's clock.
    age: Option<f64>,
    /// What the holder's sign tells.
    #[sqlx(skip)]
    pub(super) life: Life,
}

impl Lease {
    /// The lease of the database in this file.
    pub(super) async fn read(
        connection: &mut SqliteConnection,
        file: &Path,
    ) -> Result<Self, Fault> {
        let lease = "SELECT fence, job, holder, datetime(since, 'unixepoch') || ' UTC' AS since, \
                     heartbeat, unixepoch('subsec') - heartbeat AS age FROM lease";
        let found: Option<Self> = sqlx::query_as(lease).fetch_optional(connection).await?;
        let mut lease = found.ok_or_else(|| Fault::Damaged("no row in lease".to_owned()))?;
        lease.life = Sign::of(file, lease.fence);
        Ok(lease)
    }

    /// The job of a holder who is alive, as far as can be told: by its sign, else by whether it was
    /// heard of lately. A heartbeat of the future is none: a clock was set back.
    fn held_job(&self) -> Option<JobId> {
        let is_held = match self.life {
            Life::Alive => true,
            Life::Gone => false,
            Life::Unknown => self.age.is_some_and(|age| (-PATIENCE..PATIENCE).contains(&age)),
        };
        self.job.filter(|_| is_held).map(JobId)
    }

    pub(super) fn is_held_for(&self, job: JobId) -> bool {
        self.held_job() == Some(job)
    }

    /// # Errors
    /// [`StoreError::Busy`] if somebody holds it.
    pub(super) fn expect_free(&self) -> Result<(), StoreError> {
        match self.held_job() {
            None => Ok(()),
            Some(job) => Err(StoreError::Busy {
                job,
                holder: self.holder.clone().unwrap_or_default(),
                since: self.since.clone().unwrap_or_default(),
            }),
        }
    }
}

/// Takes the lease for a job, in place of whoever had it, and returns the new fence.
pub(super) async fn take(
    connection: &mut SqliteConnection,
    job: JobId,
    holder: &str,
) -> Result<i64, Fault> {
    let take = "UPDATE lease SET fence = fence + 1, job = ?, holder = ?, since = unixepoch(), \
                heartbeat = unixepoch('subsec') RETURNING fence";
    Ok(sqlx::query_scalar(take).bind(job.0).bind(holder).fetch_one(connection).await?)
}

/// A sign of life. Begins every write of a holder, in the write's own transaction.
///
/// # Errors
/// [`StoreError::LeaseLost`] if somebody else has the lease.
pub(super) async fn renew(
    connection: &mut SqliteConnection,
    job: JobId,
    fence: i64,
) -> Result<(), Fault> {
    let renew = "UPDATE lease SET heartbeat = unixepoch('subsec') WHERE fence = ? AND job = ?";
    let renewed = sqlx::query(renew).bind(fence).bind(job.0).execute(connection).await?;
    match renewed.rows_affected() {
        1 => Ok(()),
        _ => Err(StoreError::LeaseLost { job }.into()),
    }
}

/// Gives the lease back.
pub(super) async fn release(connection: &mut SqliteConnection, fence: i64) -> Result<(), Fault> {
    let release = "UPDATE lease SET job = NULL, holder = NULL, since = NULL, heartbeat = NULL \
                   WHERE fence = ?";
    sqlx::query(release).bind(fence).execute(connection).await?;
    Ok(())
}

/// Takes the lease from whoever has it for this job: a holder that wakes up late finds another fence.
pub(super) async fn revoke(connection: &mut SqliteConnection, job: JobId) -> Result<(), Fault> {
    let revoke = "UPDATE lease SET fence = fence + 1, job = NULL, holder = NULL, since = NULL, \
                  heartbeat = NULL WHERE job = ?";
    sqlx::query(revoke).bind(job.0).execute(connection).await?;
    Ok(())
}

pub(super) async fn drop_checkpoints(
    connection: &mut SqliteConnection,
    job: JobId,
) -> Result<(), Fault> {
    sqlx::query("DELETE FROM checkpoint_parts WHERE job = ?")
        .bind(job.0)
        .execute(connection)
        .await?;
    Ok(())
}
