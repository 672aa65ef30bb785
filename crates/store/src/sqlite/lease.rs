//! The single row of `lease`.

use super::Connection;
use crate::error::JobError;
use crate::fault::{Failure, Fault};
use crate::job::JobId;
use crate::lease::Lease;
use crate::liveness::Liveness;
use sqlx::FromRow;

#[derive(FromRow)]
struct LeaseRow {
    fence: i64,
    job: Option<i64>,
    holder: Option<String>,
    since: Option<String>,
    heartbeat: Option<f64>,
    age: Option<f64>,
}

/// Reads the lease, without the state of the lock file.
pub(crate) async fn read(connection: &mut Connection) -> Result<Lease, Fault> {
    let lease = "SELECT fence, job, holder, datetime(since, 'unixepoch') || ' UTC' AS since, \
                 heartbeat, unixepoch('subsec') - heartbeat AS age FROM lease";
    let found = sqlx::query_as(lease).fetch_optional(connection).await?;
    let found = found.ok_or_else(|| Fault::Damaged("no row in lease".to_owned()))?;
    let LeaseRow { fence, job, holder, since, heartbeat, age } = found;
    let (job, liveness) = (job.map(JobId), Liveness::Unknown);
    Ok(Lease { fence, job, holder, since, heartbeat, age, liveness })
}

/// Takes the lease for a job from any previous holder, and returns the new fence.
pub(crate) async fn acquire(
    connection: &mut Connection,
    job: JobId,
    holder: &str,
) -> Result<i64, Fault> {
    let acquire = "UPDATE lease SET fence = fence + 1, job = ?, holder = ?, since = unixepoch(), \
                heartbeat = unixepoch('subsec') RETURNING fence";
    Ok(sqlx::query_scalar(acquire).bind(job.0).bind(holder).fetch_one(connection).await?)
}

/// Renews the heartbeat. Must start every write of a holder, in the same transaction.
///
/// # Errors
/// [`JobError::LeaseLost`] if another process holds the lease.
pub(crate) async fn renew(
    connection: &mut Connection,
    job: JobId,
    fence: i64,
) -> Result<(), Failure<JobError>> {
    let renew = "UPDATE lease SET heartbeat = unixepoch('subsec') WHERE fence = ? AND job = ?";
    let renewed = sqlx::query(renew).bind(fence).bind(job.0).execute(connection).await?;
    match renewed.rows_affected() {
        1 => Ok(()),
        _ => Err(JobError::LeaseLost { job }.into()),
    }
}

/// Releases the lease.
pub(crate) async fn release(connection: &mut Connection, fence: i64) -> Result<(), Fault> {
    let release = "UPDATE lease SET job = NULL, holder = NULL, since = NULL, heartbeat = NULL \
                   WHERE fence = ?";
    sqlx::query(release).bind(fence).execute(connection).await?;
    Ok(())
}

/// Revokes the lease if it is held for this job, and increases the fence, so that a suspended
/// holder cannot write when it continues.
pub(crate) async fn revoke(connection: &mut Connection, job: JobId) -> Result<(), Fault> {
    let revoke = "UPDATE lease SET fence = fence + 1, job = NULL, holder = NULL, since = NULL, \
                  heartbeat = NULL WHERE job = ?";
    sqlx::query(revoke).bind(job.0).execute(connection).await?;
    Ok(())
}
