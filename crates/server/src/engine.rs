//! The engine of the handlers, which keeps long answers from delaying short ones.

use crate::histogram::Bin;
use crate::known::Conditional;
use crate::problem::{Answer, Problem};
use axum::response::{IntoResponse, Response};
use likemind::Side;
use likemind_engine::{LiveStore, ModelChoice, Moment};
use likemind_store::{ModelKind, Store, StoreError};
use std::hash::RandomState;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// Number of concurrent long answers per core. More would only delay each of them.
const HEAVY_PER_CORE: usize = 2;

/// Whether an answer takes microseconds, or may take long enough to delay others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effort {
    Light,
    Heavy,
}

/// A database held open to answer questions. Clones share the same engine.
#[derive(Clone)]
pub(crate) struct Engine(Arc<Shared>);

struct Shared {
    engine: likemind_engine::Engine,
    counted: Mutex<Option<Counted>>,
    /// Limits long answers. One whose client has disconnected keeps its permit until it is done.
    heavy: Arc<Semaphore>,
    /// Makes entity tags differ between runs of the program, which may have different ratings.
    tags: RandomState,
}

/// A histogram of all ratings at a sequence number.
pub(crate) struct Counted {
    pub(crate) sequence: u64,
    pub(crate) bins: Vec<Bin>,
}

impl Engine {
    /// Reads ratings, names and models.
    ///
    /// # Errors
    /// Those of [`LiveStore::open`].
    pub(crate) async fn open(store: Store) -> Result<Self, StoreError> {
        let cores = available_parallelism().map_or(1, usize::from);
        Ok(Self(Arc::new(Shared {
            engine: likemind_engine::Engine::open(store).await?,
            counted: Mutex::new(None),
            heavy: Arc::new(Semaphore::new(HEAVY_PER_CORE * cores)),
            tags: RandomState::new(),
        })))
    }

    pub(crate) fn live(&self) -> &LiveStore {
        self.0.engine.live()
    }

    /// Computes an answer from one moment. A light answer is computed on the current task unless ratings
    /// are being changed; all others run on a thread that may block.
    pub(crate) async fn answer<T: Send + 'static>(
        &self,
        effort: Effort,
        work: impl FnOnce(&Moment<'_>) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        if effort == Effort::Light
            && let Some(moment) = self.0.engine.try_moment()
        {
            return work(&moment);
        }
        // The semaphore is never closed.
        let permit = Arc::clone(&self.0.heavy).acquire_owned().await;
        let engine = self.0.engine.clone();
        let waiting = spawn_blocking(move || {
            let _permit = permit;
            work(&engine.moment())
        });
        waiting.await.unwrap_or_else(|panicked| Err(Problem::internal(&panicked)))
    }

    /// Like [`answer`](Self::answer), unless the client already has the response.
    pub(crate) async fn respond<R: IntoResponse>(
        &self,
        effort: Effort,
        request: Conditional,
        work: impl FnOnce(&Moment<'_>) -> Answer<R> + Send + 'static,
    ) -> Answer<Response> {
        let engine = self.clone();
        let respond = move |moment: &Moment<'_>| {
            let answer = || Ok(work(moment)?.into_response());
            request.respond(engine.tags(), moment.mark(), answer)
        };
        self.answer(effort, respond).await
    }

    /// Refits the reference of predictions if that is due.
    pub(crate) async fn refit_if_due(&self) {
        let engine = self.0.engine.clone();
        if let Err(panicked) = spawn_blocking(move || engine.refit_if_due()).await {
            tracing::error!(%panicked, "cannot fit the baseline; the previous one stays in use");
        }
    }

    /// Whether some changed lists have not been stored yet.
    pub(crate) async fn is_behind(&self) -> bool {
        let live = self.live().clone();
        // After a panic, assume that there are some.
        spawn_blocking(move || live.is_behind()).await.unwrap_or(true)
    }

    /// Whether the neighbours of users rank; `false` if that cannot be determined without blocking.
    pub(crate) fn answers_by_users(&self, choice: ModelChoice) -> bool {
        match choice {
            ModelChoice { side: Some(side), .. } => side == Side::Users,
            ModelChoice { kind: Some(ModelKind::Ridge), .. } => false,
            ModelChoice { kind, .. } => self.live().try_view().is_some_and(|view| {
                let has_ridge = kind.is_none() && view.item_models().ridge.is_some();
                view.model(Side::Users).is_some() && !has_ridge
            }),
        }
    }

    /// The keys for hashing entity tags.
    pub(crate) fn tags(&self) -> &RandomState {
        &self.0.tags
    }

    /// The latest histogram of all ratings.
    pub(crate) fn counted(&self) -> MutexGuard<'_, Option<Counted>> {
        self.0.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
