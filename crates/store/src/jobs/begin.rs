//! Beginning a job, or going on with one.

use super::held::HeldJob;
use super::lease::{self, Lease, drop_checkpoints};
use super::sign::{Former, Life, Sign};
use super::{JobId, JobInfo, JobRow, end_cancelled, job};
use crate::changes;
use crate::data_set::DataSet;
use crate::error::{Fault, StoreError};
use crate::open::Store;
use likemind::ModelParameters;
use sqlx::SqliteConnection;
use std::sync::Mutex;

/// A model to make.
#[derive(Clone, Debug)]
pub struct FitRequest {
    /// What it is made with.
    pub parameters: ModelParameters,
    /// Who makes it: a name for people who find the database busy.
    pub holder: String,
    /// The unfinished job of these parameters that alone is to be gone on with; `None` for whichever
    /// there is, else a new one.
    pub go_on_with: Option<JobId>,
}

impl Store {
    /// Takes the database's lease, and goes on with the job of the same parameters that was left
    /// unfinished, or begins a new one on the ratings as they are now. Takes over from a holder whose
    /// process is gone, or who was not heard of for ten seconds.
    ///
    /// # Errors
    /// [`StoreError::Busy`] if another process works on a job, [`StoreError::NoRatings`] before the
    /// first import; [`StoreError::JobOver`] if the job to go on with is over, or cannot be gone on
    /// with.
    pub async fn begin_fit(&self, request: &FitRequest) -> Result<HeldJob, StoreError> {
        self.named(async {
            let mut writing = match self.writing_soon().await {
                // Who writes for long may be the holder.
                Err(fault) if fault.is_busy() => {
                    Lease::read(&mut *self.reading().await?, self.file()).await?.expect_free()?;
                    return Err(fault);
                }
                writing => writing?,
            };
            let lease = Lease::read(&mut writing, self.file()).await?;
            lease.expect_free()?;
            let former = match lease.life {
                Life::Gone => Former::Gone(lease.fence),
                Life::Alive | Life::Unknown => Former::Unknown,
            };
            end_asked(&mut writing).await?;
            let parameters = serde_json::to_string(&request.parameters).unwrap_or_default();
            let found = resumable(&mut writing, &parameters, &lease).await?;
            let id = match (found, request.go_on_with) {
                (Some(id), None) => id,
                (None, None) => insert(&mut writing, request, &parameters).await?,
                (Some(id), Some(wanted)) if id == wanted => id,
                (_, Some(wanted)) => {
                    let JobInfo { id, state, .. } = job(&mut writing, wanted, self.file()).await?;
                    // That it can never be gone on with is kept, and whoever was silent is told.
                    lease::release(&mut writing, lease.fence).await?;
                    writing.commit().await?;
                    return Err(StoreError::JobOver { id, state }.into());
                }
            };
            let start = "UPDATE jobs SET state = 'running', started_at = unixepoch(), error = NULL \
                         WHERE id = ?";
            sqlx::query(start).bind(id.0).execute(&mut *writing).await?;
            let fence = lease::take(&mut writing, id, &request.holder).await?;
            let info = job(&mut writing, id, self.file()).await?;
            // Before the lease is: a holder that is killed at once is known to be gone.
            let sign = Sign::show(self.file(), fence, former);
            writing.commit().await?;
            Ok(HeldJob { store: self.clone(), fence, info, sign, stands: Mutex::default() })
        })
        .await
    }
}

/// Ends the jobs whose holders were asked to, and died first.
async fn end_asked(connection: &mut SqliteConnection) -> Result<(), Fault> {
    let asked = "SELECT id FROM jobs WHERE state IN ('queued', 'running') AND cancel_requested";
    let asked: Vec<i64> = sqlx::query_scalar(asked).fetch_all(&mut *connection).await?;
    for id in asked {
        end_cancelled(connection, JobId(id)).await?;
    }
    Ok(())
}

/// The unfinished job of these parameters, if its ratings can still be told and what came since can
/// be followed. Others of these parameters are over.
async fn resumable(
    connection: &mut SqliteConnection,
    parameters: &str,
    lease: &Lease,
) -> Result<Option<JobId>, Fault> {
    let unfinished = "SELECT * FROM jobs WHERE state IN ('queued', 'running') AND parameters = ? \
                      ORDER BY id DESC";
    let query = sqlx::query_as(unfinished).bind(parameters);
    let rows: Vec<JobRow> = query.fetch_all(&mut *connection).await?;
    let mut found = None;
    for row in rows {
        let info = row.info(lease)?;
        if found.is_none() && can_go_on(connection, &info).await? {
            found = Some(info.id);
        } else {
            give_up(connection, info.id).await?;
        }
    }
    Ok(found)
}

async fn can_go_on(connection: &mut SqliteConnection, info: &JobInfo) -> Result<bool, Fault> {
    let sequence = info.sequence as i64;
    let packed = "SELECT max(sequence) FROM snapshot_parts WHERE sequence <= ?";
    let packed: Option<i64> =
        sqlx::query_scalar(packed).bind(sequence).fetch_one(&mut *connection).await?;
    let now = changes::current(connection).await?;
    let Some(packed) = packed else { return Ok(false) };
    // From the packed copy to the job's ratings, and from those to the present.
    changes::is_followable(connection, packed, now).await
}

async fn give_up(connection: &mut SqliteConnection, id: JobId) -> Result<(), Fault> {
    let fail = "UPDATE jobs SET state = 'failed', ended_at = unixepoch(), \
                error = 'interrupted, and the ratings changed too much to go on' WHERE id = ?";
    sqlx::query(fail).bind(id.0).execute(&mut *connection).await?;
    drop_checkpoints(connection, id).await
}

/// A new job on the ratings as they are.
async fn insert(
    connection: &mut SqliteConnection,
    request: &FitRequest,
    parameters: &str,
) -> Result<JobId, Fault> {
    let data_set = DataSet::read(connection).await?;
    let scale = data_set.scale()?;
    let insert = "INSERT INTO jobs (kind, side, parameters, state, sequence, data_digest, tiles, \
                  tiles_done, pairs, pairs_done, work_done, seconds, created_at, cancel_requested) \
                  VALUES ('fit', ?, ?, 'queued', ?, ?, 0, 0, 0, 0, 0, 0, unixepoch(), 0) RETURNING id";
    let id = sqlx::query_scalar(insert)
        .bind(request.parameters.side().name())
        .bind(parameters)
        .bind(data_set.sequence)
        .bind(data_set.digest.text(Some(&scale)))
        .fetch_one(connection)
        .await?;
    Ok(JobId(id))
}
