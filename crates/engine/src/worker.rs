//! Fits inside a long-running program, one at a time.

mod error;
mod expect;

pub use error::BeginError;

use crate::fit::{FitEnd, FitEvent, FitOptions, FitQuality, FitStop, fit, resume_job};
use likemind::{Progress, Reach};
use likemind_store::{JobError, JobId, JobInfo, ModelSpec, Store, StoreError};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{oneshot, watch};

/// Pauses between attempts to resume an unfinished job: short ones at first, because a lost holder counts
/// as dead after ten seconds, then long ones, because a live one may need a long time.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(5)];
/// Number of short pauses.
const SHORT_PAUSES: usize = 12;

/// Runs the fits of a database inside a long-running program, one at a time, each on its own task, so
/// that callers need not wait. Their outcome is logged with `tracing`. Clones share the same worker.
///
/// Its futures need a tokio runtime.
#[derive(Clone)]
pub struct Worker(Arc<Shared>);

struct Shared {
    store: Store,
    options: Box<dyn Fn(ModelSpec) -> FitOptions + Send + Sync>,
    running: Mutex<Option<Running>>,
    /// Held while the cost of a fit is estimated.
    estimating: tokio::sync::Mutex<()>,
    /// Whether no further job may start.
    closed: AtomicBool,
    /// Number of running fits: 0 or 1.
    under_way: watch::Sender<usize>,
}

/// The running fit.
struct Running {
    stop: FitStop,
    job: Option<JobId>,
    progress: Option<Progress>,
    begun: Instant,
}

/// The progress of a running fit, more recent than in the database.
#[derive(Clone, Copy, Debug)]
pub struct RunningJob {
    /// Finished pairs and tiles.
    pub progress: Progress,
    /// Time since its run started.
    pub elapsed: Duration,
}

