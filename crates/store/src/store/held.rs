//! Operations of the holder of the lease. Each write first checks that this process still holds it.

use super::begin::restart;
use super::jobs::{end_cancelled, job};
use super::models::prune;
use super::save::save_in;
use crate::error::{JobError, StoreError};
use crate::fault::{Failure, Fault};
use crate::job::{HeartbeatResponse, Interruption, JobInfo, JobState, Saved};
use crate::liveness::LivenessLock;
use crate::model::{AnyNewModel, SaveProgress};
use crate::sqlite::jobs::CompletedWork;
use crate::sqlite::{Connection, Transaction, checkpoints, jobs, lease};
use crate::store::Store;
use likemind::Progress;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A job whose lease this process holds. After a drop without an ending, another process can take
/// it over.
#[derive(Debug)]
pub struct HeldJob {
    pub(super) store: Store,
    pub(super) fence: i64,
    pub(super) info: JobInfo,
    pub(super) starts_again: bool,
    pub(super) lock: LivenessLock,
    /// The progress from which the job would resume, once known.
    pub(super) resume_point: Mutex<Option<Progress>>,
}

impl HeldJob {
    /// Returns the job as it was when this run started.
    pub fn info(&self) -> &JobInfo {
        &self.info
    }

    /// Whether the work of earlier runs was discarded, because the ratings have changed since in a way
    /// that cannot be followed: an import, or a forgotten user.
    pub fn starts_again(&self) -> bool {
        self.starts_again
    }

    /// Discards the work of the job and moves it to the current ratings. Use it if the ratings that it
    /// started with are [gone](Store::matrix_at): a user was forgotten right after its start, say.
    ///
    /// # Errors
    /// [`JobError::LeaseLost`] if another process took over the job.
    pub async fn start_again(&mut self) -> Result<(), JobError> {
        let work = async {
            let mut tx = self.begin_write().await?;
            restart(&mut tx, self.info.id).await?;
            let info = job(&mut tx, self.info.id, self.store.database.file()).await?;
            tx.commit().await?;
            Ok(info)
        };
        self.info = self.store.run_operation(work).await?;
        (self.starts_again, self.resume_point) = (true, Mutex::default());
        Ok(())
    }

    /// Updates the lock file, a heartbeat that does not need the database; call it about every
    /// second. Other processes then wait for this one even if a third process prevents it from
    /// writing a [heartbeat](Self::heartbeat) for a long time.
    pub fn touch_lock(&self) {
        self.lock.touch();
    }

    /// Begins a write transaction and renews the lease in it.
    async fn begin_write(&self) -> Result<Transaction, Failure<JobError>> {
        let mut tx = self.store.database.try_begin_write().await?;
        lease::renew(&mut tx, self.info.id, self.fence).await?;
        Ok(tx)
    }

    /// Renews the lease; call it every few seconds. Also stores the progress of the job and the
    /// duration of this run in seconds.
    ///
    /// # Errors
    /// [`JobError::LeaseLost`] if another process took over the job: this one must stop.
    pub async fn heartbeat(
        &self,
        progress: Option<Progress>,
        seconds: f64,
    ) -> Result<HeartbeatResponse, JobError> {
        let work = async {
            let mut tx = self.begin_write().await?;
            if let Some(progress) = progress {
                self.write_progress(&mut tx, &progress, seconds).await?;
            }
            let cancel = self.is_cancel_requested(&mut tx).await?;
            tx.commit().await?;
            Ok(if cancel { HeartbeatResponse::Cancel } else { HeartbeatResponse::Continue })
        };
        self.store.run_operation(work).await
    }

    async fn is_cancel_requested(&self, connection: &mut Connection) -> Result<bool, Fault> {
        jobs::is_cancel_requested(connection, self.info.id).await
    }

    /// Stores the progress from which the job would resume: that of the last checkpoint, not of the
    /// last heartbeat.
    async fn write_resume_point(&self, connection: &mut Connection) -> Result<(), Fault> {
        let JobInfo { id, tiles_done, pairs_done, work_done, .. } = self.info;
        let before = CompletedWork { tiles: tiles_done, pairs: pairs_done, work: work_done };
        let now = |p: Progress| CompletedWork {
            tiles: p.tiles_done as u64,
            pairs: p.pairs_done,
            work: p.work_done,
        };
        let done = self.resume_point().map_or(before, now);
        jobs::write_done(connection, id, done).await
    }

    async fn write_progress(
        &self,
        connection: &mut Connection,
        progress: &Progress,
        seconds: f64,
    ) -> Result<(), Fault> {
        let seconds = self.info.seconds + seconds;
        jobs::write_progress(connection, self.info.id, progress, seconds).await
    }

