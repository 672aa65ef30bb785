//! Computing all tiles under an observer's eyes.

use super::{AllPairs, Cancelled, Observer, Progress, Tile};
use crate::neighbours::NeighbourIndex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

impl AllPairs<'_> {
    /// Computes and merges all tiles in the present rayon pool, but for those merged already, and
    /// finishes.
    ///
    /// The observer hears of every tile, is asked between tiles whether to stop and whether a
    /// checkpoint is due, and is given one when it is.
    ///
    /// # Errors
    /// [`Cancelled`] if the observer said so.
    pub fn run(self, observer: &dyn Observer) -> Result<NeighbourIndex, Cancelled> {
        self.run_tiles(observer)?;
        Ok(self.finish())
    }

    /// As [`run`](Self::run), but does not finish, so that after a cancellation a last
    /// [`checkpoint`](Self::checkpoint) can be made.
    ///
    /// # Errors
    /// [`Cancelled`] if the observer said so.
    pub fn run_tiles(&self, observer: &dyn Observer) -> Result<(), Cancelled> {
        let to_do: Vec<usize> =
            (0..self.tiles().len()).filter(|&t| !self.merged[t].load(Ordering::Relaxed)).collect();
        let tally = Mutex::new(self.done_before());
        observer.progress(tally_of(&tally, |_| ()));
        let (next, cancelled) = (AtomicUsize::new(0), AtomicBool::new(false));
        // Every thread takes the next tile in order: the heavy rows come first, whose pairs set
        // high bars for the rest, and the last tiles are the lightest.
        rayon::broadcast(|_| {
            while let Some(&place) = to_do.get(next.fetch_add(1, Ordering::Relaxed)) {
                if observer.is_cancelled() {
                    cancelled.store(true, Ordering::Relaxed);
                }
                if cancelled.load(Ordering::Relaxed) {
                    return;
                }
                let tile = &self.tiles()[place];
                self.merge(self.compute(tile));
                observer.progress(tally_of(&tally, |tally| self.count(tally, tile)));
                if observer.checkpoint_due() {
                    observer.checkpoint(self.checkpoint());
                }
            }
        });
        if cancelled.into_inner() { Err(Cancelled) } else { Ok(()) }
    }

    fn done_before(&self) -> Tally {
        let all: f64 = self.tiles().iter().map(|tile| self.work(tile).total()).sum();
        let progress = Progress {
            tiles_done: 0,
            tiles: self.tiles().len(),
            pairs_done: 0,
            pairs: self.pairs(),
            work_done: 0.0,
        };
        let mut tally = Tally { progress, work: 0.0, all };
        for (tile, merged) in self.tiles().iter().zip(&self.merged) {
            if merged.load(Ordering::Relaxed) {
                self.count(&mut tally, tile);
            }
        }
        tally
    }

    fn count(&self, tally: &mut Tally, tile: &Tile) {
        tally.work += self.work(tile).total();
        tally.progress.work_done = (tally.work / tally.all).min(1.0);
        tally.progress.tiles_done += 1;
        tally.progress.pairs_done += tile.pairs();
    }
}

/// What is done.
struct Tally {
    progress: Progress,
    work: f64,
    /// The work of all tiles.
    all: f64,
}

fn tally_of(tally: &Mutex<Tally>, change: impl FnOnce(&mut Tally)) -> Progress {
    let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
    change(&mut tally);
    tally.progress
}
