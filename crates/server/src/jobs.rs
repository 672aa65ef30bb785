//! Jobs of the database, which run inside the service.

mod channel;
mod queries;
mod view;

pub(crate) use channel::Frame;
pub(crate) use view::JobView;

use channel::Channels;
use likemind_engine::{BeginError, Expected, FitOptions, LiveStore, Worker};
use likemind_store::{JobId, JobState, ModelSpec, Store};
use std::sync::{Arc, OnceLock};

/// The jobs of a database, one of which may be running in this process. Clones share the same jobs.
#[derive(Clone)]
pub(crate) struct Jobs(Arc<Shared>);

struct Shared {
    store: Store,
    worker: Worker,
    /// The live store, once it is loaded.
    live: OnceLock<LiveStore>,
    channels: Channels,
}

impl Jobs {
    /// `options` returns the options of a fit with given parameters.
    pub(crate) fn new(
        store: Store,
        options: impl Fn(ModelSpec) -> FitOptions + Send + Sync + 'static,
    ) -> Self {
        let worker = Worker::new(store.clone(), options);
        let (live, channels) = (OnceLock::new(), Channels::default());
        Self(Arc::new(Shared { store, worker, live, channels }))
    }

    /// Sets the live store, which must serve a job's model before the job is reported as done.
    pub(crate) fn set_live(&self, live: LiveStore) {
        // Set only once: a service reads its ratings once.
        let _ = self.0.live.set(live);
    }

    /// Starts a job, or resumes one with the same parameters.
    pub(crate) async fn begin(&self, parameters: ModelSpec) -> Result<JobId, BeginError> {
        self.0.worker.begin(parameters).await
    }

    /// Estimates the cost of a job with these parameters.
    pub(crate) async fn expect(&self, parameters: ModelSpec) -> Result<Expected, BeginError> {
        self.0.worker.expect(parameters).await
    }

    /// Resumes unfinished jobs. May take as long as the service runs.
    pub(crate) async fn resume(&self) {
        self.0.worker.resume().await;
    }

    /// Stops the running job after a checkpoint, and waits for it to end.
    pub(crate) async fn stop(&self) {
        self.0.worker.stop().await;
    }

    /// If the job is done, makes sure that its model is served before the job is reported as done.
    async fn settle(&self, state: JobState) {
        if let (JobState::Done, Some(live)) = (state, self.0.live.get())
            && let Err(error) = live.catch_up().await
        {
            tracing::warn!(%error, "cannot serve the model of a finished job yet");
        }
    }

    fn worker(&self) -> &Worker {
        &self.0.worker
    }

    fn channels(&self) -> &Channels {
        &self.0.channels
    }
}
