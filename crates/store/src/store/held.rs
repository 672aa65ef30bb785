//! What the holder of the lease writes. Every write begins by making sure that it still is.

use super::jobs::{end_cancelled, job};
use super::models::prune;
use super::save::save_in;
use crate::error::{JobError, StoreError};
use crate::fault::{Failure, Fault};
use crate::job::{JobInfo, JobState, Left, Orders, Saved};
use crate::model::{ModelKind, NewModel, SaveProgress};
use crate::sign::Sign;
use crate::sqlite::jobs::Done;
use crate::sqlite::{Connection, Transaction, checkpoints, jobs, lease};
use crate::store::Store;
use likemind::Progress;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A job whose lease this process holds. Dropped, it is left to whoever comes next.
#[derive(Debug)]
pub struct HeldJob {
    pub(super) store: Store,
    pub(super) fence: i64,
    pub(super) info: JobInfo,
    pub(super) sign: Sign,
    /// Where whoever goes on will begin, once that is known.
    pub(super) stands: Mutex<Option<Progress>>,
}

impl HeldJob {
    /// The job as it was when it was begun.
    pub fn info(&self) -> &JobInfo {
        &self.info
    }

    /// A sign of life that needs no database, due every second or so: others then wait for this
    /// process, however long a third one keeps it from writing a [heartbeat](Self::heartbeat).
    pub fn show_life(&self) {
        self.sign.touch();
    }

    /// A transaction of the holder.
    async fn writing(&self) -> Result<Transaction, Failure<JobError>> {
        let mut writing = self.store.database.writing_soon().await?;
        lease::renew(&mut writing, self.info.id, self.fence).await?;
        Ok(writing)
    }

    /// A sign of life, due every few seconds, with how far the job is and how many seconds this run
    /// has taken.
    ///
    /// # Errors
    /// [`JobError::LeaseLost`] if another process took the job over: this one must stop.
    pub async fn heartbeat(
        &self,
        progress: Option<Progress>,
        seconds: f64,
    ) -> Result<Orders, JobError> {
        let work = async {
            let mut writing = self.writing().await?;
            if let Some(progress) = progress {
                self.write_progress(&mut writing, &progress, seconds).await?;
            }
            let asked = self.is_cancel_asked(&mut writing).await?;
            writing.commit().await?;
            Ok(if asked { Orders::Cancel } else { Orders::GoOn })
        };
        self.store.answered(work).await
    }

    async fn is_cancel_asked(&self, connection: &mut Connection) -> Result<bool, Fault> {
        jobs::is_cancel_asked(connection, self.info.id).await
    }

