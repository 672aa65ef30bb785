//! Jobs that run inside the service, and what they are doing.

mod channel;
mod look;
mod view;

pub(crate) use channel::Frame;
pub(crate) use view::JobView;

use channel::Channels;
use likemind::ModelParameters;
use likemind_engine::{BeginError, FitOptions, LiveStore, Worker};
use likemind_store::{JobId, JobState, Store};
use std::sync::{Arc, OnceLock};

/// The jobs of a database, one of which may run here. Clones share them.
#[derive(Clone)]
pub(crate) struct Jobs(Arc<Shared>);

struct Shared {
    store: Store,
    worker: Worker,
    /// What answers questions, once it is there.
    live: OnceLock<LiveStore>,
    channels: Channels,
}

impl Jobs {
    /// With fits by `options`.
    pub(crate) fn new(
        store: Store,
        options: impl Fn(ModelParameters) -> FitOptions + Send + Sync + 'static,
    ) -> Self {
        let worker = Worker::new(store.clone(), options);
        let (live, channels) = (OnceLock::new(), Channels::default());
        Self(Arc::new(Shared { store, worker, live, channels }))
    }

    /// What is to answer from a job's model before anybody is told that the job is done.
    pub(crate) fn set_live(&self, live: LiveStore) {
        // The first stays: a service reads its ratings once.
        let _ = self.0.live.set(live);
    }

    /// Begins a job, or goes on with one of the same parameters.
    pub(crate) async fn begin(&self, parameters: ModelParameters) -> Result<JobId, BeginError> {
        self.0.worker.begin(parameters).await
    }

    /// Goes on with the jobs that were left unfinished, for as long as the service runs if need be.
    pub(crate) async fn resume(&self) {
        self.0.worker.resume().await;
    }

    /// Has the job that runs here save a checkpoint and end, and waits for it.
    pub(crate) async fn stop(&self) {
        self.0.worker.stop().await;
    }

    /// Lets the model of a job that is done answer before it is told.
    async fn settle(&self, state: JobState) {
        if let (JobState::Done, Some(live)) = (state, self.0.live.get())
            && let Err(error) = live.catch_up().await
        {
            tracing::warn!(%error, "the model of a job that is done does not answer yet");
        }
    }

    fn worker(&self) -> &Worker {
        &self.0.worker
    }

    fn channels(&self) -> &Channels {
        &self.0.channels
    }
}
