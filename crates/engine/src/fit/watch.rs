//! Shared state of the computing threads and the task that supervises them.

use likemind::all_pairs::{Checkpoint, MergedTiles};
use likemind::{Observer, Progress};
use std::mem;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The saved checkpoints of a job.
#[derive(Clone, Default)]
pub(super) struct Saved {
    pub(super) checkpoints: u32,
    /// The tiles that they cover.
    pub(super) tiles: MergedTiles,
}

#[derive(Default)]
pub(super) struct Watch {
    /// Pause of each thread after every tile.
    rest: Duration,
    cancelled: Mutex<bool>,
    /// Wakes pausing threads when the computation is cancelled.
    wake: Condvar,
    progress: Mutex<Option<Progress>>,
    /// Progress at the start of the computation, until it is taken.
    first: Mutex<Option<Progress>>,
    saved: Mutex<Saved>,
    checkpoint: Mutex<Step>,
}

/// The state of the next checkpoint. There is only one at a time, so that each continues from a saved
/// one.
#[derive(Default)]
enum Step {
    /// None was requested.
    #[default]
    None,
    Wanted,
    /// A thread is making it.
    Making,
    Made(Checkpoint, Progress),
}

impl Watch {
    pub(super) fn new(rest: Duration) -> Self {
        Self { rest, ..Self::default() }
    }

    pub(super) fn cancel(&self) {
        *lock(&self.cancelled) = true;
        self.wake.notify_all();
    }

    pub(super) fn ask_for_checkpoint(&self) {
        let mut step = lock(&self.checkpoint);
        if let Step::None = *step {
            *step = Step::Wanted;
        }
    }

    /// The saved checkpoints, which the next one continues.
    pub(super) fn saved(&self) -> Saved {
        lock(&self.saved).clone()
    }

    pub(super) fn set_saved(&self, saved: Saved) {
        *lock(&self.saved) = saved;
    }

    /// Takes the requested checkpoint, with the progress that it corresponds to; `None` if it is not ready.
    pub(super) fn take_checkpoint(&self) -> Option<(Checkpoint, Progress)> {
        let mut step = lock(&self.checkpoint);
        match mem::take(&mut *step) {
            Step::Made(checkpoint, progress) => Some((checkpoint, progress)),
            other => {
                *step = other;
                None
            }
        }
    }

    /// Takes the progress at the start of the computation.
    pub(super) fn take_first(&self) -> Option<Progress> {
        lock(&self.first).take()
    }

    /// The furthest progress reported so far; `None` before the first report.
    pub(super) fn progress(&self) -> Option<Progress> {
        *lock(&self.progress)
    }

    /// Pauses the thread, or until the computation is cancelled.
    fn rest(&self) {
        if !self.rest.is_zero() {
            let cancelled = lock(&self.cancelled);
            let awake = self.wake.wait_timeout_while(cancelled, self.rest, |cancelled| !*cancelled);
            drop(awake.unwrap_or_else(PoisonError::into_inner));
        }
    }
}

impl Observer for Watch {
    fn progress(&self, progress: Progress) {
        let mut last = lock(&self.progress);
        let is_first = last.is_none();
        if last.is_none_or(|last| last.work_done <= progress.work_done) {
            *last = Some(progress);
        }
        drop(last);
        if is_first {
            *lock(&self.first) = Some(progress);
        }
        // The first report is the starting point; each later one follows a tile.
        if !is_first {
            self.rest();
        }
    }

    fn is_cancelled(&self) -> bool {
        *lock(&self.cancelled)
    }

    fn checkpoint_due(&self) -> Option<MergedTiles> {
        let mut step = lock(&self.checkpoint);
        matches!(*step, Step::Wanted).then(|| {
            *step = Step::Making;
            self.saved().tiles
        })
    }

    fn checkpoint(&self, checkpoint: Option<Checkpoint>) {
        let made = checkpoint.zip(self.progress());
        *lock(&self.checkpoint) = made.map_or(Step::None, |(made, at)| Step::Made(made, at));
    }
}

/// Ignores poisoning: every value is valid at any time, even if a thread panicked with the lock held.
fn lock<T>(guarded: &Mutex<T>) -> MutexGuard<'_, T> {
    guarded.lock().unwrap_or_else(PoisonError::into_inner)
}
