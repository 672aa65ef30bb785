//! A database held open: ratings and neighbours in memory, exact as ratings come.

mod attach;
mod behind;
mod damage;
mod names;
mod state;

pub use names::Names;
pub use state::{LiveModel, LiveView};

use likemind::Side;
use likemind_store::{
    Change, Changes, Forgotten, ModelError, RateError, Rated, RatingChange, SingleChange, Store,
    StoreError,
};
use names::{Asked, HeldNames, News};
use state::State;
use std::sync::{Arc, PoisonError, RwLock, TryLockError};
use tokio::sync::Mutex;

/// More changes than these are not made one by one: reading all ratings is quicker.
const MOST_CHANGES: usize = 1_000;

/// The ratings of a database and the neighbours of its active models, in memory and exact: after
/// every change of a rating, by whichever process, the lists are those that a fit would make, bit
/// for bit. Clones share it.
///
/// A rating is on the disk first and in memory when [`rate`](Self::rate) returns. Changed lists are
/// stored later, by [`write_behind`](Self::write_behind); what was not stored when a process ended
/// is computed again at the next opening, from the sequence. What other processes write, a rating or
/// a new model, [`catch_up`](Self::catch_up) takes in.
///
/// Two kinds of models stay as they were made until a fit makes them anew: those whose similarities
/// depend on all ratings ([`LiveError::Global`](likemind::live::LiveError::Global)), and those that are too
/// far behind, as after a large import. [`LiveModel::is_exact`] tells.
///
/// Its futures need a tokio runtime; the computing is done on the runtime's blocking threads.
#[derive(Clone)]
pub struct LiveStore(Arc<Shared>);

struct Shared {
    store: Store,
    sides: Vec<Side>,
    naming: HeldNames,
    state: RwLock<State>,
    /// Held by whoever changes the state.
    turn: Mutex<()>,
    /// Held by whoever stores lists.
    storing: Mutex<()>,
}

impl LiveStore {
    /// Reads the ratings, and the active models of `sides` (each once), and brings these up to date.
    ///
    /// # Errors
    /// [`StoreError::NoRatings`] before the first import; [`StoreError::Damaged`] if what was stored
    /// is not what is found.
    pub async fn open(store: Store, sides: &[Side]) -> Result<Self, StoreError> {
        Self::load(store, sides, HeldNames::None).await
    }

    /// As [`open`](Self::open), with the ids and titles of all, for who answers many questions:
    /// [`LiveView::names`].
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_with_names(store: Store, sides: &[Side]) -> Result<Self, StoreError> {
        Self::load(store, sides, HeldNames::All).await
    }

