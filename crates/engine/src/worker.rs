//! Fits inside a program that goes on, one at a time.

mod error;

pub use error::BeginError;

use crate::fit::{FitEnd, FitEvent, FitOptions, FitStop, fit, go_on_with};
use likemind::{ModelParameters, Progress, Reach};
use likemind_store::{JobError, JobId, JobInfo, Store, StoreError};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{oneshot, watch};

/// How long is waited before it is tried again to go on with an unfinished job: a holder that was lost
/// without a trace counts as gone after ten seconds, one that is alive may be at it for long.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(5)];
/// How many of the former pauses come first.
const SHORT_PAUSES: usize = 12;

/// Runs the fits of a database inside a program that goes on, one at a time, each on a task of its own:
/// who asked for it need not wait. It tells the log (`tracing`) what becomes of them. Clones share it.
///
/// Its futures need a tokio runtime.
#[derive(Clone)]
pub struct Worker(Arc<Shared>);

struct Shared {
    store: Store,
    options: Box<dyn Fn(ModelParameters) -> FitOptions + Send + Sync>,
    running: Mutex<Option<Running>>,
    /// Whether no job begins any more.
    closed: AtomicBool,
    /// How many fits are under way here: 0 or 1.
    under_way: watch::Sender<usize>,
}

/// The fit that runs here.
struct Running {
    stop: FitStop,
    job: Option<JobId>,
    progress: Option<Progress>,
    begun: Instant,
}

/// How far a fit is that runs here, which the database is told later.
#[derive(Clone, Copy, Debug)]
pub struct UnderWay {
    /// The pairs and tiles done.
    pub progress: Progress,
    /// Since its run began.
    pub elapsed: Duration,
}

impl Worker {
    /// A worker that fits by `options`.
    pub fn new(
        store: Store,
        options: impl Fn(ModelParameters) -> FitOptions + Send + Sync + 'static,
    ) -> Self {
        let (running, closed) = (Mutex::new(None), AtomicBool::new(false));
        let (options, under_way) = (Box::new(options), watch::Sender::new(0));
        Self(Arc::new(Shared { store, options, running, closed, under_way }))
    }

    /// Begins a fit, or goes on with an unfinished job of the same parameters. Returns once the job is
    /// in the database.
    ///
    /// # Errors
    /// [`BeginError::Busy`] if a fit runs here, [`BeginError::Stopping`] after [`stop`](Self::stop), and
    /// as [`fit`]. Another process that writes is not waited for.
    pub async fn begin(&self, parameters: ModelParameters) -> Result<JobId, BeginError> {
        self.begin_or_go_on(parameters, None).await
    }

    /// As [`begin`](Self::begin), or with `left` alone, an unfinished job of these parameters.
    async fn begin_or_go_on(
        &self,
        parameters: ModelParameters,
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
        let (tell, told) = oneshot::channel();
        // On a task of its own: who asked may be gone.
        tokio::spawn(self.clone().run(parameters, left, stop, tell));
        match told.await {
            Ok(begun) => Ok(begun?),
            Err(_) => Err(BeginError::Lost),
        }
    }

    /// Does a fit from beginning to end; `tell` is told its job, or why it did not begin.
    async fn run(
        self,
        parameters: ModelParameters,
        left: Option<JobId>,
        stop: FitStop,
        tell: oneshot::Sender<Result<JobId, JobError>>,
    ) {
        // Whatever becomes of the job, another can begin after it.
        let end_of_run = EndOfRun(&self);
        let options = (self.0.options)(parameters);
        let mut tell = Some(tell);
        let stopping = stop.clone();
        let mut listen = |event| {
            // Who asked is told to try again, rather than to wait for however long that takes.
            if event == FitEvent::Waiting {
                stopping.stop();
            }
            // Who is told of a job finds it.
            self.heard(event);
            if let FitEvent::Started { job, .. } = event {
                tell.take().map(|tell| tell.send(Ok(job)));
            }
        };
        let store = &self.0.store;
        let end = match left {
            Some(job) => go_on_with(store, job, options, &stop, &mut listen).await,
            None => fit(store, options, &stop, &mut listen).await,
        };
        report(&end);
        drop(end_of_run);
        let locked = || StoreError::Locked { location: store.location().clone() };
        let error = match end {
            Ok(FitEnd::NotStarted) => Some(locked().into()),
            end => end.err(),
        };
        if let (Some(tell), Some(error)) = (tell, error) {
            // Who asked may be gone.
            let _ = tell.send(Err(error));
        }
    }

