//! A database opened for answers: ratings, an active model, and what predicts from them.

use anyhow::{Context, Result, bail};
use likemind::{
    ItemIdx, NeighbourIndex, Neighbourhood, NeighbourhoodPredictor, PredictionOptions,
    RatingMatrix, Side, UserIdx,
};
use likemind_store::{ModelInfo, Store};

/// The neighbours of a stored model.
pub(crate) struct Model {
    pub(crate) index: NeighbourIndex,
}

impl Model {
    /// The active model of a side; of no side in particular, that of the users, else of the items.
    pub(crate) async fn active(store: &Store, side: Option<Side>) -> Result<Self> {
        let sides = side.map_or(vec![Side::Users, Side::Items], |side| vec![side]);
        for side in &sides {
            if let Some(info) = store.active_model(*side).await? {
                let index = store.neighbour_index(info.id).await?;
                warn_if_stale(store, &info).await?;
                return Ok(Self { index });
            }
        }
        let wanted = side.map_or(String::new(), |side| format!(" of {side}"));
        let flag = side.map_or(String::new(), |side| format!(" --side {side}"));
        bail!("expected a model{wanted}, found none; `likemind fit{flag}` makes one")
    }

    /// Predicts from the stored neighbours.
    pub(crate) fn predictor<'a>(
        &'a self,
        matrix: &'a RatingMatrix,
    ) -> Result<NeighbourhoodPredictor<'a>> {
        let neighbourhood = Neighbourhood::Stored(&self.index);
        Ok(NeighbourhoodPredictor::new(matrix, neighbourhood, PredictionOptions::default())?)
    }
}

/// Says so when ratings came after the model was made.
async fn warn_if_stale(store: &Store, info: &ModelInfo) -> Result<()> {
    if store.data_digest().await? != info.data_digest {
        eprintln!(
            "note: ratings changed since model {} was made; `likemind fit --side {}` brings it up to date",
            info.id, info.side
        );
    }
    Ok(())
}

/// The user with this id.
pub(crate) async fn user(store: &Store, id: &str) -> Result<UserIdx> {
    let found = store.user(id).await?;
    found.with_context(|| format!("expected the id of a user, found {id:?}, which nobody has"))
}

/// The item with this id.
pub(crate) async fn item(store: &Store, id: &str) -> Result<ItemIdx> {
    let found = store.item(id).await?;
    found.with_context(|| {
        format!("expected the id of an item, found {id:?}; `likemind items --query TEXT` finds ids by title")
    })
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
