//! A database opened for answers: ratings, an active model, and what predicts from them.

use crate::args::PredictionArgs;
use crate::messages::note;
use anyhow::{Context, Error, Result, anyhow, bail};
use likemind::{ItemIdx, Neighbour, NeighbourhoodPredictor, Neighbours, Side, UserIdx};
use likemind_store::{LiveStore, LiveView, ModelInfo, Store, StoreError};

/// Ratings and the active model of a side, which has taken in all ratings.
pub(crate) struct Engine {
    live: LiveStore,
    side: Side,
}

impl Engine {
    /// The active model of a side; of no side in particular, that of the users, else of the items.
    pub(crate) async fn open(store: &Store, side: Option<Side>) -> Result<Self> {
        let side = active(store, side).await?.side;
        let live = LiveStore::open(store.clone(), &[side]).await?;
        if live.is_behind() {
            match live.write_behind().await {
                // It only saves the next command the time.
                Err(StoreError::Locked { .. } | StoreError::Full { .. }) => {}
                stored => stored?,
            }
        }
        let engine = Self { live, side };
        engine.warn_if_stale();
        Ok(engine)
    }

    pub(crate) fn side(&self) -> Side {
        self.side
    }

    pub(crate) fn view(&self) -> LiveView<'_> {
        self.live.view()
    }

    /// The neighbours in a view of this engine.
    pub(crate) fn neighbours<'a>(&self, view: &'a LiveView<'_>) -> Result<Neighbours<'a>> {
        // It was there when the engine was opened, and only its own writes are taken in.
        Ok(view.model(self.side).context("expected a model, found none")?.neighbours)
    }

    /// Predicts from the neighbours in a view of this engine, by the rule of the model's dialect where
    /// none is asked for.
    pub(crate) fn predictor<'a>(
        &self,
        view: &'a LiveView<'_>,
        rule: &PredictionArgs,
    ) -> Result<NeighbourhoodPredictor<'a>> {
        let model = view.model(self.side).context("expected a model, found none")?;
        let dialect = model.info.parameters.options().dialect;
        let options = rule.options(dialect, self.side);
        let predictor =
            NeighbourhoodPredictor::new(view.matrix(), model.neighbours.into(), options)?;
        Ok(predictor.with_ties(dialect.ties(None)))
    }

    /// Says so where the model could not take in ratings that came after it.
    fn warn_if_stale(&self) {
        let view = self.view();
        if let Some(model) = view.model(self.side).filter(|model| !model.is_exact) {
            note(format_args!(
                "ratings changed since model {} was made; `likemind fit --side {}` brings it up to date",
                model.info.id, self.side
            ));
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

/// The neighbours of one row by the active model, best first. Reads that one list alone, unless
/// there are ratings to take in.
pub(crate) async fn neighbours_of(store: &Store, side: Side, row: u32) -> Result<Vec<Neighbour>> {
    let info = active(store, Some(side)).await?;
    if info.sequence == store.sequence().await? {
        return Ok(store.neighbours_of(info.id, row).await?);
    }
    let engine = Engine::open(store, Some(side)).await?;
    let view = engine.view();
    Ok(engine.neighbours(&view)?.of(row as usize).to_vec())
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
pub(crate) async fn names(store: &Store, side: Side, rows: &[u32]) -> Result<Vec<String>> {
    Ok(match side {
        Side::Users => {
            store.user_names(&rows.iter().map(|&row| UserIdx(row)).collect::<Vec<_>>()).await?
        }
        Side::Items => {
            store.item_names(&rows.iter().map(|&row| ItemIdx(row)).collect::<Vec<_>>()).await?
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