    /// Returns the saved checkpoints, ordered by number.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn checkpoints(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        let all = async {
            checkpoints::all(&mut *self.store.database.begin_read().await?, self.info.id).await
        };
        self.store.run(all).await
    }

    /// Saves a checkpoint and its progress, replacing all checkpoints with the same or a higher
    /// number. Returns how long the write took, not counting the wait for other processes.
    ///
    /// # Errors
    /// [`JobError::LeaseLost`] if another process took over the job.
    pub async fn save_checkpoint(
        &self,
        number: u32,
        bytes: &[u8],
        progress: Progress,
    ) -> Result<Duration, JobError> {
        let work = async {
            let mut tx = self.begin_write().await?;
            let begun = Instant::now();
            checkpoints::write(&mut tx, self.info.id, number, bytes).await?;
            tx.commit().await?;
            self.set_resume_point(progress);
            Ok(begun.elapsed())
        };
        self.store.run_operation(work).await
    }

    /// Sets the progress with which this run started, from which the job would resume until a
    /// checkpoint is saved.
    pub fn set_resume_point(&self, progress: Progress) {
        *self.resume_point() = Some(progress);
    }

    /// Returns the share of work that is done at the point from which the job would resume, 0 to 1.
    pub fn resume_share(&self) -> f64 {
        self.resume_point().map_or(self.info.work_done, |point| point.work_done)
    }

    fn resume_point(&self) -> MutexGuard<'_, Option<Progress>> {
        self.resume_point.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Saves and activates the model, ends the job and releases the lease, all in one transaction.
    /// At most `keep` models of the kind and side are kept (at least the new one): the new one, the
    /// previously active one, and then the newest. If the job was cancelled in the meantime, it
    /// ends as cancelled, without saving or deleting a model.
    ///
    /// # Errors
    /// [`JobError::Ended`] if the job was cancelled, [`JobError::LeaseLost`] if another process took
    /// it over; otherwise as for [`save_model`](Store::save_model).
    pub async fn finish<'a>(
        &self,
        new: impl Into<AnyNewModel<'a>>,
        keep: usize,
        progress: Option<Progress>,
        saving: &mut (dyn FnMut(SaveProgress) + Send),
    ) -> Result<Saved, JobError> {
        let new = new.into();
        let work = async {
            let mut tx = self.begin_write().await?;
            if self.is_cancel_requested(&mut tx).await? {
                end_cancelled(&mut tx, self.info.id).await?;
                self.release_and_commit(tx).await?;
                let (id, state) = (self.info.id, JobState::Cancelled);
                return Err(JobError::Ended { id, state }.into());
            }
            // Prune first, so that the new model can reuse the freed pages.
            let (kind, side) = (new.spec().kind(), new.spec().side());
            let pruned = prune(&mut tx, kind, side, keep.saturating_sub(1)).await?;
            let model = save_in(&mut tx, new, saving).await.map_err(Failure::within)?;
            if let Some(progress) = progress {
                let seconds = new.seconds() - self.info.seconds;
                self.write_progress(&mut tx, &progress, seconds).await?;
            }
            jobs::end(&mut tx, self.info.id, JobState::Done, None).await?;
            jobs::set_model(&mut tx, self.info.id, model).await?;
            self.release_and_commit(tx).await?;
            Ok(Saved { model, pruned })
        };
        self.store.run_operation(work).await
    }

    /// Returns the result of an abandoned call of [`finish`](Self::finish), whose transaction may
    /// have been committed. The deleted models are not known and are left out.
    ///
    /// # Errors
    /// As for [`finish`](Self::finish), and [`JobError::LeaseLost`] if the job is neither done nor
    /// cancelled.
    pub async fn outcome(&self) -> Result<Saved, JobError> {
        let JobInfo { id, state, model, .. } = self.store.job(self.info.id).await?;
        match (state, model) {
            (JobState::Done, Some(model)) => {
                self.lock.remove();
                Ok(Saved { model, pruned: Vec::new() })
            }
            (JobState::Cancelled, _) => {
                self.lock.remove();
                Err(JobError::Ended { id, state })
            }
            _ => Err(JobError::LeaseLost { job: id }),
        }
    }

    /// Deletes the checkpoints, releases the lease, and commits.
    async fn release_and_commit(&self, mut tx: Transaction) -> Result<(), Fault> {
        checkpoints::clear(&mut tx, self.info.id).await?;
        lease::release(&mut tx, self.fence).await?;
        tx.commit().await?;
        self.lock.remove();
        Ok(())
    }

    /// Ends the job as failed, with an error message.
    ///
    /// # Errors
    /// [`JobError::LeaseLost`] if another process took over the job.
    pub async fn fail(&self, error: &str) -> Result<(), JobError> {
        self.end(JobState::Failed, Some(error)).await
    }

    /// Ends the job as cancelled.
    ///
    /// # Errors
    /// [`JobError::LeaseLost`] if another process took over the job.
    pub async fn cancel(&self) -> Result<(), JobError> {
        self.end(JobState::Cancelled, None).await
    }

    async fn end(&self, state: JobState, error: Option<&str>) -> Result<(), JobError> {
        let work = async {
            let mut tx = self.begin_write().await?;
            jobs::end(&mut tx, self.info.id, state, error).await?;
            Ok(self.release_and_commit(tx).await?)
        };
        self.store.run_operation(work).await
    }

    /// Releases the lease without ending the job, and stores `left`, if given, in addition to what
    /// was saved before. The next run with the same parameters resumes from the last checkpoint. If
    /// the job was cancelled in the meantime, it ends as cancelled.
    ///
    /// # Errors
    /// [`JobError::LeaseLost`] if another process took over the job.
    pub async fn interrupt(&self, left: Option<Interruption<'_>>) -> Result<JobInfo, JobError> {
        let work = async {
            let mut tx = self.begin_write().await?;
            if self.is_cancel_requested(&mut tx).await? {
                end_cancelled(&mut tx, self.info.id).await?;
            } else {
                self.write_interruption(&mut tx, left).await?;
                jobs::queue(&mut tx, self.info.id).await?;
            }
            lease::release(&mut tx, self.fence).await?;
            let info = job(&mut tx, self.info.id, self.store.database.file()).await?;
            tx.commit().await?;
            self.lock.remove();
            Ok(info)
        };
        self.store.run_operation(work).await
    }

    async fn write_interruption(
        &self,
        connection: &mut Connection,
        left: Option<Interruption<'_>>,
    ) -> Result<(), Fault> {
        if let Some(left) = left {
            self.write_progress(connection, &left.progress, left.seconds).await?;
            if let Some((number, bytes)) = left.checkpoint {
                // The progress just written is that of this checkpoint.
                return checkpoints::write(connection, self.info.id, number, bytes).await;
            }
        }
        self.write_resume_point(connection).await
    }
}
