//! What passes between the computing threads and who attends to them.

use likemind::{Checkpoint, Observer, Progress};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Default)]
pub(super) struct Watch {
    cancelled: AtomicBool,
    checkpoint_wanted: AtomicBool,
    progress: Mutex<Option<Progress>>,
    checkpoint: Mutex<Option<Checkpoint>>,
}

impl Watch {
    pub(super) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    pub(super) fn ask_for_checkpoint(&self) {
        self.checkpoint_wanted.store(true, Ordering::Relaxed);
    }

    /// The checkpoint that was asked for, once.
    pub(super) fn take_checkpoint(&self) -> Option<Checkpoint> {
        lock(&self.checkpoint).take()
    }

    /// The furthest progress that was told; `None` before the first.
    pub(super) fn progress(&self) -> Option<Progress> {
        *lock(&self.progress)
    }
}

impl Observer for Watch {
    fn progress(&self, progress: Progress) {
        let mut last = lock(&self.progress);
        if last.is_none_or(|last| last.tiles_done <= progress.tiles_done) {
            *last = Some(progress);
        }
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    fn checkpoint_due(&self) -> bool {
        self.checkpoint_wanted.swap(false, Ordering::Relaxed)
    }

    fn checkpoint(&self, checkpoint: Checkpoint) {
        *lock(&self.checkpoint) = Some(checkpoint);
    }
}

/// Each value here is whole at any moment, whoever died holding the lock.
fn lock<T>(guarded: &Mutex<T>) -> MutexGuard<'_, T> {
    guarded.lock().unwrap_or_else(PoisonError::into_inner)
}
