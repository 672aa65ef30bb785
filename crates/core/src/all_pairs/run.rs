//! Computing all tiles, reporting to an observer.

use super::{AllPairs, Cancelled, Observer, Progress, Tile};
use crate::neighbours::NeighbourIndex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

impl AllPairs<'_> {
    /// Computes and merges all tiles that have not been merged yet, in the current rayon pool, and
    /// finishes the lists.
    ///
    /// After every tile the observer is notified and asked whether a checkpoint is due; if so, it
    /// receives one, provided that resuming from it pays off. Before every tile it is asked whether
    /// to stop.
    ///
    /// # Errors
    /// Returns [`Cancelled`] if the observer cancelled the computation.
    pub fn run(self, observer: &dyn Observer) -> Result<NeighbourIndex, Cancelled> {
        self.run_tiles(observer)?;
        Ok(self.finish().unwrap_or_else(|error| unreachable!("{error}")))
    }

    /// Like [`run`](Self::run), but does not finish the lists, so that a last
    /// [`checkpoint`](Self::checkpoint) can be taken after a cancellation.
    ///
    /// # Errors
    /// Returns [`Cancelled`] if the observer cancelled the computation.
    pub fn run_tiles(&self, observer: &dyn Observer) -> Result<(), Cancelled> {
        let merged = self.merged();
        let mut to_do: Vec<usize> = (0..self.tiles().len()).filter(|&t| !merged.has(t)).collect();
        // Ordered by columns, then by rows. Every row is thus compared with the longest rows first,
        // whose pairs set high thresholds for the rest; lists are completed one after the other,
        // which keeps checkpoints small; and the last tiles are the cheapest.
        to_do.sort_by_key(|&index| self.tiles()[index].columns().start);
        let tally = Mutex::new(self.tally());
        observer.progress(lock(&tally).progress);
        let (next, cancelled) = (AtomicUsize::new(0), AtomicBool::new(false));
        rayon::broadcast(|_| {
            while let Some(&index) = to_do.get(next.fetch_add(1, Ordering::Relaxed)) {
                if observer.is_cancelled() {
                    cancelled.store(true, Ordering::Relaxed);
                }
                if cancelled.load(Ordering::Relaxed) {
                    return;
                }
                let tile = &self.tiles()[index];
                // Another caller may have merged the same tile in the meantime.
                let _ = self.merge(self.compute(tile));
                let progress = lock(&tally).add(tile, self.work(tile).total());
                observer.progress(progress);
                if let Some(before) = observer.checkpoint_due() {
                    let pays = self.is_worth_resuming();
                    observer.checkpoint(pays.then(|| self.checkpoint(&before)));
                }
            }
        });
        if cancelled.into_inner() { Err(Cancelled) } else { Ok(()) }
    }

    /// Finished fraction of the expected work, 0 to 1.
    pub fn work_done(&self) -> f64 {
        self.tally().progress.work_done
    }

    fn tally(&self) -> Tally {
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
        for (index, tile) in self.tiles().iter().enumerate() {
            if merged.has(index) {
                tally.add(tile, self.work(tile).total());
            }
        }
        tally
    }
}

/// Running totals of finished work.
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

/// Locks a mutex, ignoring poisoning: the guarded value is consistent at any moment.
fn lock<T>(guarded: &Mutex<T>) -> MutexGuard<'_, T> {
    guarded.lock().unwrap_or_else(PoisonError::into_inner)
}
