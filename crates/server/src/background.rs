//! What goes on beside the requests: reading the data, following what others write, storing lists, and
//! going on with a job.

use crate::app::{App, stopped};
use crate::engine::Engine;
use likemind_store::StoreError;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How often others' changes are looked for.
const FOLLOW: Duration = Duration::from_millis(200);
/// How often changed lists are stored, and the rest of forgotten people is looked for.
const STORE: Duration = Duration::from_secs(5);
/// How often an empty database is looked at.
const EMPTY: Duration = Duration::from_millis(500);
/// How often it is tried anew to read what could not be read.
const BROKEN: Duration = Duration::from_secs(5);

/// The tasks of a service.
pub(crate) struct Work {
    app: Arc<App>,
    loading: JoinHandle<()>,
    storing: JoinHandle<()>,
}

impl Work {
    pub(crate) fn begin(app: &Arc<App>) -> Self {
        let (loading, storing) = (Arc::clone(app), Arc::clone(app));
        Self {
            loading: tokio::spawn(async move { attend(&loading).await }),
            storing: tokio::spawn(async move { store(&storing).await }),
            app: Arc::clone(app),
        }
    }

    /// Waits for the tasks, which end when the service does, and stores what they left: nobody may be
    /// changing ratings any more.
    pub(crate) async fn end(self) {
        for task in [self.loading, self.storing] {
            if let Err(panicked) = task.await {
                tracing::error!(%panicked, "a task of the service failed");
            }
        }
        store_lists(&self.app).await;
    }
}

/// Waits; `false` if the service ends first.
async fn wait(stopping: &mut watch::Receiver<bool>, time: Duration) -> bool {
    tokio::select! {
        () = tokio::time::sleep(time) => true,
        () = stopped(stopping) => false,
    }
}

/// Reads the data as soon as there is any, and keeps up with it.
async fn attend(app: &Arc<App>) {
    let mut stopping = app.stopping.subscribe();
    // Many ratings take a while to read, for which nobody should have to wait who wants an end.
    while !(tokio::select! {
        is_ready = load(app) => is_ready,
        () = stopped(&mut stopping) => return,
    }) {
        let pause = if app.is_empty().await { EMPTY } else { BROKEN };
        if !wait(&mut stopping, pause).await {
            return;
        }
    }
    let Ok(engine) = app.engine() else { return };
    let jobs = app.jobs.clone();
    let resuming = tokio::spawn(async move { jobs.resume().await });
    while wait(&mut stopping, FOLLOW).await {
        if let Err(error) = engine.live().catch_up().await {
            tracing::error!(%error, "what others wrote cannot be read; answers are as of before");
        }
        engine.refit_if_due().await;
    }
    resuming.abort();
}

/// Reads ratings and models; whether they are there now.
pub(crate) async fn load(app: &App) -> bool {
    match Engine::open(app.store.clone()).await {
        Ok(engine) => {
            let sequence = engine.live().view().sequence();
            tracing::info!(sequence, "ready");
            app.jobs.set_live(engine.live().clone());
            app.set_ready(engine);
            true
        }
        Err(StoreError::NoRatings { .. }) => {
            app.set_waiting(
                "the database holds no ratings yet; `likemind import` adds some".into(),
            );
            false
        }
        Err(error) => {
            tracing::error!(%error, "the database cannot be read");
            app.set_waiting("the database cannot be read; the log says why".to_owned());
            false
        }
    }
}

/// Stores lists some time after they changed, and finishes what forgetting left.
async fn store(app: &App) {
    let mut stopping = app.stopping.subscribe();
    while wait(&mut stopping, STORE).await {
        store_lists(app).await;
        finish_erasing(app).await;
    }
}

/// Overwrites what a reader kept in the file of people who were forgotten.
async fn finish_erasing(app: &App) {
    if let Err(error) = app.store.finish_erasing().await {
        tracing::warn!(%error, "a forgotten person cannot be erased from the file yet");
    }
}

/// Stores the lists that changed.
async fn store_lists(app: &App) {
    if let Ok(engine) = app.engine()
        && engine.is_behind().await
        && let Err(error) = engine.live().write_behind().await
    {
        tracing::warn!(%error, "changed lists cannot be stored; they are computed again if need be");
    }
}