    async fn load(store: Store, sides: &[Side], naming: HeldNames) -> Result<Self, StoreError> {
        let state = RwLock::new(attach::load(&store, sides, naming).await?);
        let (sides, turn, storing) = (sides.to_vec(), Mutex::new(()), Mutex::new(()));
        Ok(Self(Arc::new(Shared { store, sides, naming, state, turn, storing })))
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// Ratings and neighbours as they are, which do not change until the view is dropped. To be
    /// dropped soon: who changes ratings waits for it.
    pub fn view(&self) -> LiveView<'_> {
        // One that a panic left half done is replaced before it is brought forward.
        LiveView::new(self.0.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// [`view`](Self::view), unless it had to be waited for: for threads that must not wait.
    pub fn try_view(&self) -> Option<LiveView<'_>> {
        match self.0.state.try_read() {
            Ok(state) => Some(LiveView::new(state)),
            Err(TryLockError::Poisoned(state)) => Some(LiveView::new(state.into_inner())),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Sets or removes one rating, as [`Store::rate`]; the neighbours are exact when it returns.
    ///
    /// # Errors
    /// As [`rate_many`](Self::rate_many).
    pub async fn rate(&self, user: &str, item: &str, change: Change) -> Result<Rated, RateError> {
        let _turn = self.0.turn.lock().await;
        let rated = self.0.store.rate(user, item, change).await?;
        self.take_in(std::slice::from_ref(&rated)).await?;
        Ok(rated)
    }

    /// Makes several changes in one transaction, as [`Store::rate_many`]; the neighbours are exact
    /// when it returns.
    ///
    /// # Errors
    /// As [`Store::rate_many`]. An error of reading what others wrote meanwhile can come after the
    /// changes are on the disk: they stay, and [`catch_up`](Self::catch_up) takes them in.
    pub async fn rate_many(&self, changes: &[RatingChange<'_>]) -> Result<Vec<Rated>, RateError> {
        let _turn = self.0.turn.lock().await;
        let rated = self.0.store.rate_many(changes).await?;
        self.take_in(&rated).await?;
        Ok(rated)
    }

    /// Removes a person, as [`Store::forget`].
    ///
    /// # Errors
    /// As [`Store::forget`], and as [`rate_many`](Self::rate_many) once that is done.
    pub async fn forget(&self, user: &str) -> Result<Forgotten, RateError> {
        let _turn = self.0.turn.lock().await;
        let forgotten = self.0.store.forget(user).await?;
        self.follow().await?;
        Ok(forgotten)
    }

    /// Takes in what other processes wrote since the last time: ratings, and models that became
    /// active. Made for calling often: takes some hundred microseconds where there is nothing new.
    /// Readers go on with the former state until the new one is there.
    ///
    /// # Errors
    /// As [`open`](Self::open). The state is then as before.
    pub async fn catch_up(&self) -> Result<(), StoreError> {
        let _turn = self.0.turn.lock().await;
        self.follow().await?;
        self.follow_models().await
    }

    /// Stores what is not stored yet, and closes the database.
    ///
    /// # Errors
    /// As [`write_behind`](Self::write_behind); nothing is lost then, and the next opening computes
    /// the lists again.
    pub async fn close(self) -> Result<(), ModelError> {
        let stored = self.write_behind().await;
        self.0.store.clone().close().await;
        stored
    }

    /// Takes in what was just written, whose turn the caller has.
    async fn take_in(&self, rated: &[Rated]) -> Result<(), StoreError> {
        let changes: Vec<SingleChange> =
            rated.iter().filter(|rated| rated.changed).map(Rated::single_change).collect();
        match changes.first() {
            // What a panic left half done is read anew.
            Some(first)
                if !self.0.state.is_poisoned()
                    && first.sequence == self.view().sequence() + 1
                    && changes.len() < MOST_CHANGES =>
            {
                self.apply(changes, Asked::New).await
            }
            // Others wrote before.
            _ => self.follow().await,
        }
    }

    /// Brings the ratings forward to the present.
    async fn follow(&self) -> Result<(), StoreError> {
        while self.0.state.is_poisoned() {
            self.reload().await?;
        }
        let store = &self.0.store;
        loop {
            let from = self.view().sequence();
            if store.sequence().await? == from {
                return Ok(());
            }
            match store.changes_since(from, MOST_CHANGES).await? {
                Changes::Single(changes) if changes.len() < MOST_CHANGES => {
                    self.apply(changes, Asked::All).await?;
                }
                _ => self.reload().await?,
            }
        }
    }

    /// Makes the next changes, each a moment of its own for readers.
    async fn apply(&self, changes: Vec<SingleChange>, asked: Asked) -> Result<(), StoreError> {
        let shared = Arc::clone(&self.0);
        let news = self.news(&changes, asked).await?;
        let work = move || {
            let mut state = shared.state.write().unwrap_or_else(PoisonError::into_inner);
            state.names.take(news)?;
            drop(state);
            changes.iter().try_for_each(|change| {
                shared.state.write().unwrap_or_else(PoisonError::into_inner).apply(change)
            })
        };
        self.blocking(work).await
    }

    /// The names that some changes bring; none where names are not held.
    async fn news(&self, changes: &[SingleChange], asked: Asked) -> Result<News, StoreError> {
        if self.0.naming == HeldNames::None {
            return Ok(News::default());
        }
        let counts = self.view().names().counts();
        News::of(&self.0.store, changes, counts, asked).await
    }

    /// Reads everything anew, beside the readers. Left to the next try if the ratings are others by
    /// then, as where somebody was given up who still makes changes.
    async fn reload(&self) -> Result<(), StoreError> {
        let from = self.view().sequence();
        let now = attach::load(&self.0.store, &self.0.sides, self.0.naming).await?;
        let shared = Arc::clone(&self.0);
        self.blocking(move || {
            let mut state = shared.state.write().unwrap_or_else(PoisonError::into_inner);
            if state.sequence == from {
                let former = std::mem::replace(&mut *state, now);
                shared.state.clear_poison();
                drop(state);
                // Large: nobody waits for it.
                drop(former);
            }
            Ok(())
        })
        .await
    }
}
