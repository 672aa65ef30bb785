//! A database held open: ratings and neighbours in memory, kept exact as ratings arrive.

mod attach;
mod behind;
mod damage;
mod guarded;
mod item_models;
mod names;
mod state;
mod waiting;

pub use item_models::{ItemModels, StoredItemModel};
pub use names::Names;
pub use state::{LiveModel, LiveView};

use guarded::Guarded;
use likemind::Side;
use likemind_store::{
    Changes, Forgotten, ModelError, ModelKind, RateError, Rated, RatingChange, SingleChange, Store,
    StoreError,
};
use names::{HeldNames, NewNames, Titles};
use std::sync::Arc;
use tokio::sync::{Mutex, MutexGuard};
use waiting::Waiting;

/// Maximum number of changes that are applied one by one. With more, reading all ratings is faster.
const MAXIMUM_CHANGES: usize = 1_000;

/// The ratings of a database and the neighbours of its active models, exact in memory. After every
/// change of a rating, by any process, the lists are bit for bit those of a new fit. Clones share the
/// same state.
///
/// When [`rate`](Self::rate) returns, the rating is durable and in memory. Changed lists are stored
/// later, by [`write_behind`](Self::write_behind); lists that were not stored when the process ended are
/// recomputed at the next opening. [`catch_up`](Self::catch_up) applies the ratings and models that other
/// processes have written.
///
/// Two kinds of models stay as they were fitted until the next fit: those with global measures
/// ([`LiveError::Global`](likemind::live::LiveError::Global)), and those that are too far behind, for
/// example after a large import. See [`LiveModel::is_exact`].
///
/// The futures need a tokio runtime, and compute on its blocking threads.
#[derive(Clone)]
pub struct LiveStore(Arc<Shared>);

/// What is held in memory beside the ratings.
struct Holding {
    /// The sides whose neighbours are held.
    sides: Vec<Side>,
    naming: HeldNames,
    /// The kinds of the models of all items that are held.
    kinds: &'static [ModelKind],
}

struct Shared {
    store: Store,
    holding: Holding,
    state: Guarded,
    waiting: Waiting,
    /// Held while changing the state.
    changing: Mutex<()>,
    /// Held while storing lists.
    storing: Mutex<()>,
}

impl LiveStore {
    /// Reads the ratings and the active models of `sides` (without duplicates), and brings the models up
    /// to date.
    ///
    /// # Errors
    /// [`StoreError::NoRatings`] before the first import, and [`StoreError::Damaged`] if the stored data
    /// is corrupt.
    pub async fn open(store: Store, sides: &[Side]) -> Result<Self, StoreError> {
        let (sides, naming, kinds) = (sides.to_vec(), HeldNames::None, &[][..]);
        Self::load(store, Holding { sides, naming, kinds }).await
    }

    /// Reads everything: the active models of both sides and of all kinds, and the ids and titles of
    /// all rows; see [`LiveView::names`] and [`LiveView::item_models`].
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub async fn open_whole(store: Store) -> Result<Self, StoreError> {
        let (sides, naming) = (vec![Side::Users, Side::Items], HeldNames::All);
        Self::load(store, Holding { sides, naming, kinds: &item_models::KINDS }).await
    }

    async fn load(store: Store, holding: Holding) -> Result<Self, StoreError> {
        let state = Guarded::new(attach::load(&store, &holding).await?);
        Ok(Self(Arc::new(Shared {
            store,
            holding,
            state,
            waiting: Waiting::default(),
            changing: Mutex::new(()),
            storing: Mutex::new(()),
        })))
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// Returns a consistent view of ratings and neighbours, which do not change until it is dropped.
    /// Blocks while a rating is being changed. Drop it soon: changes of ratings wait for it.
    pub fn view(&self) -> LiveView<'_> {
        LiveView::new(self.0.state.read())
    }