    fn heard(&self, event: FitEvent) {
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

    /// Goes on with the jobs that were left unfinished, the last first, once nobody else works on
    /// them. Returns when none is left, however long that takes, or after [`stop`](Self::stop).
    pub async fn resume(&self) {
        let mut waited = 0;
        while !self.0.closed.load(Ordering::Relaxed) {
            match self.take_up().await {
                Ok(Some(job)) => {
                    tracing::info!(%job, "going on with a job");
                    self.idle().await;
                }
                Ok(None) => return,
                // A holder that is alive says so; a database may be locked for a while.
                Err(error) if error.is_passing() => {}
                Err(error) => {
                    return tracing::error!(%error, "an unfinished job stays unfinished");
                }
            }
            tokio::time::sleep(PAUSES[usize::from(waited >= SHORT_PAUSES)]).await;
            waited += 1;
        }
    }

    /// Begins with the last unfinished job; `None` if there is none.
    async fn take_up(&self) -> Result<Option<JobId>, BeginError> {
        let jobs = self.0.store.jobs().await.map_err(JobError::from)?;
        let unfinished = jobs.into_iter().rfind(|job| !job.state.is_over());
        let Some(JobInfo { id, parameters, .. }) = unfinished else { return Ok(None) };
        self.begin_or_go_on(parameters, Some(id)).await.map(Some)
    }

    /// How far this job is, if it runs here and has begun to compute.
    pub fn under_way(&self, job: JobId) -> Option<UnderWay> {
        let running = self.running();
        let own = running.as_ref().filter(|running| running.job == Some(job))?;
        Some(UnderWay { progress: own.progress?, elapsed: own.begun.elapsed() })
    }

    /// Waits for so long, or until a fit that runs here ends.
    pub async fn pause(&self, time: Duration) {
        let mut under_way = self.0.under_way.subscribe();
        let ends = async {
            // The sender lives as long as `self`.
            let _ = under_way.wait_for(|&count| count > 0).await;
            let _ = under_way.wait_for(|&count| count == 0).await;
        };
        // Either is a reason to go on.
        let _ = tokio::time::timeout(time, ends).await;
    }

    /// Waits until no fit runs here.
    pub async fn idle(&self) {
        // The sender lives as long as `self`.
        let _ = self.0.under_way.subscribe().wait_for(|&count| count == 0).await;
    }

    /// Has the fit that runs here save a checkpoint and end, and waits for it. None begins after it.
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

/// Tells the log how a fit ended.
fn report(end: &Result<FitEnd, JobError>) {
    match end {
        Ok(FitEnd::Done(fitted)) => {
            tracing::info!(job = %fitted.job, model = %fitted.model, seconds = fitted.seconds, "a job made a model");
            if let Reach { rated, with_neighbours, obstacle: Some(why), .. } = fitted.reach {
                tracing::warn!(job = %fitted.job, rated, with_neighbours, %why, "hardly any row has a neighbour");
            }
        }
        Ok(FitEnd::Interrupted { job, work_done }) => {
            tracing::info!(%job, work_done, "a job is stopped and can go on");
        }
        Ok(FitEnd::NotStarted) => tracing::info!("a job was stopped before it began"),
        Ok(FitEnd::Cancelled(job)) => tracing::info!(%job, "a job was cancelled"),
        Err(error) => tracing::error!(%error, "a job failed"),
    }
}

/// Says at its end, however that comes, that no fit runs.
struct EndOfRun<'a>(&'a Worker);

impl Drop for EndOfRun<'_> {
    fn drop(&mut self) {
        *self.0.running() = None;
        self.0.0.under_way.send_replace(0);
    }
}
