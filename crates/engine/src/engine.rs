//! A database held open to answer questions.

mod fitted;
mod moment;

pub use moment::{Mark, Moment};

use crate::live::LiveStore;
use fitted::Fitted;
use likemind_store::{Store, StoreError};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::task::spawn_blocking;

/// A database held open to answer questions. It keeps ratings, names and the active models in
/// memory, exact as ratings arrive ([`live`](Self::live)), together with the fitted reference of
/// predictions (see [`Centring`](likemind::Centring)). Clones share the same engine.
///
/// Each answer is computed from one [`moment`](Self::moment).
#[derive(Clone)]
pub struct Engine(Arc<Shared>);

struct Shared {
    live: LiveStore,
    fitted: RwLock<Fitted>,
}

impl Engine {
    /// Reads ratings, names and models.
    ///
    /// # Errors
    /// Those of [`LiveStore::open`].
    ///
    /// # Panics
    /// Panics if fitting the reference of predictions panics.
    pub async fn open(store: Store) -> Result<Self, StoreError> {
        let live = LiveStore::open_whole(store).await?;
        let first = live.clone();
        let fitted = spawn_blocking(move || Fitted::to_view(&first.view())).await;
        let fitted =
            fitted.unwrap_or_else(|panicked| std::panic::resume_unwind(panicked.into_panic()));
        Ok(Self(Arc::new(Shared { live, fitted: RwLock::new(fitted) })))
    }

    /// The open database. Ratings must be changed through it, so that memory stays in step.
    pub fn live(&self) -> &LiveStore {
        &self.0.live
    }

    /// Returns a consistent view of ratings, models and names, which do not change until it is dropped.
    /// Blocks while ratings are being changed. Drop it soon: changes of ratings wait for it.
    pub fn moment(&self) -> Moment<'_> {
        Moment::new(self.0.live.view(), self.fitted())
    }

    /// Like [`moment`](Self::moment), but returns `None` instead of blocking.
    pub fn try_moment(&self) -> Option<Moment<'_>> {
        Some(Moment::new(self.0.live.try_view()?, self.fitted()))
    }

    /// Refits the reference of predictions if another model has become active or many ratings have
    /// changed: 1 % of all ratings, but at least 20 and at most 10,000. Cheap if no refit is due, and
    /// otherwise a few passes over all ratings. Answers use the previous fit in the meantime.
    ///
    /// # Panics
    /// Panics on a thread that runs futures, which must not block: use
    /// [`spawn_blocking`](tokio::task::spawn_blocking).
    pub fn refit_if_due(&self) {
        if self.fitted().is_outdated(&self.0.live.view()) {
            let fitted = Fitted::to_copy(&self.0.live);
            *self.0.fitted.write().unwrap_or_else(PoisonError::into_inner) = fitted;
        }
    }

    fn fitted(&self) -> Fitted {
        self.0.fitted.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
