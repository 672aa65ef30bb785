//! What a fit does while its threads compute: it gives signs of life, tells its progress, and saves
//! checkpoints.

use super::compute::{self, Computed, Work};
use super::watch::Watch;
use super::{FitEvent, FitStart, FitStop, HEARTBEAT, LOOK};
use crate::error::StoreError;
use crate::jobs::{HeldJob, Orders};
use likemind::{Checkpoint, Progress};
use std::time::{Duration, Instant};

/// A run that goes on saves its first checkpoint so soon: until then it has repeated what it cannot
/// keep, and a job that is killed every few seconds is to end as well.
const FIRST_CHECKPOINT: Duration = Duration::from_millis(500);
/// Saving checkpoints takes at most one part in so many of a run.
const PART_FOR_CHECKPOINTS: u32 = 20;

/// A sign of life, or none while another process writes: that one is in the way of whoever would
/// take over, too.
pub(super) async fn heartbeat(
    held: &HeldJob,
    progress: Option<Progress>,
    begun: Instant,
) -> Result<Orders, StoreError> {
    match held.heartbeat(progress, begun.elapsed().as_secs_f64()).await {
        Err(StoreError::Locked { .. }) => Ok(Orders::GoOn),
        told => told,
    }
}

/// Saves a checkpoint, or leaves the former while another process writes.
pub(super) async fn save_checkpoint(
    held: &HeldJob,
    bytes: &[u8],
    progress: Progress,
) -> Result<(), StoreError> {
    match held.save_checkpoint(bytes, progress).await {
        Err(StoreError::Locked { .. }) => Ok(()),
        saved => saved,
    }
}

/// How the computation ended.
pub(super) enum Attended {
    Finished(Computed),
    /// With a checkpoint, if going on from it pays.
    Stopped(Option<Vec<u8>>),
    Cancelled,
}

/// When the next checkpoint is due.
struct Due {
    every: Duration,
    last: Instant,
    wait: Duration,
}

impl Due {
    fn new(every: Duration) -> Self {
        Self { every, last: Instant::now(), wait: every }
    }

    fn begun(&mut self, start: FitStart) {
        if let FitStart::GoesOn { .. } = start {
            (self.last, self.wait) = (Instant::now(), self.every.min(FIRST_CHECKPOINT));
        }
    }

    fn saved(&mut self, took: Duration) {
        (self.last, self.wait) = (Instant::now(), self.every.max(took * PART_FOR_CHECKPOINTS));
    }

    fn is_now(&self) -> bool {
        self.last.elapsed() >= self.wait
    }
}

/// Attends to a computation until it ends.
pub(super) async fn attend(
    held: &HeldJob,
    watch: &Watch,
    stop: &FitStop,
    (begun, checkpoint_every): (Instant, Duration),
    tell: &mut (dyn FnMut(FitEvent) + Send),
    work: &mut Work,
) -> Result<Attended, StoreError> {
    let (job, mut cancelled) = (held.info().id, false);
    let (mut due, mut last_heartbeat) = (Due::new(checkpoint_every), Instant::now());
    loop {
        let look = tokio::time::timeout(LOOK.min(checkpoint_every), work.wait(job)).await;
        // Looked at first: by then it is known where it begins, which is told first.
        let progress = watch.progress();
        while let Some(start) = work.begun() {
            due.begun(start);
            tell(FitEvent::Began { job, start });
        }
        if let Some(first) = watch.take_first() {
            held.stands_at(first);
        }
        if let Some(progress) = progress {
            tell(FitEvent::Comparing(progress));
        }
        if let Ok(ended) = look {
            return Ok(match ended? {
                _ if cancelled => Attended::Cancelled,
                Ok(computed) => Attended::Finished(computed),
                Err(checkpoint) => Attended::Stopped(checkpoint),
            });
        }
        if stop.is_asked() {
            watch.cancel();
        }
        if last_heartbeat.elapsed() >= HEARTBEAT.min(checkpoint_every) {
            last_heartbeat = Instant::now();
            if heartbeat(held, watch.progress(), begun).await? == Orders::Cancel {
                cancelled = true;
                watch.cancel();
            }
        }
        if let Some(made) = watch.take_checkpoint() {
            let began_to_save = Instant::now();
            save(held, made).await?;
            due.saved(began_to_save.elapsed());
        } else if due.is_now() {
            watch.ask_for_checkpoint();
        }
    }
}

async fn save(held: &HeldJob, (made, at): (Checkpoint, Progress)) -> Result<(), StoreError> {
    save_checkpoint(held, &compute::packed(made, held.info().id).await?, at).await
}
