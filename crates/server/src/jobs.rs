//! Jobs that run inside the service, and what they are doing.

mod channel;
mod look;
mod view;

pub(crate) use channel::Frame;
pub(crate) use view::JobView;

use crate::problem::{Answer, Problem};
use channel::Channels;
use likemind::all_pairs::Kernel;
use likemind::{ModelParameters, Progress, Reach};
use likemind_engine::{FitEnd, FitEvent, FitOptions, FitStop, LiveStore, fit, go_on_with};
use likemind_store::{JobError, JobId, JobInfo, JobState, Store, StoreError};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{oneshot, watch};

/// How long is waited before it is tried again to go on with an unfinished job: a holder that was lost
/// without a trace counts as gone after ten seconds, one that is alive may be at it for long.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(5)];
/// How many of the former pauses come first.
const SHORT_PAUSES: usize = 12;

/// How jobs of this process compute.
#[derive(Clone, Debug)]
pub(crate) struct Workshop {
    /// Who computes, for people who find the database busy.
    pub(crate) holder: String,
    pub(crate) kernel: Option<Kernel>,
    pub(crate) threads: Option<usize>,
    pub(crate) rest: Duration,
    pub(crate) keep_models: usize,
}

/// The jobs of a database, one of which may run here. Clones share them.
#[derive(Clone)]
pub(crate) struct Jobs(Arc<Shared>);

struct Shared {
    store: Store,
    workshop: Workshop,
    /// What answers questions, once it is there.
    live: OnceLock<LiveStore>,
    running: Mutex<Option<Running>>,
    /// Whether no job begins any more.
    closed: AtomicBool,
    channels: Channels,
    /// How many fits are under way here: 0 or 1.
    under_way: watch::Sender<usize>,
}

/// The job that runs here.
struct Running {
    stop: FitStop,
    job: Option<JobId>,
    /// How far it is, since when.
    progress: Option<Progress>,
    begun: Instant,
}

impl Jobs {
    pub(crate) fn new(store: Store, workshop: Workshop) -> Self {
        let (running, channels) = (Mutex::new(None), Channels::default());
        let (closed, under_way) = (AtomicBool::new(false), watch::Sender::new(0));
        let live = OnceLock::new();
        Self(Arc::new(Shared { store, workshop, live, running, closed, channels, under_way }))
    }

    /// What is to answer from a job's model before anybody is told that the job is done.
    pub(crate) fn set_live(&self, live: LiveStore) {
        // The first stays: a service reads its ratings once.
        let _ = self.0.live.set(live);
    }

    /// Begins a job, or goes on with one of the same parameters.
    pub(crate) async fn begin(&self, parameters: ModelParameters) -> Answer<JobId> {
        self.begin_or_go_on(parameters, None).await
    }

    /// As [`begin`](Self::begin), or with `left` alone, an unfinished job of these parameters.
    async fn begin_or_go_on(
        &self,
        parameters: ModelParameters,
        left: Option<JobId>,
    ) -> Answer<JobId> {
        let stop = FitStop::default();
        {
            let mut running = self.running();
            if self.0.closed.load(Ordering::Relaxed) {
                return Err(Problem::unavailable(
                    "expected a running service, found one that stops",
                ));
            }
            if let Some(running) = &*running {
                return Err(Problem::busy(running.job, "this service"));
            }
            let (stop, begun) = (stop.clone(), Instant::now());
            *running = Some(Running { stop, job: None, progress: None, begun });
            self.0.under_way.send_replace(1);
        }
        let (tell, told) = oneshot::channel();
        // On a task of its own: who asked may hang up.
        tokio::spawn(self.clone().run(parameters, left, stop, tell));
        match told.await {
            Ok(Ok(job)) => Ok(job),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(Problem::internal(&"a job ended before it began")),
        }
    }

