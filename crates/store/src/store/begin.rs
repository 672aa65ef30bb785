//! Beginning a job, or going on with one.

use super::held::HeldJob;
use super::jobs::{end_cancelled, job, lease_of};
use crate::error::JobError;
use crate::fault::Fault;
use crate::job::{FitRequest, JobId, JobInfo, JobState};
use crate::lease::Lease;
use crate::model::ModelKind;
use crate::sign::{Former, Life, Sign};
use crate::sqlite::jobs::Product;
use crate::sqlite::{Connection, changes, checkpoints, data_set, jobs, lease, snapshots};
use crate::store::Store;
use std::sync::Mutex;

impl Store {
    /// Takes the database's lease, and goes on with the job of the same parameters that was left
    /// unfinished, or begins a new one on the ratings as they are now. Takes over from a holder whose
    /// process is gone, or who was not heard of for ten seconds.
    ///
    /// # Errors
    /// [`JobError::Busy`] if another process works on a job,
    /// [`StoreError::NoRatings`](crate::StoreError::NoRatings) before the first import;
    /// [`JobError::Over`] if the job to go on with is over, or cannot be gone on with.
    pub async fn begin_fit(&self, request: &FitRequest) -> Result<HeldJob, JobError> {
        self.answered(async {
            let file = self.database.file();
            let mut writing = match self.database.writing_soon().await {
                // Who writes for long may be the holder.
                Err(fault) if fault.is_busy() => {
                    let mut reading = self.database.reading().await?;
                    lease_of(&mut reading, file).await?.expect_free()?;
                    return Err(fault.into());
                }
                writing => writing?,
            };
            let lease = lease_of(&mut writing, file).await?;
            lease.expect_free()?;
            let former = match lease.life {
                Life::Gone => Former::Gone(lease.fence),
                Life::Alive | Life::Unknown => Former::Unknown,
            };
            end_asked(&mut writing).await?;
            let product = Product {
                kind: ModelKind::Neighbours,
                side: request.parameters.side(),
                parameters: serde_json::to_string(&request.parameters).unwrap_or_default(),
            };
            let found = resumable(&mut writing, &product, &lease).await?;
            let id = match (found, request.go_on_with) {
                (Some(id), None) => id,
                (None, None) => insert(&mut writing, &product).await?,
                (Some(id), Some(wanted)) if id == wanted => id,
                (_, Some(wanted)) => {
                    let JobInfo { id, state, .. } = job(&mut writing, wanted, file).await?;
                    // That it can never be gone on with is kept, and whoever was silent is told.
                    lease::release(&mut writing, lease.fence).await?;
                    writing.commit().await?;
                    return Err(JobError::Over { id, state }.into());
                }
            };
            jobs::start(&mut writing, id).await?;
            let fence = lease::take(&mut writing, id, &request.holder).await?;
            let info = job(&mut writing, id, file).await?;
            // Before the lease is: a holder that is killed at once is known to be gone.
            let sign = Sign::show(file, fence, former);
            writing.commit().await?;
            Ok(HeldJob { store: self.clone(), fence, info, sign, stands: Mutex::default() })
        })
        .await
    }
}

/// Ends the jobs whose holders were asked to, and died first.
async fn end_asked(connection: &mut Connection) -> Result<(), Fault> {
    for id in jobs::cancel_asked(connection).await? {
        end_cancelled(connection, id).await?;
    }
    Ok(())
}

/// The unfinished job of a product, if its ratings can still be told and what came since can be
/// followed. Others of this product are over.
async fn resumable(
    connection: &mut Connection,
    product: &Product,
    lease: &Lease,
) -> Result<Option<JobId>, Fault> {
    let mut found = None;
    for info in jobs::unfinished(connection, product, lease).await? {
        if found.is_none() && can_go_on(connection, &info).await? {
            found = Some(info.id);
        } else {
            give_up(connection, info.id).await?;
        }
    }
    Ok(found)
}

async fn can_go_on(connection: &mut Connection, info: &JobInfo) -> Result<bool, Fault> {
    let packed = snapshots::newest(connection, info.sequence as i64).await?;
    let now = changes::current(connection).await?;
    let Some(packed) = packed else { return Ok(false) };
    // From the packed copy to the job's ratings, and from those to the present.
    changes::is_followable(connection, packed, now).await
}

async fn give_up(connection: &mut Connection, id: JobId) -> Result<(), Fault> {
    let why = "interrupted, and the ratings changed too much to go on";
    jobs::end(connection, id, JobState::Failed, Some(why)).await?;
    checkpoints::clear(connection, id).await
}

/// A new job on the ratings as they are.
async fn insert(connection: &mut Connection, product: &Product) -> Result<JobId, Fault> {
    let data_set = data_set::read(connection).await?;
    data_set.scale()?;
    jobs::insert(connection, product, &data_set.state()).await
}
