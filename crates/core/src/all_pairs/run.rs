//! Computing all tiles under an observer's eyes.

use super::{AllPairs, Cancelled, Observer, Progress, Tile};
use crate::neighbours::NeighbourIndex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

impl AllPairs<'_> {
    /// Computes and merges all tiles in the present rayon pool, but for those merged already, and
    /// finishes.
    ///
    /// The observer hears of every tile, is asked between tiles whether to stop and whether a
    /// checkpoint is due, and is given one when it is and going on from it pays.
    ///
    /// # Errors
    /// [`Cancelled`] if the observer said so.
    pub fn run(self, observer: &dyn Observer) -> Result<NeighbourIndex, Cancelled> {
        self.run_tiles(observer)?;
        Ok(self.lists.finish(&self.parameters, &self.order))
    }

    /// As [`run`](Self::run), but does not finish, so that after a cancellation a last
    /// [`checkpoint`](Self::checkpoint) can be made.
    ///
    /// # Errors
    /// [`Cancelled`] if the observer said so.
    pub fn run_tiles(&self, observer: &dyn Observer) -> Result<(), Cancelled> {
        let so_far = self.merged();
        let mut to_do: Vec<usize> = (0..self.tiles().len()).filter(|&t| !so_far.has(t)).collect();
        // By their columns, then by their rows. So every row meets the heavy ones first, whose pairs set
        // high bars for the rest; lists are done one after the other, which is what checkpoints save;
        // and the last tiles are the lightest.
        to_do.sort_by_key(|&place| self.tiles()[place].columns().start);
        let tally = Mutex::new(self.done_before());
        observer.progress(lock(&tally).progress);
        let (next, cancelled) = (AtomicUsize::new(0), AtomicBool::new(false));
        rayon::broadcast(|_| {
            while let Some(&place) = to_do.get(next.fetch_add(1, Ordering::Relaxed)) {
                if observer.is_cancelled() {
                    cancelled.store(true, Ordering::Relaxed);
                }
                if cancelled.load(Ordering::Relaxed) {
                    return;
                }
                let tile = &self.tiles()[place];
                // Another caller may have computed it meanwhile.
                let _ = self.merge(self.compute(tile));
                let progress = lock(&tally).add(tile, self.work(tile).total());
                observer.progress(progress);
                if let Some(before) = observer.checkpoint_due() {
                    let pays = self.going_on_pays();
                    observer.checkpoint(pays.then(|| self.checkpoint(&before)));
                }
            }
        });
        if cancelled.into_inner() { Err(Cancelled) } else { Ok(()) }
    }

    /// How much of the expected time is over, 0 to 1.
    pub fn work_done(&self) -> f64 {
        self.done_before().progress.work_done
    }

    fn done_before(&self) -> Tally {
        let progress = Progress {
            tiles_done: 0,
            tiles: self.tiles().len(),
            pairs_done: 0,
            pairs: self.pairs(),
            work_done: if self.tiles().is_empty() { 1.0 } else { 0.0 },
        };
        let all = self.tiles().iter().map(|tile| self.work(tile).total()).sum();
        let mut tally = Tally { progress, done: 0.0, all };
        let merged = self.merged();
        for (place, tile) in self.tiles().iter().enumerate() {
            if merged.has(place) {
                tally.add(tile, self.work(tile).total());
            }
        }
        tally
    }
}

/// What is done.
struct Tally {
    progress: Progress,
    done: f64,
    all: f64,
}

impl Tally {
    fn add(&mut self, tile: &Tile, work: f64) -> Progress {
        self.progress.tiles_done += 1;
        self.progress.pairs_done += tile.pairs();
        self.done += work;
        let is_over = self.progress.tiles_done == self.progress.tiles;
        self.progress.work_done = if is_over { 1.0 } else { (self.done / self.all).min(1.0) };
        self.progress
    }
}

/// Each value here is whole at any moment, whoever died holding the lock.
fn lock<T>(guarded: &Mutex<T>) -> MutexGuard<'_, T> {
    guarded.lock().unwrap_or_else(PoisonError::into_inner)
}
