//! The engine as handlers use it: answers that take long do not keep others waiting.

use crate::histogram::Bin;
use crate::problem::{Answer, Problem};
use likemind::Side;
use likemind_engine::{Engine as Held, LiveStore, Moment};
use likemind_store::{Store, StoreError};
use std::hash::RandomState;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// How many long answers a core computes at a time: more would only make each of them later.
const HEAVY_A_CORE: usize = 2;

/// Whether an answer takes microseconds, or may take longer than others can be kept waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effort {
    Light,
    Heavy,
}

/// A database held open for answers. Clones share it.
#[derive(Clone)]
pub(crate) struct Engine(Arc<Shared>);

struct Shared {
    held: Held,
    counted: Mutex<Option<Counted>>,
    /// Room for long answers. One that nobody waits for any more keeps its place until it is done.
    heavy: Arc<Semaphore>,
    /// Tells the tags of this run of the program from those of others, which may have been of other
    /// ratings.
    tags: RandomState,
}

/// How often each rating occurs, counted at a sequence.
pub(crate) struct Counted {
    pub(crate) sequence: u64,
    pub(crate) bins: Vec<Bin>,
}

impl Engine {
    /// Reads ratings, names and models.
    ///
    /// # Errors
    /// As [`LiveStore::open`].
    pub(crate) async fn open(store: Store) -> Result<Self, StoreError> {
        let cores = available_parallelism().map_or(1, usize::from);
        Ok(Self(Arc::new(Shared {
            held: Held::open(store).await?,
            counted: Mutex::new(None),
            heavy: Arc::new(Semaphore::new(HEAVY_A_CORE * cores)),
            tags: RandomState::new(),
        })))
    }

    pub(crate) fn live(&self) -> &LiveStore {
        self.0.held.live()
    }

    /// Computes an answer from one moment: here if that is quick and nobody is changing ratings, else
    /// on a thread that may wait.
    pub(crate) async fn answer<T: Send + 'static>(
        &self,
        effort: Effort,
        work: impl FnOnce(&Moment<'_>) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        if effort == Effort::Light
            && let Some(moment) = self.0.held.try_moment()
        {
            return work(&moment);
        }
        // The semaphore is never closed.
        let place = Arc::clone(&self.0.heavy).acquire_owned().await;
        let held = self.0.held.clone();
        let waiting = spawn_blocking(move || {
            let _place = place;
            work(&held.moment())
        });
        waiting.await.unwrap_or_else(|panicked| Err(Problem::internal(&panicked)))
    }

    /// Fits anew what predictions are measured from, if that is due.
    pub(crate) async fn refit_if_due(&self) {
        let held = self.0.held.clone();
        if let Err(panicked) = spawn_blocking(move || held.refit_if_due()).await {
            tracing::error!(%panicked, "fitting the baseline failed; the former stays");
        }
    }

    /// Whether lists are not stored yet.
    pub(crate) async fn is_behind(&self) -> bool {
        let live = self.live().clone();
        // Where it cannot be told there may be some.
        spawn_blocking(move || live.is_behind()).await.unwrap_or(true)
    }

    /// Whether there is a model of a side, as far as that can be told at once.
    pub(crate) fn serves(&self, side: Side) -> bool {
        self.live().try_view().is_some_and(|view| view.model(side).is_some())
    }

    /// What tags are made with.
    pub(crate) fn tags(&self) -> &RandomState {
        &self.0.tags
    }

    /// The last count of ratings.
    pub(crate) fn counted(&self) -> MutexGuard<'_, Option<Counted>> {
        self.0.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