    /// Where whoever goes on begins: at the last checkpoint, not where the last sign of life was given.
    async fn write_where_it_stands(&self, connection: &mut Connection) -> Result<(), Fault> {
        let JobInfo { id, tiles_done, pairs_done, work_done, .. } = self.info;
        let before = Done { tiles: tiles_done, pairs: pairs_done, work: work_done };
        let now = |p: Progress| Done {
            tiles: p.tiles_done as u64,
            pairs: p.pairs_done,
            work: p.work_done,
        };
        let done = self.stands().map_or(before, now);
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

    /// The checkpoints that were saved, in the order of their numbers.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn checkpoints(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        let all = async {
            checkpoints::all(&mut *self.store.database.reading().await?, self.info.id).await
        };
        self.store.named(all).await
    }

    /// Saves a checkpoint, in place of those of its number and above, and how far it is: where the job
    /// stands if it is left unfinished. Returns how long that took once no other process wrote.
    ///
    /// # Errors
    /// [`JobError::LeaseLost`] if another process took the job over.
    pub async fn save_checkpoint(
        &self,
        number: u32,
        bytes: &[u8],
        progress: Progress,
    ) -> Result<Duration, JobError> {
        let work = async {
            let mut writing = self.writing().await?;
            let begun = Instant::now();
            checkpoints::write(&mut writing, self.info.id, number, bytes).await?;
            writing.commit().await?;
            self.stands_at(progress);
            Ok(begun.elapsed())
        };
        self.store.answered(work).await
    }

    /// Says where this run began: there the job stands until a checkpoint is saved.
    pub fn stands_at(&self, progress: Progress) {
        *self.stands() = Some(progress);
    }

    /// How much of its work whoever goes on finds done, 0 to 1.
    pub fn stands_at_share(&self) -> f64 {
        self.stands().map_or(self.info.work_done, |stands| stands.work_done)
    }

    fn stands(&self) -> MutexGuard<'_, Option<Progress>> {
        self.stands.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Saves the model and makes it the active one, ends the job, and gives the lease back, all in
    /// one transaction. Of the side's models, `keep` stay: the new one, the one that was active, and
    /// then the newest; at least the new one does. A job that a person has cancelled by then ends as
    /// cancelled, without a model, and deletes none.
    ///
    /// # Errors
    /// [`JobError::Over`] if it was cancelled, [`JobError::LeaseLost`] if another process took
    /// it over; as [`save_model`](Store::save_model).
    pub async fn finish(
        &self,
        new: NewModel<'_>,
        keep: usize,
        progress: Option<Progress>,
        saving: &mut (dyn FnMut(SaveProgress) + Send),
    ) -> Result<Saved, JobError> {
        let work = async {
            let mut writing = self.writing().await?;
            if self.is_cancel_asked(&mut writing).await? {
                end_cancelled(&mut writing, self.info.id).await?;
                self.let_go(writing).await?;
                let (id, state) = (self.info.id, JobState::Cancelled);
                return Err(JobError::Over { id, state }.into());
            }
            // First, so that the new one has the room of those that go.
            let (kind, side) = (ModelKind::Neighbours, new.index.side());
            let pruned = prune(&mut writing, kind, side, keep.saturating_sub(1)).await?;
            let model = save_in(&mut writing, new, saving).await.map_err(Failure::within)?;
            if let Some(progress) = progress {
                let seconds = new.seconds - self.info.seconds;
                self.write_progress(&mut writing, &progress, seconds).await?;
            }
            jobs::end(&mut writing, self.info.id, JobState::Done, None).await?;
            jobs::made(&mut writing, self.info.id, model).await?;
            self.let_go(writing).await?;
            Ok(Saved { model, pruned })
        };
        self.store.answered(work).await
    }

    /// What [`finish`](Self::finish) did if it was given up: its transaction may have been committed
    /// by then. Which models went is not known.
    ///
    /// # Errors
    /// As [`finish`](Self::finish); [`JobError::LeaseLost`] if the job is neither done nor cancelled.
    pub async fn outcome(&self) -> Result<Saved, JobError> {
        let JobInfo { id, state, model, .. } = self.store.job(self.info.id).await?;
        match (state, model) {
            (JobState::Done, Some(model)) => {
                self.sign.take_down();
                Ok(Saved { model, pruned: Vec::new() })
            }
            (JobState::Cancelled, _) => {
                self.sign.take_down();
                Err(JobError::Over { id, state })
            }
            _ => Err(JobError::LeaseLost { job: id }),
        }
    }

    /// Drops the checkpoint, gives the lease back, and commits.
    async fn let_go(&self, mut writing: Transaction) -> Result<(), Fault> {
        checkpoints::clear(&mut writing, self.info.id).await?;
        lease::release(&mut writing, self.fence).await?;
        writing.commit().await?;
        self.sign.take_down();
        Ok(())
    }

    /// Ends the job with what went wrong.
    ///
    /// # Errors
    /// [`JobError::LeaseLost`] if another process took the job over.
    pub async fn fail(&self, error: &str) -> Result<(), JobError> {
        self.end(JobState::Failed, Some(error)).await
    }

    /// Ends the job as cancelled.
    ///
    /// # Errors
    /// [`JobError::LeaseLost`] if another process took the job over.
    pub async fn cancelled(&self) -> Result<(), JobError> {
        self.end(JobState::Cancelled, None).await
    }

    async fn end(&self, state: JobState, error: Option<&str>) -> Result<(), JobError> {
        let work = async {
            let mut writing = self.writing().await?;
            jobs::end(&mut writing, self.info.id, state, error).await?;
            Ok(self.let_go(writing).await?)
        };
        self.store.answered(work).await
    }

    /// Gives the lease back with the job unfinished, and how the run leaves it, if there is more to
    /// say than was saved last: the next one of the same parameters goes on where the last checkpoint
    /// was made. A job that a person has cancelled by then is over.
    ///
    /// # Errors
    /// [`JobError::LeaseLost`] if another process took the job over.
    pub async fn interrupted(&self, left: Option<Left<'_>>) -> Result<JobInfo, JobError> {
        let work = async {
            let mut writing = self.writing().await?;
            if self.is_cancel_asked(&mut writing).await? {
                end_cancelled(&mut writing, self.info.id).await?;
            } else {
                self.write_left(&mut writing, left).await?;
                jobs::queue(&mut writing, self.info.id).await?;
            }
            lease::release(&mut writing, self.fence).await?;
            let info = job(&mut writing, self.info.id, self.store.database.file()).await?;
            writing.commit().await?;
            self.sign.take_down();
            Ok(info)
        };
        self.store.answered(work).await
    }

    async fn write_left(
        &self,
        connection: &mut Connection,
        left: Option<Left<'_>>,
    ) -> Result<(), Fault> {
        if let Some(left) = left {
            self.write_progress(connection, &left.progress, left.seconds).await?;
            if let Some((number, bytes)) = left.checkpoint {
                // It stands where that was written.
                return checkpoints::write(connection, self.info.id, number, bytes).await;
            }
        }
        self.write_where_it_stands(connection).await
    }
}
