//! What the holder of the lease writes. Every write begins by making sure that it still is.

use super::lease::{self, drop_checkpoints};
use super::sign::Sign;
use super::{JobInfo, JobState, end_cancelled, job};
use crate::error::{Fault, StoreError};
use crate::matrix::PART_BYTES;
use crate::models::{ModelId, NewModel, SaveProgress, prune, save_in};
use crate::open::Store;
use likemind::Progress;
use sqlx::{Row, Sqlite, SqliteConnection, Transaction};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A checkpoint's parts are numbered from its own number times this: more than there are of any.
const PARTS: i64 = 1 << 20;

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

/// What a holder is told at a heartbeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orders {
    /// Nothing new.
    GoOn,
    /// A person cancelled the job.
    Cancel,
}

/// What a job that is done left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Its model, active now.
    pub model: ModelId,
    /// The models that were deleted for it, oldest first.
    pub pruned: Vec<ModelId>,
}

/// How a run leaves a job that is to go on later.
#[derive(Clone, Copy, Debug)]
pub struct Left<'a> {
    /// How far it came.
    pub progress: Progress,
    /// How many seconds it took.
    pub seconds: f64,
    /// A last checkpoint, as its number and its bytes, if there is more than was saved before.
    pub checkpoint: Option<(u32, &'a [u8])>,
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
    async fn writing(&self) -> Result<Transaction<'static, Sqlite>, Fault> {
        let mut writing = self.store.writing_soon().await?;
        lease::renew(&mut writing, self.info.id, self.fence).await?;
        Ok(writing)
    }

    /// A sign of life, due every few seconds, with how far the job is and how many seconds this run
    /// has taken.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] if another process took the job over: this one must stop.
    pub async fn heartbeat(
        &self,
        progress: Option<Progress>,
        seconds: f64,
    ) -> Result<Orders, StoreError> {
        let named = async {
            let mut writing = self.writing().await?;
            if let Some(progress) = progress {
                self.write_progress(&mut writing, &progress, seconds).await?;
            }
            let asked = self.is_cancel_asked(&mut writing).await?;
            writing.commit().await?;
            Ok(if asked { Orders::Cancel } else { Orders::GoOn })
        };
        self.store.named(named).await
    }

    async fn is_cancel_asked(&self, connection: &mut SqliteConnection) -> Result<bool, Fault> {
        let asked = sqlx::query_scalar("SELECT cancel_requested FROM jobs WHERE id = ?");
        Ok(asked.bind(self.info.id.0).fetch_one(connection).await?)
    }

    /// Where whoever goes on begins: at the last checkpoint, not where the last sign of life was given.
    async fn write_where_it_stands(&self, connection: &mut SqliteConnection) -> Result<(), Fault> {
        let JobInfo { id, tiles_done, pairs_done, work_done, .. } = self.info;
        let before = (tiles_done, pairs_done, work_done);
        let now = |p: Progress| (p.tiles_done as u64, p.pairs_done, p.work_done);
        let (tiles_done, pairs_done, work_done) = self.stands().map_or(before, now);
        let update = "UPDATE jobs SET tiles_done = ?, pairs_done = ?, work_done = ? WHERE id = ?";
        sqlx::query(update)
            .bind(tiles_done as i64)
            .bind(pairs_done as i64)
            .bind(work_done)
            .bind(id.0)
            .execute(connection)
            .await?;
        Ok(())
    }

    async fn write_progress(
        &self,
        connection: &mut SqliteConnection,
        progress: &Progress,
        seconds: f64,
    ) -> Result<(), Fault> {
        let update = "UPDATE jobs SET tiles = ?, tiles_done = ?, pairs = ?, pairs_done = ?, \
                      work_done = ?, seconds = ? WHERE id = ?";
        sqlx::query(update)
            .bind(progress.tiles as i64)
            .bind(progress.tiles_done as i64)
            .bind(progress.pairs as i64)
            .bind(progress.pairs_done as i64)
            .bind(progress.work_done)
            .bind(self.info.seconds + seconds)
            .bind(self.info.id.0)
            .execute(connection)
            .await?;
        Ok(())
    }

    /// The checkpoints that were saved, in the order of their numbers.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn checkpoints(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        let named = async {
            let mut reading = self.store.reading().await?;
            let last = sqlx::query_scalar("SELECT max(part) FROM checkpoint_parts WHERE job = ?");
            let last: Option<i64> = last.bind(self.info.id.0).fetch_one(&mut *reading).await?;
            let mut checkpoints = Vec::new();
            for first in (0..=last.unwrap_or(-1)).step_by(PARTS as usize) {
                let parts = sqlx::query(
                    "SELECT bytes FROM checkpoint_parts \
                     WHERE job = ? AND part >= ? AND part < ? ORDER BY part",
                );
                let parts = parts.bind(self.info.id.0).bind(first).bind(first + PARTS);
                let mut bytes = Vec::new();
                for row in parts.fetch_all(&mut *reading).await? {
                    bytes.extend_from_slice(row.try_get(0)?);
                }
                checkpoints.push(bytes);
            }
            Ok(checkpoints)
        };
        self.store.named(named).await
    }

    /// Saves a checkpoint, in place of those of its number and above, and how far it is: where the job
    /// stands if it is left unfinished. Returns how long that took once no other process wrote.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] if another process took the job over.
    pub async fn save_checkpoint(
        &self,
        number: u32,
        bytes: &[u8],
        progress: Progress,
    ) -> Result<Duration, StoreError> {
        let named = async {
            let mut writing = self.writing().await?;
            let begun = Instant::now();
            self.write_checkpoint(&mut writing, number, bytes).await?;
            writing.commit().await?;
            self.stands_at(progress);
            Ok(begun.elapsed())
        };
        self.store.named(named).await
    }

    async fn write_checkpoint(
        &self,
        connection: &mut SqliteConnection,
        number: u32,
        bytes: &[u8],
    ) -> Result<(), Fault> {
        let first = i64::from(number) * PARTS;
        sqlx::query("DELETE FROM checkpoint_parts WHERE job = ? AND part >= ?")
            .bind(self.info.id.0)
            .bind(first)
            .execute(&mut *connection)
            .await?;
        for (part, chunk) in (first..).zip(bytes.chunks(PART_BYTES)) {
            sqlx::query("INSERT INTO checkpoint_parts (job, part, bytes) VALUES (?, ?, ?)")
                .bind(self.info.id.0)
                .bind(part)
                .bind(chunk)
                .execute(&mut *connection)
                .await?;
        }
        Ok(())
    }

    /// Where this run began: there the job stands until a checkpoint is saved.
    pub(crate) fn stands_at(&self, progress: Progress) {
        *self.stands() = Some(progress);
    }

    /// How much of its work whoever goes on finds done, 0 to 1.
    pub(crate) fn stands_at_share(&self) -> f64 {
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
    /// [`StoreError::JobOver`] if it was cancelled, [`StoreError::LeaseLost`] if another process took
    /// it over; as [`save_model`](Store::save_model).
    pub async fn finish(
        &self,
        new: NewModel<'_>,
        keep: usize,
        progress: Option<Progress>,
        saving: &mut (dyn FnMut(SaveProgress) + Send),
    ) -> Result<Saved, StoreError> {
        let named = async {
            let mut writing = self.writing().await?;
            if self.is_cancel_asked(&mut writing).await? {
                end_cancelled(&mut writing, self.info.id).await?;
                self.let_go(writing).await?;
                let (id, state) = (self.info.id, JobState::Cancelled);
                return Err(StoreError::JobOver { id, state }.into());
            }
            // First, so that the new one has the room of those that go.
            let pruned = prune(&mut writing, new.index.side(), keep.saturating_sub(1)).await?;
            let model = save_in(&mut writing, new, saving).await?;
            if let Some(progress) = progress {
                let seconds = new.seconds - self.info.seconds;
                self.write_progress(&mut writing, &progress, seconds).await?;
            }
            let done = "UPDATE jobs SET state = 'done', ended_at = unixepoch(), model = ? \
                        WHERE id = ?";
            let done = sqlx::query(done).bind(model.0).bind(self.info.id.0);
            done.execute(&mut *writing).await?;
            self.let_go(writing).await?;
            Ok(Saved { model, pruned })
        };
        self.store.named(named).await
    }

    /// What [`finish`](Self::finish) did if it was given up: its transaction may have been committed
    /// by then.
    ///
    /// Which models went is not known then.
    pub(crate) async fn outcome(&self) -> Result<Saved, StoreError> {
        let JobInfo { id, state, model, .. } = self.store.job(self.info.id).await?;
        match (state, model) {
            (JobState::Done, Some(model)) => {
                self.sign.take_down();
                Ok(Saved { model, pruned: Vec::new() })
            }
            (JobState::Cancelled, _) => {
                self.sign.take_down();
                Err(StoreError::JobOver { id, state })
            }
            _ => Err(StoreError::LeaseLost { job: id }),
        }
    }

    /// Drops the checkpoint, gives the lease back, and commits.
    async fn let_go(&self, mut writing: Transaction<'static, Sqlite>) -> Result<(), Fault> {
        drop_checkpoints(&mut writing, self.info.id).await?;
        lease::release(&mut writing, self.fence).await?;
        writing.commit().await?;
        self.sign.take_down();
        Ok(())
    }

    /// Ends the job with what went wrong.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] if another process took the job over.
    pub async fn fail(&self, error: &str) -> Result<(), StoreError> {
        self.end(JobState::Failed, Some(error)).await
    }

    /// Ends the job as cancelled.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] if another process took the job over.
    pub async fn cancelled(&self) -> Result<(), StoreError> {
        self.end(JobState::Cancelled, None).await
    }

    async fn end(&self, state: JobState, error: Option<&str>) -> Result<(), StoreError> {
        let named = async {
            let mut writing = self.writing().await?;
            let end = "UPDATE jobs SET state = ?, ended_at = unixepoch(), error = ? WHERE id = ?";
            let end = sqlx::query(end).bind(state.name()).bind(error).bind(self.info.id.0);
            end.execute(&mut *writing).await?;
            self.let_go(writing).await
        };
        self.store.named(named).await
    }

    /// Gives the lease back with the job unfinished, and how the run leaves it, if there is more to
    /// say than was saved last: the next one of the same parameters goes on where the last checkpoint
    /// was made. A job that a person has cancelled by then is over.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] if another process took the job over.
    pub async fn interrupted(&self, left: Option<Left<'_>>) -> Result<JobInfo, StoreError> {
        let named = async {
            let mut writing = self.writing().await?;
            if self.is_cancel_asked(&mut writing).await? {
                end_cancelled(&mut writing, self.info.id).await?;
            } else {
                self.write_left(&mut writing, left).await?;
                let queue = sqlx::query("UPDATE jobs SET state = 'queued' WHERE id = ?");
                queue.bind(self.info.id.0).execute(&mut *writing).await?;
            }
            lease::release(&mut writing, self.fence).await?;
            let info = job(&mut writing, self.info.id, self.store.file()).await?;
            writing.commit().await?;
            self.sign.take_down();
            Ok(info)
        };
        self.store.named(named).await
    }

    async fn write_left(
        &self,
        connection: &mut SqliteConnection,
        left: Option<Left<'_>>,
    ) -> Result<(), Fault> {
        if let Some(left) = left {
            self.write_progress(connection, &left.progress, left.seconds).await?;
            if let Some((number, bytes)) = left.checkpoint {
                // It stands where that was written.
                return self.write_checkpoint(connection, number, bytes).await;
            }
        }
        self.write_where_it_stands(connection).await
    }
}
