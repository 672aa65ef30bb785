//! Background tasks: reading the data, catching up with other processes, storing lists and resuming
//! jobs.

use crate::app::{App, stopped};
use crate::engine::Engine;
use likemind_store::StoreError;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Interval for catching up with other processes.
const CATCH_UP: Duration = Duration::from_millis(200);
/// Interval for storing changed lists and finishing erasures.
const STORE: Duration = Duration::from_secs(5);
/// Interval for checking an empty database.
const EMPTY: Duration = Duration::from_millis(500);
/// Interval for retrying to read an unreadable database.
const UNREADABLE: Duration = Duration::from_secs(5);

/// The background tasks of a service.
pub(crate) struct BackgroundTasks {
    app: Arc<App>,
    loading: JoinHandle<()>,
    storing: JoinHandle<()>,
}

impl BackgroundTasks {
    pub(crate) fn start(app: &Arc<App>) -> Self {
        let (loading, storing) = (Arc::clone(app), Arc::clone(app));
        Self {
            loading: tokio::spawn(async move { load_and_catch_up(&loading).await }),
            storing: tokio::spawn(async move { store(&storing).await }),
            app: Arc::clone(app),
        }
    }

    /// Waits for the tasks to end after a shutdown, and stores the remaining lists. Ratings must not be
    /// changed any more.
    pub(crate) async fn end(self) {
        for task in [self.loading, self.storing] {
            if let Err(panicked) = task.await {
                tracing::error!(%panicked, "a task of the service failed");
            }
        }
        store_lists(&self.app).await;
    }
}

/// Waits for `time`. Returns `false` if the service shuts down first.
async fn wait(stopping: &mut watch::Receiver<bool>, time: Duration) -> bool {
    tokio::select! {
        () = tokio::time::sleep(time) => true,
        () = stopped(stopping) => false,
    }
}

/// Reads the data as soon as there is any, and then catches up with changes.
async fn load_and_catch_up(app: &Arc<App>) {
    let mut stopping = app.stopping.subscribe();
    // Reading many ratings takes long, and must not delay a shutdown.
    while !(tokio::select! {
        is_ready = load(app) => is_ready,
        () = stopped(&mut stopping) => return,
    }) {
        let pause = if app.is_empty().await { EMPTY } else { UNREADABLE };
        if !wait(&mut stopping, pause).await {
            return;
        }
    }
    let Ok(engine) = app.engine() else { return };
    let jobs = app.jobs.clone();
    let resuming = tokio::spawn(async move { jobs.resume().await });
    while wait(&mut stopping, CATCH_UP).await {
        if let Err(error) = engine.live().catch_up().await {
            tracing::error!(%error, "cannot read changes by other processes; answers do not include them");
        }
        engine.refit_if_due().await;
    }
    resuming.abort();
}

/// Reads ratings and models. Returns whether the service is ready.
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

/// Periodically stores changed lists and finishes erasures.
async fn store(app: &App) {
    let mut stopping = app.stopping.subscribe();
    while wait(&mut stopping, STORE).await {
        store_lists(app).await;
        finish_erasing(app).await;
    }
}

/// Overwrites data of forgotten users that a reader has kept in the file.
async fn finish_erasing(app: &App) {
    if let Err(error) = app.store.finish_erasing().await {
        tracing::warn!(%error, "cannot erase a forgotten user from the file yet");
    }
}

/// Stores changed lists.
async fn store_lists(app: &App) {
    if let Ok(engine) = app.engine()
        && engine.is_behind().await
        && let Err(error) = engine.live().write_behind().await
    {
        tracing::warn!(%error, "cannot store changed lists; they can be recomputed");
    }
}
