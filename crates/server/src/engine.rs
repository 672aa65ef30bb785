//! Ratings and models in memory, and what answers are computed from at one moment.

use crate::problem::{Answer, Problem};
use likemind::{
    Catalogue, Centring, DenseIdx, Dialect, ItemIdx, ItemInfo, NeighbourView, PredictionOptions,
    RatingMatrix, RowIdx, Side, UserIdx,
};
use likemind_engine::{LiveModel, LiveStore, LiveView};
use likemind_store::{ModelId, Store, StoreError};
use std::hash::RandomState;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::available_parallelism;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// What was fitted for predictions is fitted anew after so many changes of ratings, or after a
/// hundredth of all if that is fewer.
const MOST_CHANGES: u64 = 10_000;
/// But not for a handful.
const FEWEST_CHANGES: u64 = 20;
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
    live: LiveStore,
    fitted: RwLock<Fitted>,
    counted: Mutex<Option<Counted>>,
    /// Room for long answers. One that nobody waits for any more keeps its place until it is done.
    heavy: Arc<Semaphore>,
    /// Tells the tags of this run of the program from those of others, which may have been of other
    /// ratings.
    tags: RandomState,
}

/// What predictions are measured from, and what it was fitted to.
#[derive(Clone)]
struct Fitted {
    /// By side, each by the rule of its model's dialect.
    centring: [Arc<Centring>; 2],
    sequence: u64,
    models: Models,
}

/// The models served, by side.
pub(crate) type Models = [Option<ModelId>; 2];

/// How often each rating occurs, counted at a sequence.
pub(crate) struct Counted {
    pub(crate) sequence: u64,
    pub(crate) bins: Vec<crate::histogram::Bin>,
}

impl Engine {
    /// Reads ratings, names and models.
    ///
    /// # Errors
    /// As [`LiveStore::open`].
    pub(crate) async fn open(store: Store) -> Result<Self, StoreError> {
        let live = LiveStore::open_with_names(store, &[Side::Users, Side::Items]).await?;
        let first = live.clone();
        let fitted = spawn_blocking(move || fit(&first)).await;
        // It only fails where the task panicked: there is nothing to go on with then.
        let fitted =
            fitted.unwrap_or_else(|panicked| std::panic::resume_unwind(panicked.into_panic()));
        let cores = available_parallelism().map_or(1, usize::from);
        Ok(Self(Arc::new(Shared {
            live,
            fitted: RwLock::new(fitted),
            counted: Mutex::new(None),
            heavy: Arc::new(Semaphore::new(HEAVY_A_CORE * cores)),
            tags: RandomState::new(),
        })))
    }

    pub(crate) fn live(&self) -> &LiveStore {
        &self.0.live
    }

    /// Computes an answer from one moment: here if that is quick and nobody is changing ratings, else
    /// on a thread that may wait.
    pub(crate) async fn answer<T: Send + 'static>(
        &self,
        effort: Effort,
        work: impl FnOnce(&Moment<'_>) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        if effort == Effort::Light
            && let Some(view) = self.0.live.try_view()
        {
            return work(&Moment::new(self, &view));
        }
        // The semaphore is never closed.
        let place = Arc::clone(&self.0.heavy).acquire_owned().await;
        let engine = self.clone();
        let waiting = spawn_blocking(move || {
            let _place = place;
            let view = engine.0.live.view();
            work(&Moment::new(&engine, &view))
        });
        waiting.await.unwrap_or_else(|panicked| Err(Problem::internal(&panicked)))
    }

    /// Fits anew what predictions are measured from, if another model is served or many ratings came.
    pub(crate) async fn refit_if_due(&self) {
        let engine = self.clone();
        let work = move || {
            let due = {
                let (view, fitted) = (engine.0.live.view(), engine.fitted());
                let part = view.matrix().ratings() as u64 / 100;
                let most = part.clamp(FEWEST_CHANGES, MOST_CHANGES);
                models(&view) != fitted.models || view.sequence().abs_diff(fitted.sequence) >= most
            };
            if due {
                let fitted = fit(&engine.0.live);
                *engine.0.fitted.write().unwrap_or_else(PoisonError::into_inner) = fitted;
            }
        };
        if let Err(panicked) = spawn_blocking(work).await {
            tracing::error!(%panicked, "fitting the baseline failed; the former stays");
        }
    }

    /// Whether lists are not stored yet.
    pub(crate) async fn is_behind(&self) -> bool {
        let live = self.0.live.clone();
        // Where it cannot be told there may be some.
        spawn_blocking(move || live.is_behind()).await.unwrap_or(true)
    }

    /// Whether there is a model of a side, as far as that can be told at once.
    pub(crate) fn serves(&self, side: Side) -> bool {
        self.0.live.try_view().is_some_and(|view| view.model(side).is_some())
    }

    /// What tags are made with.
    pub(crate) fn tags(&self) -> &RandomState {
        &self.0.tags
    }

