//! A database opened for answers: ratings, an active model, and what predicts from them.

use crate::args::PredictionArgs;
use crate::messages::note;
use anyhow::{Context, Error, Result, anyhow, bail};
use likemind::{
    Centring, ItemIdx, Neighbour, NeighbourView, Neighbours, RatingMatrix, RowIdx, Side, UserIdx,
};
use likemind_engine::{LiveModel, LiveStore, LiveView};
use likemind_store::{Glance, ModelError, ModelInfo, Store, StoreError};

/// Ratings and the active model of a side, which has taken in all ratings.
pub(crate) struct Engine {
    held: Held,
    side: Side,
}

enum Held {
    Live(LiveStore),
    Glance(Box<Glance>),
}

/// Ratings and neighbours, as both are at one moment.
pub(crate) enum View<'a> {
    Live(LiveView<'a>),
    Glance(&'a Glance),
}

impl Engine {
    /// With all lists of the active model of a side; of no side in particular, of the users' model, else
    /// the items'.
    pub(crate) async fn open(store: &Store, side: Option<Side>) -> Result<Self> {
        let side = active(store, side).await?.side;
        Self::open_all(store, side).await
    }

    /// As [`open`](Self::open), with the lists of some rows alone where these can be told without the
    /// others: of those that `rows` says for the side, or of all.
    pub(crate) async fn open_for(
        store: &Store,
        side: Option<Side>,
        rows: impl FnOnce(Side) -> Option<Vec<RowIdx>>,
    ) -> Result<Self> {
        let side = active(store, side).await?.side;
        let glance = match rows(side) {
            Some(rows) => store.glance(side, &rows).await?,
            None => None,
        };
        match glance {
            Some(glance) => Ok(Self { held: Held::Glance(Box::new(glance)), side }.told()),
            None => Self::open_all(store, side).await,
        }
    }

    async fn open_all(store: &Store, side: Side) -> Result<Self> {
        let live = LiveStore::open(store.clone(), &[side]).await?;
        if live.is_behind() {
            match live.write_behind().await {
                // It only saves the next command the time.
                Err(ModelError::Store(StoreError::Locked { .. } | StoreError::Full { .. })) => {}
                stored => stored?,
            }
        }
        Ok(Self { held: Held::Live(live), side }.told())
    }

    pub(crate) fn side(&self) -> Side {
        self.side
    }

    pub(crate) fn view(&self) -> View<'_> {
        match &self.held {
            Held::Live(live) => View::Live(live.view()),
            Held::Glance(glance) => View::Glance(glance),
        }
    }

    /// The neighbours in a view of this engine.
    pub(crate) fn neighbours<'a>(&self, view: &'a View<'_>) -> Result<Neighbours<'a>> {
        Ok(self.model(view)?.neighbours)
    }

    /// Fits what predictions are measured from, by the rule of the model's dialect where none is asked
    /// for.
    pub(crate) fn centring(&self, view: &View<'_>, rule: &PredictionArgs) -> Result<Centring> {
        let dialect = self.model(view)?.info.parameters.options().dialect;
        Ok(Centring::fit(view.matrix(), rule.options(dialect, self.side))?)
    }

    /// What answers by the neighbours in a view of this engine.
    pub(crate) fn answers<'a>(
        &self,
        view: &'a View<'_>,
        centring: &'a Centring,
    ) -> Result<NeighbourView<'a>> {
        Ok(self.model(view)?.view(view.matrix(), centring))
    }

    fn model<'a>(&self, view: &'a View<'_>) -> Result<LiveModel<'a>> {
        // It was there when the engine was opened, and only its own writes are taken in.
        view.model(self.side).context("expected a model, found none")
    }

    /// Says so where the model could not take in ratings that came after it.
    fn told(self) -> Self {
        if let Some(model) = self.view().model(self.side).filter(|model| !model.is_exact) {
            note(format_args!(
                "ratings changed since model {} was made; `likemind fit --side {}` brings it up to date",
                model.info.id, self.side
            ));
        }
        self
    }
}

impl View<'_> {
    pub(crate) fn matrix(&self) -> &RatingMatrix {
        match self {
            Self::Live(view) => view.matrix(),
            Self::Glance(glance) => &glance.matrix,
        }
    }

    fn model(&self, side: Side) -> Option<LiveModel<'_>> {
        match self {
            Self::Live(view) => view.model(side),
            Self::Glance(glance) => Some(LiveModel {
                info: &glance.model,
                neighbours: Neighbours::Stored(&glance.lists),
                is_exact: glance.is_exact,
            }),
        }
    }
}

/// The active model of a side; of no side in particular, that of the users, else of the items.
async fn active(store: &Store, side: Option<Side>) -> Result<ModelInfo> {
    for wanted in side.map_or(vec![Side::Users, Side::Items], |side| vec![side]) {
        if let Some(info) = store.active_model(wanted).await? {
            return Ok(info);
        }
    }
    let wanted = side.map_or(String::new(), |side| format!(" of {side}"));
    let flag = side.map_or(String::new(), |side| format!(" --side {side}"));
    bail!("expected a model{wanted}, found none; `likemind fit{flag}` makes one")
}

/// The neighbours of one row by the active model, best first. Reads that one list alone, and the
/// ratings only if there are some to take in.
pub(crate) async fn neighbours_of(
    store: &Store,
    side: Side,
    row: RowIdx,
) -> Result<Vec<Neighbour>> {
    let info = active(store, Some(side)).await?;
    if info.sequence == store.sequence().await? {
        return Ok(store.neighbours_of(info.id, row).await?);
    }
    let engine = Engine::open_for(store, Some(side), |_| Some(vec![row])).await?;
    let view = engine.view();
    Ok(engine.neighbours(&view)?.of(row).to_vec())
}

/// The user with this id.
pub(crate) async fn user(store: &Store, id: &str) -> Result<UserIdx> {
    store.user(id).await?.ok_or_else(|| no_user(id))
}

/// The item with this id.
pub(crate) async fn item(store: &Store, id: &str) -> Result<ItemIdx> {
    store.item(id).await?.ok_or_else(|| no_item(id))
}

/// The error of an id that no user has.
pub(crate) fn no_user(id: &str) -> Error {
    anyhow!("expected the id of a user, found {id:?}, which nobody has")
}

/// The error of an id that no item has.
pub(crate) fn no_item(id: &str) -> Error {
    anyhow!(
        "expected the id of an item, found {id:?}; `likemind items --query TEXT` finds ids by title"
    )
}

/// The ids of some rows of a side.
pub(crate) async fn names(store: &Store, side: Side, rows: &[RowIdx]) -> Result<Vec<String>> {
    Ok(match side {
        Side::Users => {
            store.user_names(&rows.iter().map(|&row| row.user()).collect::<Vec<_>>()).await?
        }
        Side::Items => {
            store.item_names(&rows.iter().map(|&row| row.item()).collect::<Vec<_>>()).await?
        }
    })
}

/// The titles of some items, with their years; an empty text where unknown.
pub(crate) async fn titles(store: &Store, items: &[ItemIdx]) -> Result<Vec<String>> {
    let infos = store.item_infos(items).await?;
    let title = |info: likemind::ItemInfo| match (info.title, info.year) {
        (Some(title), Some(year)) => format!("{title} ({year})"),
        (Some(title), None) => title,
        (None, _) => String::new(),
    };
    Ok(infos.into_iter().map(title).collect())
}
