//! A database held open for answers.

mod fitted;
mod moment;

pub use moment::{Mark, Moment};

use crate::live::LiveStore;
use fitted::Fitted;
use likemind::Side;
use likemind_store::{Store, StoreError};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::task::spawn_blocking;

/// A database held open for answers: ratings, names and the models of both sides in memory, exact as
/// ratings come ([`live`](Self::live)), and what predictions are measured from. Clones share it.
///
/// An answer is computed from one [`moment`](Self::moment).
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
    /// As [`LiveStore::open`].
    ///
    /// # Panics
    /// If fitting what predictions are measured from does.
    pub async fn open(store: Store) -> Result<Self, StoreError> {
        let live = LiveStore::open_with_names(store, &[Side::Users, Side::Items]).await?;
        let first = live.clone();
        let fitted = spawn_blocking(move || Fitted::to(&first)).await;
        let fitted =
            fitted.unwrap_or_else(|panicked| std::panic::resume_unwind(panicked.into_panic()));
        Ok(Self(Arc::new(Shared { live, fitted: RwLock::new(fitted) })))
    }

    /// The database held open: what changes ratings goes through it.
    pub fn live(&self) -> &LiveStore {
        &self.0.live
    }

    /// Ratings, models and names as they are, which do not change until the moment is dropped. Waits
    /// while ratings are being changed. To be dropped soon: who changes ratings waits for it.
    pub fn moment(&self) -> Moment<'_> {
        Moment::new(self.0.live.view(), self.fitted())
    }

    /// [`moment`](Self::moment), unless it had to be waited for: for threads that must not wait.
    pub fn try_moment(&self) -> Option<Moment<'_>> {
        Some(Moment::new(self.0.live.try_view()?, self.fitted()))
    }

    /// Fits anew what predictions are measured from, if another model is served or many ratings came:
    /// 10,000, or a hundredth of all if that is fewer, but at least 20. Made for calling often. It takes
    /// as long as a pass or two over all ratings where that is due: for threads that may wait. Answers go
    /// on with the former meanwhile.
    pub fn refit_if_due(&self) {
        if self.fitted().is_outdated(&self.0.live.view()) {
            let fitted = Fitted::to(&self.0.live);
            *self.0.fitted.write().unwrap_or_else(PoisonError::into_inner) = fitted;
        }
    }

    fn fitted(&self) -> Fitted {
        self.0.fitted.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