    /// The last count of ratings.
    pub(crate) fn counted(&self) -> MutexGuard<'_, Option<Counted>> {
        self.0.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fitted(&self) -> Fitted {
        self.0.fitted.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn models(view: &LiveView<'_>) -> Models {
    [Side::Users, Side::Items].map(|side| view.model(side).map(|model| model.info.id))
}

/// How the model of a side predicts.
fn rule(view: &LiveView<'_>, side: Side) -> PredictionOptions {
    let model = view.model(side);
    let dialect = model.map_or(Dialect::default(), |m| m.info.parameters.options().dialect);
    dialect.prediction(side, None)
}

/// Fits to a copy, so that ratings can go on changing meanwhile.
fn fit(live: &LiveStore) -> Fitted {
    let (matrix, sequence, models, [users, items]) = {
        let view = live.view();
        let rules = [Side::Users, Side::Items].map(|side| rule(&view, side));
        (view.matrix().clone(), view.sequence(), models(&view), rules)
    };
    let fit = |rule| {
        let centring = Centring::fit(&matrix, rule);
        // A dialect's options are valid; a test says so.
        Arc::new(centring.unwrap_or_else(|error| unreachable!("{error}")))
    };
    let of_users = fit(users);
    let of_items = if items == users { Arc::clone(&of_users) } else { fit(items) };
    Fitted { centring: [of_users, of_items], sequence, models }
}

/// Ratings, models and names that do not change while an answer is computed.
pub(crate) struct Moment<'a> {
    view: &'a LiveView<'a>,
    fitted: Fitted,
    engine: &'a Engine,
}

impl<'a> Moment<'a> {
    fn new(engine: &'a Engine, view: &'a LiveView<'a>) -> Self {
        Self { view, fitted: engine.fitted(), engine }
    }

    pub(crate) fn engine(&self) -> &Engine {
        self.engine
    }

    pub(crate) fn matrix(&self) -> &'a RatingMatrix {
        self.view.matrix()
    }

    pub(crate) fn sequence(&self) -> u64 {
        self.view.sequence()
    }

    /// The active model of a side, if there is one.
    pub(crate) fn served(&self, side: Side) -> Option<LiveModel<'a>> {
        self.view.model(side)
    }

    /// The active model of a side; of no side in particular, that of the users, else of the items.
    pub(crate) fn model(&self, side: Option<Side>) -> Answer<(Side, LiveModel<'a>)> {
        let asked = side.map_or(vec![Side::Users, Side::Items], |side| vec![side]);
        let found = asked.iter().find_map(|&side| Some((side, self.view.model(side)?)));
        found.ok_or_else(|| {
            let of = side.map_or(String::new(), |side| format!(" of {side}"));
            let detail = format!("expected a model{of}, found none; POST /v1/jobs makes one");
            Problem::new(axum::http::StatusCode::NOT_FOUND, detail)
        })
    }

    /// What answers by a model.
    pub(crate) fn answers<'m>(&'m self, model: &LiveModel<'m>) -> NeighbourView<'m> {
        let [of_users, of_items] = &self.fitted.centring;
        let centring = match model.info.side {
            Side::Users => of_users,
            Side::Items => of_items,
        };
        model.view(self.matrix(), centring)
    }

    /// What tells this moment's answers from those of others: ratings, models, and what predictions
    /// are measured from.
    pub(crate) fn mark(&self) -> (u64, Models, u64) {
        (self.sequence(), models(self.view), self.fitted.sequence)
    }

    pub(crate) fn user(&self, id: &str) -> Answer<UserIdx> {
        let found = self.view.names().users().get(id);
        found
            .filter(|user| user.at() < self.matrix().users())
            .ok_or_else(|| Problem::unknown("a user", id))
    }

    pub(crate) fn item(&self, id: &str) -> Answer<ItemIdx> {
        let found = self.view.names().items().get(id);
        found
            .filter(|item| item.at() < self.matrix().items())
            .ok_or_else(|| Problem::unknown("an item", id))
    }

    /// The id of a user; an empty text where there is none.
    pub(crate) fn user_name(&self, user: UserIdx) -> &'a str {
        self.view.names().users().name(user).unwrap_or_default()
    }

    pub(crate) fn user_id(&self, user: UserIdx) -> String {
        self.user_name(user).to_owned()
    }

    /// The id of an item; an empty text where there is none.
    pub(crate) fn item_name(&self, item: ItemIdx) -> &'a str {
        self.view.names().items().name(item).unwrap_or_default()
    }

    pub(crate) fn item_id(&self, item: ItemIdx) -> String {
        self.item_name(item).to_owned()
    }

    /// The id of a row of a side.
    pub(crate) fn name(&self, side: Side, row: RowIdx) -> &'a str {
        match side {
            Side::Users => self.user_name(row.user()),
            Side::Items => self.item_name(row.item()),
        }
    }

    pub(crate) fn catalogue(&self) -> &'a Catalogue {
        self.view.names().catalogue()
    }

    pub(crate) fn info(&self, item: ItemIdx) -> &'a ItemInfo {
        self.catalogue().get(item)
    }

    /// Whether an item has a genre of this name, in whatever case.
    pub(crate) fn has_genre(&self, item: ItemIdx, genre: &str) -> bool {
        let wanted = genre.to_lowercase();
        self.info(item).genres.iter().any(|has| has.to_lowercase() == wanted)
    }
}
