//! Computing all tiles under an observer's eyes.

use super::recall::{NotRecalled, Recall};
use super::{AllPairs, Observer, Progress, RunError, Tile};
use crate::neighbours::NeighbourIndex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

impl AllPairs<'_> {
    /// Computes and merges all tiles in the present rayon pool, but for those merged already, and
    /// finishes.
    ///
    /// The observer hears of every tile, is asked between tiles whether to stop and whether a
    /// checkpoint is due, and is given one when it is.
    ///
    /// # Errors
    /// As [`run_tiles`](Self::run_tiles).
    pub fn run(self, observer: &dyn Observer) -> Result<NeighbourIndex, RunError> {
        self.run_tiles(observer)?;
        Ok(self.finish())
    }

    /// As [`run`](Self::run), but does not finish, so that after a cancellation a last
    /// [`checkpoint`](Self::checkpoint) can be made.
    ///
    /// Where it goes on from a checkpoint, tiles come first: until the observer has a further checkpoint,
    /// or as much was computed as [`recall`](Self::recall) will take. So a computation that is
    /// stopped every few seconds still ends.
    ///
    /// # Errors
    /// [`RunError::Cancelled`] if the observer said so, [`RunError::Checkpoint`] as
    /// [`recall`](Self::recall).
    pub fn run_tiles(&self, observer: &dyn Observer) -> Result<(), RunError> {
        let watched = Watched { observer, tally: Mutex::new(self.done_before()) };
        watched.tell(|_| ());
        if self.kept().is_some() {
            let to_recall = watched.look(|tally| tally.to_recall);
            let is_enough = |done: Done| done.checkpoint || done.work >= to_recall;
            self.run_until(&watched, &is_enough)?;
            self.recall_watched(&watched)?;
        }
        self.run_until(&watched, &|_| false)
    }

    /// Computes again how similar the rows are that the lists keep from a checkpoint; nothing to do
    /// without one. A small part of the whole computation's time, in the present rayon pool.
    ///
    /// # Errors
    /// [`RunError::Cancelled`] if the observer said so: a [`checkpoint`](Self::checkpoint) can still
    /// be made. [`RunError::Checkpoint`] if two of the rows have no similarity, or a list has turned
    /// away who belongs there: it was no checkpoint of this computation, and nothing should be
    /// computed with this any more.
    pub fn recall(&self, observer: &dyn Observer) -> Result<(), RunError> {
        self.recall_watched(&Watched { observer, tally: Mutex::new(self.done_before()) })
    }

    fn recall_watched(&self, watched: &Watched<'_>) -> Result<(), RunError> {
        if let Some(kept) = &*self.kept() {
            let Self { similarities, order, layout, lists, .. } = self;
            let recall = Recall { similarities, order, layout, lists };
            let part = watched.look(|tally| tally.to_recall) / kept.len().max(1) as f64;
            let done = |pairs: usize| {
                watched.tell(|tally| tally.work += pairs as f64 * part);
                !watched.observer.is_cancelled()
            };
            recall.run(kept, &done).map_err(|not| match not {
                NotRecalled::Cancelled => RunError::Cancelled,
                NotRecalled::Unfit(error) => error.into(),
            })?;
        }
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }

    /// Computes and merges tiles that are not merged yet, until it is enough.
    fn run_until(
        &self,
        watched: &Watched<'_>,
        is_enough: &(dyn Fn(Done) -> bool + Sync),
    ) -> Result<(), RunError> {
        let to_do: Vec<usize> =
            (0..self.tiles().len()).filter(|&t| !self.merged[t].load(Ordering::Relaxed)).collect();
        let (next, enough) = (AtomicUsize::new(0), AtomicBool::new(false));
        let cancelled = AtomicBool::new(false);
        let observer = watched.observer;
        // Every thread takes the next tile in order: the heavy rows come first, whose pairs set
        // high bars for the rest, and the last tiles are the lightest.
        rayon::broadcast(|_| {
            while !enough.load(Ordering::Relaxed)
                && let Some(&place) = to_do.get(next.fetch_add(1, Ordering::Relaxed))
            {
                if observer.is_cancelled() {
                    cancelled.store(true, Ordering::Relaxed);
                }
                if cancelled.load(Ordering::Relaxed) {
                    return;
                }
                let tile = &self.tiles()[place];
                self.merge(self.compute(tile));
                let work = watched.tell(|tally| {
                    count(&mut tally.progress, tile);
                    tally.work += self.work(tile).total();
                    tally.work
                });
                let checkpoint = observer.checkpoint_due() && self.going_on_pays();
                if checkpoint {
                    observer.checkpoint(self.checkpoint());
                }
                if is_enough(Done { work, checkpoint }) {
                    enough.store(true, Ordering::Relaxed);
                }
            }
        });
        if cancelled.into_inner() { Err(RunError::Cancelled) } else { Ok(()) }
    }

    /// How much of the expected time is over, 0 to 1.
    pub fn work_done(&self) -> f64 {
        self.done_before().progress.work_done
    }

    fn done_before(&self) -> Tally {
        let mut progress = Progress {
            tiles_done: 0,
            tiles: self.tiles().len(),
            pairs_done: 0,
            pairs: self.pairs(),
            work_done: 0.0,
        };
        let (mut done, mut to_do) = (0.0, 0.0);
        for (tile, merged) in self.tiles().iter().zip(&self.merged) {
            let work = self.work(tile).total();
            if merged.load(Ordering::Relaxed) {
                count(&mut progress, tile);
                done += work;
            } else {
                to_do += work;
            }
        }
        let all = done + to_do;
        progress.work_done = if all > 0.0 { done / all } else { 0.0 };
        let to_recall = if self.kept().is_some() { self.recall_work() } else { 0.0 };
        let before = progress.work_done;
        Tally { progress, before, work: 0.0, to_do: to_do + to_recall, to_recall }
    }
}

fn count(progress: &mut Progress, tile: &Tile) {
    progress.tiles_done += 1;
    progress.pairs_done += tile.pairs();
}

/// What a thread knows when it has done a tile.
struct Done {
    /// The work that this run has done.
    work: f64,
    /// Whether a checkpoint was made.
    checkpoint: bool,
}

/// What is done.
struct Tally {
    progress: Progress,
    /// The share that was done when this run began.
    before: f64,
    /// What this run has done of what it has to do.
    work: f64,
    to_do: f64,
    /// What that holds for computing what a checkpoint keeps again.
    to_recall: f64,
}

impl Tally {
    /// What this run has to do takes it from the share where it began to the end, so that the share
    /// does not fall when a computation goes on.
    fn share(&self) -> f64 {
        let of_run = if self.to_do > 0.0 { self.work / self.to_do } else { 1.0 };
        (self.before + (1.0 - self.before) * of_run).min(1.0)
    }
}

/// An observer, and what it was told.
struct Watched<'a> {
    observer: &'a dyn Observer,
    tally: Mutex<Tally>,
}

impl Watched<'_> {
    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look<T>(&self, look: impl FnOnce(&Tally) -> T) -> T {
        look(&self.tally())
    }

    /// Changes the tally and tells of it.
    fn tell<T>(&self, change: impl FnOnce(&mut Tally) -> T) -> T {
        let mut tally = self.tally();
        let told = change(&mut tally);
        tally.progress.work_done = tally.share();
        let progress = tally.progress;
        drop(tally);
        self.observer.progress(progress);
        told
    }
}
