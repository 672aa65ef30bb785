//! What passes between the computing threads and the task that attends to them.

use likemind::all_pairs::{Checkpoint, MergedTiles};
use likemind::{Observer, Progress};
use std::mem;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The checkpoints that the database has of a job.
#[derive(Clone, Default)]
pub(super) struct Saved {
    pub(super) checkpoints: u32,
    /// The tiles that they have.
    pub(super) tiles: MergedTiles,
}

#[derive(Default)]
pub(super) struct Watch {
    /// How long a thread rests after every tile.
    rest: Duration,
    cancelled: Mutex<bool>,
    /// Wakes resting threads when the computation is cancelled.
    wake: Condvar,
    progress: Mutex<Option<Progress>>,
    /// Where the computation began, until it is asked for.
    first: Mutex<Option<Progress>>,
    saved: Mutex<Saved>,
    checkpoint: Mutex<Step>,
}

/// How far the next checkpoint is: there is one at a time, so that each begins where one was saved.
#[derive(Default)]
enum Step {
    /// Nobody wants one.
    #[default]
    None,
    Wanted,
    /// A thread makes it.
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

    /// The checkpoints that the database has: those that are made from now on come after them.
    pub(super) fn saved(&self) -> Saved {
        lock(&self.saved).clone()
    }

    pub(super) fn set_saved(&self, saved: Saved) {
        *lock(&self.saved) = saved;
    }

    /// The checkpoint that was asked for, once, and how far it is.
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

    /// Where the computation began, once.
    pub(super) fn take_first(&self) -> Option<Progress> {
        lock(&self.first).take()
    }

    /// The furthest progress that was told; `None` before the first.
    pub(super) fn progress(&self) -> Option<Progress> {
        *lock(&self.progress)
    }

    /// Leaves the processor to others, until the computation is cancelled.
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
        // The first tells where the computation begins; each of the others follows a tile.
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

/// Each value here is whole at any moment, whoever died holding the lock.
fn lock<T>(guarded: &Mutex<T>) -> MutexGuard<'_, T> {
    guarded.lock().unwrap_or_else(PoisonError::into_inner)
}
