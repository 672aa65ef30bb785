//! Supervision of the computing threads: heartbeats, progress reports and checkpoints.

use super::compute::{self, Computed, NumberedCheckpoint, Work};
use super::run::Run;
use super::watch::Saved;
use super::{FitEvent, FitStart, HEARTBEAT, POLL, RestartReason};
use likemind::Progress;
use likemind::all_pairs::Checkpoint;
use likemind_store::{HeartbeatResponse, HeldJob, JobError};
use std::future::pending;
use std::pin::{Pin, pin};
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};

/// Time until the first checkpoint of a resumed run. It is short so that a job that is killed every few
/// seconds still finishes.
const FIRST_CHECKPOINT: Duration = Duration::from_millis(500);
/// Minimum time between two checkpoints, as a multiple of the time that the last one took. On a slow
/// disk this keeps checkpoints from delaying the computation.
const MINIMUM_PAUSE: u32 = 2;

/// Waits for `work`, renewing the liveness lock of this process. It shows other processes that this one
/// is alive even if it cannot write to the database for a long time.
pub(super) async fn while_alive<T>(held: &HeldJob, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    loop {
        held.touch_lock();
        if let Ok(done) = timeout(POLL, &mut work).await {
            return done;
        }
    }
}

/// A write to the database that runs concurrently with the computation, if any. One at a time.
#[derive(Default)]
struct PendingWrite<'a>(Option<BoxFuture<'a, Result<Written, JobError>>>);

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

enum Written {
    Heartbeat(HeartbeatResponse),
    Checkpoint(Duration),
}

impl<'a> PendingWrite<'a> {
    fn start(&mut self, work: impl Future<Output = Result<Written, JobError>> + Send + 'a) {
        self.0 = Some(Box::pin(work));
    }

    fn is_idle(&self) -> bool {
        self.0.is_none()
    }

    /// Waits until it is done, or forever if there is none. Cancel-safe.
    async fn done(&mut self) -> Result<Written, JobError> {
        let Some(work) = &mut self.0 else { return pending().await };
        let done = work.await;
        self.0 = None;
        done
    }
}

/// The outcome of the computation.
pub(super) enum Outcome {
    Finished(Computed),
    /// With a checkpoint if resuming from it is worthwhile.
    Stopped(Option<NumberedCheckpoint>),
    Cancelled,
}

/// Schedule of the checkpoints.
struct Schedule {
    every: Duration,
    last: Instant,
    wait: Duration,
}

impl Schedule {
    /// The first checkpoint is earlier, because until then a crash loses everything.
    fn new(every: Duration) -> Self {
        Self { every, last: Instant::now(), wait: every / 2 }
    }

    fn started(&mut self, start: FitStart) {
        if let FitStart::Resumed { .. } = start {
            (self.last, self.wait) = (Instant::now(), self.every.min(FIRST_CHECKPOINT));
        }
    }

    fn saved(&mut self, took: Duration) {
        (self.last, self.wait) = (Instant::now(), self.every.max(took * MINIMUM_PAUSE));
    }

    fn is_due(&self) -> bool {
        self.last.elapsed() >= self.wait
    }
}

impl Run<'_> {
    /// The start of the run, given that of its computation.
    fn start(&self, computation: FitStart) -> FitStart {
        match computation {
            FitStart::New if self.held.starts_again() => {
                FitStart::Restarted { why: RestartReason::RatingsChanged }
            }
            start => start,
        }
    }

    /// Saves a checkpoint that was taken at progress `at`, retrying while another process writes.
    /// Returns the time of packing and writing, without that of waiting.
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

    /// Supervises a computation until it ends.
    pub(super) async fn supervise(
        &self,
        work: &mut Work,
        tell: &mut (dyn FnMut(FitEvent) + Send),
    ) -> Result<Outcome, JobError> {
        let (job, every, mut cancelled) =
            (self.held.info().id, self.options.checkpoint_every, false);
        let (mut schedule, mut last_heartbeat) = (Schedule::new(every), Instant::now());
        let mut write = PendingWrite::default();
        loop {
            let ended = tokio::select! {
                ended = work.wait(job) => Some(ended?),
                written = write.done() => {
                    match written? {
                        Written::Heartbeat(HeartbeatResponse::Continue) => {}
                        Written::Heartbeat(HeartbeatResponse::Cancel) => cancelled = true,
                        Written::Checkpoint(took) => schedule.saved(took),
                    }
                    None
                }
                () = sleep(POLL.min(every)) => None,
            };
            // Read before the start event: once there is progress, that event has been sent.
            let progress = self.watch.progress();
            while let Some(start) = work.started() {
                let start = self.start(start);
                schedule.started(start);
                tell(FitEvent::Started { job, start });
            }
            if let Some(first) = self.watch.take_first() {
                self.held.set_resume_point(first);
            }
            if let Some(progress) = progress {
                tell(FitEvent::Comparing(progress));
            }
            if let Some(ended) = ended {
                return Ok(match ended {
                    _ if cancelled => Outcome::Cancelled,
                    Ok(computed) => Outcome::Finished(computed),
                    Err(checkpoint) => Outcome::Stopped(checkpoint),
                });
            }
            if cancelled || self.stop.is_asked() {
                self.watch.cancel();
            }
            if write.is_idle() {
                if last_heartbeat.elapsed() >= HEARTBEAT.min(every) {
                    last_heartbeat = Instant::now();
                    write.start(async { Ok(Written::Heartbeat(self.heartbeat().await?)) });
                } else if let Some((made, at)) = self.watch.take_checkpoint() {
                    write.start(async move {
                        Ok(Written::Checkpoint(self.save_checkpoint(made, at).await?))
                    });
                } else if schedule.is_due() {
                    self.watch.ask_for_checkpoint();
                }
            }
        }
    }
}
