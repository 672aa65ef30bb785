//! What a fit does while its threads compute: it gives signs of life, tells its progress, and saves
//! checkpoints.

use super::compute::{self, Computed, Numbered, Work};
use super::run::Run;
use super::watch::Saved;
use super::{FitEvent, FitStart, HEARTBEAT, LOOK};
use likemind::Progress;
use likemind::all_pairs::Checkpoint;
use likemind_store::{HeldJob, JobError, Orders};
use std::future::pending;
use std::pin::{Pin, pin};
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};

/// A run that goes on saves its first checkpoint so soon: a job that is killed every few seconds is to
/// end as well.
const FIRST_CHECKPOINT: Duration = Duration::from_millis(500);
/// After a checkpoint the next one waits for so many times as long as that took: on a slow disk, the
/// computation is not held up by what may never be needed.
const TIMES_AS_LONG: u32 = 2;

/// Waits for `work`, and shows meanwhile that this process is alive: others then leave the job to it,
/// though it could not write to the database for long.
pub(super) async fn while_alive<T>(held: &HeldJob, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    loop {
        held.show_life();
        if let Ok(done) = timeout(LOOK, &mut work).await {
            return done;
        }
    }
}

/// What a fit writes while its threads compute, which go on however long that takes. One at a time.
#[derive(Default)]
struct Chore<'a>(Option<BoxFuture<'a, Result<Done, JobError>>>);

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

enum Done {
    Told(Orders),
    Saved(Duration),
}

impl<'a> Chore<'a> {
    fn begin(&mut self, work: impl Future<Output = Result<Done, JobError>> + Send + 'a) {
        self.0 = Some(Box::pin(work));
    }

    fn is_idle(&self) -> bool {
        self.0.is_none()
    }

    /// Waits for its end; for ever if there is none. Safe to be given up and begun again.
    async fn done(&mut self) -> Result<Done, JobError> {
        let Some(work) = &mut self.0 else { return pending().await };
        let done = work.await;
        self.0 = None;
        done
    }
}

/// How the computation ended.
pub(super) enum Attended {
    Finished(Computed),
    /// With a checkpoint, if going on from it pays.
    Stopped(Option<Numbered>),
    Cancelled,
}

/// When the next checkpoint is due.
struct Due {
    every: Duration,
    last: Instant,
    wait: Duration,
}

impl Due {
    /// The first comes sooner: until then a crash takes everything.
    fn new(every: Duration) -> Self {
        Self { every, last: Instant::now(), wait: every / 2 }
    }

    fn begun(&mut self, start: FitStart) {
        if let FitStart::GoesOn { .. } = start {
            (self.last, self.wait) = (Instant::now(), self.every.min(FIRST_CHECKPOINT));
        }
    }

    fn saved(&mut self, took: Duration) {
        (self.last, self.wait) = (Instant::now(), self.every.max(took * TIMES_AS_LONG));
    }

    fn is_now(&self) -> bool {
        self.last.elapsed() >= self.wait
    }
}

impl Run<'_> {
    /// Saves a checkpoint that was made at this progress, as soon as no other process writes.
    /// Returns how long that took besides.
    async fn save_checkpoint(&self, made: Checkpoint, at: Progress) -> Result<Duration, JobError> {
        let begun = Instant::now();
        let (number, tiles) = (self.watch.saved().checkpoints, made.merged().clone());
        let bytes = compute::packed(made, self.held.info().id).await?;
        let packed = begun.elapsed();
        loop {
            match self.held.save_checkpoint(number, &bytes, at).await {
                Ok(written) => {
                    self.watch.set_saved(Saved { checkpoints: number + 1, tiles });
                    return Ok(packed + written);
                }
                Err(error) if error.is_locked() => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Attends to a computation until it ends.
    pub(super) async fn attend(
        &self,
        work: &mut Work,
        tell: &mut (dyn FnMut(FitEvent) + Send),
    ) -> Result<Attended, JobError> {
        let (job, every, mut cancelled) =
            (self.held.info().id, self.options.checkpoint_every, false);
        let (mut due, mut last_heartbeat) = (Due::new(every), Instant::now());
        let mut chore = Chore::default();
        loop {
            let ended = tokio::select! {
                ended = work.wait(job) => Some(ended?),
                done = chore.done() => {
                    match done? {
                        Done::Told(Orders::GoOn) => {}
                        Done::Told(Orders::Cancel) => cancelled = true,
                        Done::Saved(took) => due.saved(took),
                    }
                    None
                }
                () = sleep(LOOK.min(every)) => None,
            };
            // Looked at first: by then it is known where it begins, which is told first.
            let progress = self.watch.progress();
            while let Some(start) = work.begun() {
                due.begun(start);
                tell(FitEvent::Began { job, start });
            }
            if let Some(first) = self.watch.take_first() {
                self.held.stands_at(first);
            }
            if let Some(progress) = progress {
                tell(FitEvent::Comparing(progress));
            }
            if let Some(ended) = ended {
                return Ok(match ended {
                    _ if cancelled => Attended::Cancelled,
                    Ok(computed) => Attended::Finished(computed),
                    Err(checkpoint) => Attended::Stopped(checkpoint),
                });
            }
            if cancelled || self.stop.is_asked() {
                self.watch.cancel();
            }
            if chore.is_idle() {
                if last_heartbeat.elapsed() >= HEARTBEAT.min(every) {
                    last_heartbeat = Instant::now();
                    chore.begin(async { Ok(Done::Told(self.heartbeat().await?)) });
                } else if let Some((made, at)) = self.watch.take_checkpoint() {
                    chore.begin(
                        async move { Ok(Done::Saved(self.save_checkpoint(made, at).await?)) },
                    );
                } else if due.is_now() {
                    self.watch.ask_for_checkpoint();
                }
            }
        }
    }
}