    /// Makes changes of ratings wait until the guard is dropped; views are not affected. Blocks while
    /// ratings are being changed, so it must not be called in a future.
    pub(crate) fn hold_changes(&self) -> MutexGuard<'_, ()> {
        self.0.changing.blocking_lock()
    }

    /// Like [`view`](Self::view), but returns `None` instead of blocking.
    pub fn try_view(&self) -> Option<LiveView<'_>> {
        self.0.state.try_read().map(LiveView::new)
    }

    /// Makes several changes in one transaction, like [`Store::rate_many`]. The neighbours are exact when
    /// it returns.
    ///
    /// # Errors
    /// Those of [`Store::rate_many`]. Reading concurrent changes of other processes can fail after the
    /// transaction was committed: the changes then persist, and [`catch_up`](Self::catch_up) applies
    /// them.
    pub async fn rate_many(&self, changes: &[RatingChange<'_>]) -> Result<Vec<Rated>, RateError> {
        let _changing = self.0.changing.lock().await;
        self.make(changes).await
    }

    /// Erases a user, like [`Store::forget`].
    ///
    /// # Errors
    /// Those of [`Store::forget`]. As with [`rate_many`](Self::rate_many), an error can occur after the
    /// user was erased.
    pub async fn forget(&self, user: &str) -> Result<Forgotten, RateError> {
        let _changing = self.0.changing.lock().await;
        let forgotten = self.0.store.forget(user).await?;
        self.catch_up_ratings().await?;
        Ok(forgotten)
    }

    /// Applies the ratings that other processes have written, and switches to models that they have
    /// activated. Cheap enough to poll: it takes a few hundred microseconds if there is nothing new.
    /// Readers use the previous state until the new one is ready.
    ///
    /// # Errors
    /// Those of [`open`](Self::open). The state is then unchanged.
    pub async fn catch_up(&self) -> Result<(), StoreError> {
        let _changing = self.0.changing.lock().await;
        self.catch_up_ratings().await?;
        self.catch_up_models().await
    }

    /// Stores all changed lists, and closes the database.
    ///
    /// # Errors
    /// Those of [`write_behind`](Self::write_behind). Nothing is lost then: the next opening recomputes
    /// the lists.
    pub async fn close(self) -> Result<(), ModelError> {
        let stored = self.write_behind().await;
        self.0.store.clone().close().await;
        stored
    }

    /// Makes changes in one transaction, and applies them. The caller holds `changing`.
    async fn make(&self, changes: &[RatingChange<'_>]) -> Result<Vec<Rated>, RateError> {
        let rated = self.0.store.rate_many(changes).await?;
        self.apply_own(&rated).await?;
        Ok(rated)
    }

    /// Applies changes that this process has just written. The caller holds `changing`.
    async fn apply_own(&self, rated: &[Rated]) -> Result<(), StoreError> {
        let changes: Vec<SingleChange> =
            rated.iter().filter(|rated| rated.changed).map(Rated::single_change).collect();
        match changes.first() {
            Some(first)
                if self.0.state.is_whole()
                    && first.sequence == self.view().sequence() + 1
                    && changes.len() < MAXIMUM_CHANGES =>
            {
                self.apply(changes, Titles::New).await
            }
            // Another process wrote before, or the state must be reloaded.
            _ => self.catch_up_ratings().await,
        }
    }

    /// Applies all changes of ratings that are in the database.
    async fn catch_up_ratings(&self) -> Result<(), StoreError> {
        while !self.0.state.is_whole() {
            self.reload().await?;
        }
        let store = &self.0.store;
        loop {
            let from = self.view().sequence();
            if store.sequence().await? == from {
                return Ok(());
            }
            match store.changes_since(from, MAXIMUM_CHANGES).await? {
                Changes::Single(changes) if changes.len() < MAXIMUM_CHANGES => {
                    self.apply(changes, Titles::All).await?;
                }
                _ => self.reload().await?,
            }
        }
    }

    /// Applies changes one by one, taking the write lock for each.
    async fn apply(&self, changes: Vec<SingleChange>, titles: Titles) -> Result<(), StoreError> {
        let shared = Arc::clone(&self.0);
        let names = self.new_names(&changes, titles).await?;
        let work = move || {
            shared.state.change(|state| state.names.add(names))?;
            changes.iter().try_for_each(|change| shared.state.change(|state| state.apply(change)))
        };
        self.blocking(work).await
    }

    /// Reads the names that changes add; empty if names are not held.
    async fn new_names(
        &self,
        changes: &[SingleChange],
        titles: Titles,
    ) -> Result<NewNames, StoreError> {
        if self.0.holding.naming == HeldNames::None {
            return Ok(NewNames::default());
        }
        let counts = self.view().names().counts();
        NewNames::read(&self.0.store, changes, counts, titles).await
    }

    /// Reads everything again, concurrently with readers. The result is discarded if the state has
    /// changed in the meantime, which happens if the future of a change was dropped while the change
    /// was still being applied.
    async fn reload(&self) -> Result<(), StoreError> {
        let from = self.view().sequence();
        let now = attach::load(&self.0.store, &self.0.holding).await?;
        let shared = Arc::clone(&self.0);
        self.blocking(move || {
            drop(shared.state.replace(from, now));
            Ok(())
        })
        .await
    }
}
