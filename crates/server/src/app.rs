//! The state that all handlers share.

use crate::engine::Engine;
use crate::jobs::Jobs;
use crate::metrics::Metrics;
use crate::middleware::{Access, Hosts, Limits, Tokens};
use crate::problem::{Answer, Problem};
use likemind_store::Store;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::{Semaphore, watch};

/// Maximum number of running and waiting changes of ratings.
const CHANGES: usize = 512;

/// The service.
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) jobs: Jobs,
    pub(crate) access: Arc<Access>,
    pub(crate) hosts: Arc<Hosts>,
    pub(crate) limits: Limits,
    pub(crate) metrics: Arc<Metrics>,
    /// Limits concurrent changes of ratings.
    changes: Arc<Semaphore>,
    /// Limits event streams.
    pub(crate) streams: Arc<Semaphore>,
    /// Becomes `true` when the service shuts down.
    pub(crate) stopping: watch::Sender<bool>,
    readiness: RwLock<Readiness>,
}

/// Whether the service can answer questions.
enum Readiness {
    /// Not yet, for the given reason.
    Not(String),
    Ready(Engine),
}

/// The parts of an [`App`] that depend on options.
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) jobs: Jobs,
    pub(crate) tokens: Tokens,
    pub(crate) hosts: Hosts,
    pub(crate) limits: Limits,
}

impl App {
    pub(crate) fn new(parts: Parts) -> Self {
        let Parts { store, jobs, tokens, hosts, limits } = parts;
        Self {
            store,
            jobs,
            access: Arc::new(Access::new(tokens)),
            hosts: Arc::new(hosts),
            limits,
            metrics: Arc::new(Metrics::new()),
            changes: Arc::new(Semaphore::new(CHANGES)),
            streams: Arc::new(Semaphore::new(limits.streams)),
            stopping: watch::Sender::new(false),
            readiness: RwLock::new(Readiness::Not("the ratings are being read".to_owned())),
        }
    }

    /// The engine.
    ///
    /// # Errors
    /// 503 with the reason if the service is not ready.
    pub(crate) fn engine(&self) -> Answer<Engine> {
        match &*self.readiness.read().unwrap_or_else(PoisonError::into_inner) {
            Readiness::Ready(engine) => Ok(engine.clone()),
            Readiness::Not(reason) => {
                Err(Problem::unavailable(format!("expected to be ready, found that {reason}")))
            }
        }
    }

    pub(crate) fn set_ready(&self, engine: Engine) {
        *self.readiness.write().unwrap_or_else(PoisonError::into_inner) = Readiness::Ready(engine);
    }

    pub(crate) fn set_waiting(&self, reason: String) {
        *self.readiness.write().unwrap_or_else(PoisonError::into_inner) = Readiness::Not(reason);
    }

    /// Whether the database is known to be empty.
    pub(crate) async fn is_empty(&self) -> bool {
        self.store.summary().await.is_ok_and(|summary| summary.scale.is_none())
    }

    pub(crate) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Runs a change to completion even if the client disconnects, so that memory never holds half of
    /// it.
    ///
    /// # Errors
    /// Those of `work`, and 503 if too many changes are waiting already.
    pub(crate) async fn run_to_completion<T: Send + 'static>(
        &self,
        work: impl Future<Output = Answer<T>> + Send + 'static,
    ) -> Answer<T> {
        let place = Arc::clone(&self.changes).try_acquire_owned().map_err(|_| {
            Problem::unavailable("expected fewer changes at a time, found too many; try again")
        })?;
        let placed = async move {
            let _place = place;
            work.await
        };
        match tokio::spawn(placed).await {
            Ok(done) => done,
            Err(panicked) => Err(Problem::internal(&panicked)),
        }
    }
}

/// Waits until the service shuts down, given a receiver of [`App::stopping`].
pub(crate) async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // A dropped sender also means that it shuts down.
    let _ = stopping.wait_for(|&stopping| stopping).await;
}