impl Worker {
    /// Creates a worker. `options` returns the options of a fit with given parameters.
    pub fn new(
        store: Store,
        options: impl Fn(ModelSpec) -> FitOptions + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Shared {
            store,
            options: Box::new(options),
            running: Mutex::new(None),
            estimating: tokio::sync::Mutex::new(()),
            closed: AtomicBool::new(false),
            under_way: watch::Sender::new(0),
        }))
    }

    /// Starts a fit, or resumes an unfinished job with the same parameters. Returns once the job is in the
    /// database.
    ///
    /// # Errors
    /// [`BeginError::Busy`] if a fit is running here, [`BeginError::Stopping`] after
    /// [`stop`](Self::stop), and those of [`fit`]. It does not wait for another process that writes.
    pub async fn begin(&self, parameters: impl Into<ModelSpec>) -> Result<JobId, BeginError> {
        self.begin_or_resume(parameters.into(), None).await
    }

    /// Like [`begin`](Self::begin), but resumes the unfinished job `left`, if given.
    async fn begin_or_resume(
        &self,
        parameters: ModelSpec,
        left: Option<JobId>,
    ) -> Result<JobId, BeginError> {
        let stop = FitStop::default();
        {
            let mut running = self.running();
            if self.0.closed.load(Ordering::Relaxed) {
                return Err(BeginError::Stopping);
            }
            if let Some(running) = &*running {
                return Err(BeginError::Busy { job: running.job });
            }
            let (stop, begun) = (stop.clone(), Instant::now());
            *running = Some(Running { stop, job: None, progress: None, begun });
            self.0.under_way.send_replace(1);
        }
        let (sender, receiver) = oneshot::channel();
        // On its own task, since the caller's future may be dropped.
        tokio::spawn(self.clone().run(parameters, left, stop, sender));
        match receiver.await {
            Ok(begun) => Ok(begun?),
            Err(_) => Err(BeginError::Lost),
        }
    }

    /// Runs a fit from beginning to end. Sends its job, or the reason why it did not start.
    async fn run(
        self,
        parameters: ModelSpec,
        left: Option<JobId>,
        stop: FitStop,
        begun: oneshot::Sender<Result<JobId, JobError>>,
    ) {
        // On every path, another job can start afterwards.
        let end_of_run = EndOfRun(&self);
        let options = (self.0.options)(parameters);
        let mut begun = Some(begun);
        let stopping = stop.clone();
        let mut listen = |event| {
            // Let the caller retry instead of waiting for an unknown time.
            if event == FitEvent::Waiting {
                stopping.stop();
            }
            // Recorded first, so that the caller finds the job.
            self.record(event);
            if let FitEvent::Started { job, .. } = event {
                begun.take().map(|begun| begun.send(Ok(job)));
            }
        };
        let store = &self.0.store;
        let end = match left {
            Some(job) => resume_job(store, job, options, &stop, &mut listen).await,
            None => fit(store, options, &stop, &mut listen).await,
        };
        log(&end);
        drop(end_of_run);
        let locked = || StoreError::Locked { location: store.location().clone() };
        let error = match end {
            Ok(FitEnd::NotStarted) => Some(locked().into()),
            end => end.err(),
        };
        if let (Some(begun), Some(error)) = (begun, error) {
            // The caller's future may have been dropped.
            let _ = begun.send(Err(error));
        }
    }

    fn record(&self, event: FitEvent) {
        let mut running = self.running();
        let Some(running) = &mut *running else { return };
        match event {
            FitEvent::Started { job, start } => {
                tracing::info!(%job, ?start, "a job is running");
                (running.job, running.begun) = (Some(job), Instant::now());
            }
            FitEvent::Comparing(progress) => running.progress = Some(progress),
            FitEvent::Waiting | FitEvent::CatchingUp { .. } | FitEvent::Saving(_) => {}
        }
    }

    /// Resumes unfinished jobs, the latest first, as soon as no other process runs them. Returns when
    /// none is left, however long that takes, or after [`stop`](Self::stop).
    pub async fn resume(&self) {
        let mut waited = 0;
        while !self.0.closed.load(Ordering::Relaxed) {
            match self.resume_latest().await {
                Ok(Some(job)) => {
                    tracing::info!(%job, "resuming a job");
                    self.idle().await;
                }
                Ok(None) => return,
                // Another process may be running it, or the database may be locked for a while.
                Err(error) if error.is_passing() => {}
                Err(error) => {
                    return tracing::error!(%error, "cannot resume an unfinished job");
                }
            }
            tokio::time::sleep(PAUSES[usize::from(waited >= SHORT_PAUSES)]).await;
            waited += 1;
        }
    }

    /// Resumes the latest unfinished job; `None` if there is none.
    async fn resume_latest(&self) -> Result<Option<JobId>, BeginError> {
        let jobs = self.0.store.jobs().await.map_err(JobError::from)?;
        let unfinished = jobs.into_iter().rfind(|job| !job.state.has_ended());
        let Some(JobInfo { id, parameters, .. }) = unfinished else { return Ok(None) };
        self.begin_or_resume(parameters, Some(id)).await.map(Some)
    }

    /// The progress of a job; `None` unless it is running here and has started to compute.
    pub fn running_job(&self, job: JobId) -> Option<RunningJob> {
        let running = self.running();
        let own = running.as_ref().filter(|running| running.job == Some(job))?;
        Some(RunningJob { progress: own.progress?, elapsed: own.begun.elapsed() })
    }

    /// Waits for `time`, or until a fit that is running here ends.
    pub async fn pause(&self, time: Duration) {
        let mut under_way = self.0.under_way.subscribe();
        let ends = async {
            // The sender lives as long as `self`.
            let _ = under_way.wait_for(|&count| count > 0).await;
            let _ = under_way.wait_for(|&count| count == 0).await;
        };
        // Both outcomes end the pause.
        let _ = tokio::time::timeout(time, ends).await;
    }

    /// Waits until no fit is running here.
    pub async fn idle(&self) {
        // The sender lives as long as `self`.
        let _ = self.0.under_way.subscribe().wait_for(|&count| count == 0).await;
    }

    /// Stops the running fit after a checkpoint, and waits for it to end. No further fit starts.
    pub async fn stop(&self) {
        {
            let running = self.running();
            self.0.closed.store(true, Ordering::Relaxed);
            running.as_ref().inspect(|running| running.stop.stop());
        }
        self.idle().await;
    }

    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.0.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Logs the end of a fit.
fn log(end: &Result<FitEnd, JobError>) {
    match end {
        Ok(FitEnd::Done(fitted)) => {
            tracing::info!(job = %fitted.job, model = %fitted.model, seconds = fitted.seconds, "a job has fitted a model");
            if let FitQuality::Neighbours(Reach {
                rated,
                with_neighbours,
                obstacle: Some(why),
                ..
            }) = fitted.quality
            {
                tracing::warn!(job = %fitted.job, rated, with_neighbours, %why, "hardly any row has neighbours");
            }
        }
        Ok(FitEnd::Interrupted { job, work_done }) => {
            tracing::info!(%job, work_done, "a job was stopped and can be resumed");
        }
        Ok(FitEnd::NotStarted) => tracing::info!("a job was stopped before it started"),
        Ok(FitEnd::Cancelled(job)) => tracing::info!(%job, "a job was cancelled"),
        Err(error) => tracing::error!(%error, "a job failed"),
    }
}

/// Marks the worker as idle when dropped.
struct EndOfRun<'a>(&'a Worker);

impl Drop for EndOfRun<'_> {
    fn drop(&mut self) {
        *self.0.running() = None;
        self.0.0.under_way.send_replace(0);
    }
}