    /// Does a job from beginning to end; `tell` is told its number, or why it did not begin.
    async fn run(
        self,
        parameters: ModelParameters,
        left: Option<JobId>,
        stop: FitStop,
        tell: oneshot::Sender<Result<JobId, JobError>>,
    ) {
        // Whatever becomes of the job, another can begin after it.
        let end_of_run = EndOfRun(&self);
        let Workshop { holder, kernel, threads, rest, keep_models } = self.0.workshop.clone();
        let options = FitOptions::new(parameters, holder)
            .with_threads(threads)
            .with_kernel(kernel)
            .with_rest(rest)
            .with_keep_models(keep_models);
        let mut tell = Some(tell);
        let stopping = stop.clone();
        let mut listen = |event| {
            // Who asked is told to try again, rather than to wait for however long that takes.
            if event == FitEvent::Waiting {
                stopping.stop();
            }
            // Who is told of a job finds it.
            self.heard(event);
            if let FitEvent::Began { job, .. } = event {
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
            Ok(FitEnd::NotBegun) => Some(locked().into()),
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
            FitEvent::Began { job, start } => {
                tracing::info!(%job, ?start, "a job is running");
                (running.job, running.begun) = (Some(job), Instant::now());
            }
            FitEvent::Comparing(progress) => running.progress = Some(progress),
            FitEvent::Waiting | FitEvent::CatchingUp { .. } | FitEvent::Saving(_) => {}
        }
    }

    /// Goes on with the jobs that were left unfinished, the last first, once nobody else works on
    /// them; for as long as the service runs if need be.
    pub(crate) async fn resume(&self) {
        let mut waited = 0;
        while !self.0.closed.load(Ordering::Relaxed) {
            match self.take_up().await {
                Ok(Some(job)) => {
                    tracing::info!(%job, "going on with a job");
                    self.idle().await;
                }
                Ok(None) => return,
                // A holder that is alive says so; a database may be locked for a while.
                Err(problem) if problem.is_passing() => {}
                Err(problem) => {
                    return tracing::error!(?problem, "an unfinished job stays unfinished");
                }
            }
            tokio::time::sleep(PAUSES[usize::from(waited >= SHORT_PAUSES)]).await;
            waited += 1;
        }
    }

    /// Begins with the last unfinished job; `None` if there is none.
    async fn take_up(&self) -> Answer<Option<JobId>> {
        let jobs = self.0.store.jobs().await?;
        let unfinished = jobs.into_iter().rfind(|job| !job.state.is_over());
        let Some(JobInfo { id, parameters, .. }) = unfinished else { return Ok(None) };
        self.begin_or_go_on(parameters, Some(id)).await.map(Some)
    }

    /// Waits for so long, or until a job that runs here ends.
    async fn pause(&self, time: Duration) {
        let mut under_way = self.0.under_way.subscribe();
        let ends = async {
            // The sender lives as long as `self`.
            let _ = under_way.wait_for(|&count| count > 0).await;
            let _ = under_way.wait_for(|&count| count == 0).await;
        };
        // Either is a reason to look.
        let _ = tokio::time::timeout(time, ends).await;
    }

    /// Waits until no job runs here.
    async fn idle(&self) {
        // The sender lives as long as `self`.
        let _ = self.0.under_way.subscribe().wait_for(|&count| count == 0).await;
    }

    /// Has the job that runs here save a checkpoint and end, and waits for it.
    pub(crate) async fn stop(&self) {
        {
            let running = self.running();
            self.0.closed.store(true, Ordering::Relaxed);
            running.as_ref().inspect(|running| running.stop.stop());
        }
        self.idle().await;
    }

    /// Lets the model of a job that is done answer before it is told.
    async fn settle(&self, state: JobState) {
        if let (JobState::Done, Some(live)) = (state, self.0.live.get())
            && let Err(error) = live.catch_up().await
        {
            tracing::warn!(%error, "the model of a job that is done does not answer yet");
        }
    }

    fn channels(&self) -> &Channels {
        &self.0.channels
    }

    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.0.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells the log how a job ended.
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
        Ok(FitEnd::NotBegun) => tracing::info!("a job was stopped before it began"),
        Ok(FitEnd::Cancelled(job)) => tracing::info!(%job, "a job was cancelled"),
        Err(error) => tracing::error!(%error, "a job failed"),
    }
}

/// Says at its end, however that comes, that no job runs.
struct EndOfRun<'a>(&'a Jobs);

impl Drop for EndOfRun<'_> {
    fn drop(&mut self) {
        *self.0.running() = None;
        self.0.0.under_way.send_replace(0);
    }
}
