//! A database read for a single answer.

use crate::error::{AnswerError, NoModel};
use crate::live::{LiveModel, LiveStore, LiveView};
use crate::models::Outdated;
use likemind::{Neighbour, Neighbours, RatingMatrix, RowIdx, Side};
use likemind_store::{ModelError, NeighbourModelInfo, PartialSnapshot, Store, StoreError};

/// The ratings of a database and the active model of a side, up to date with them. It is meant for
/// programs that exit after one answer; long-running ones use an [`Engine`](crate::Engine).
pub struct Snapshot {
    lists: Lists,
    side: Side,
}

enum Lists {
    All(LiveStore),
    Few(Box<PartialSnapshot>),
}

/// A view of the contents of a [`Snapshot`].
pub struct SnapshotView<'a>(View<'a>);

enum View<'a> {
    All(LiveView<'a>, Side),
    Few(&'a PartialSnapshot),
}

impl Snapshot {
    /// Reads all lists of the active model of a side. If `side` is `None`, that of the users, or else of
    /// the items. Lists that had to be brought up to date are stored, unless another process is
    /// writing.
    ///
    /// # Errors
    /// [`AnswerError::NoModel`] before the first fit.
    pub async fn open(store: &Store, side: Option<Side>) -> Result<Self, AnswerError> {
        let side = active_model(store, side).await?.side;
        Self::open_all(store, side).await
    }

    /// Like [`open`](Self::open), but reads only the lists of the rows that `rows` returns for the side,
    /// if these can be determined without the others; `None` stands for all rows.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub async fn open_for(
        store: &Store,
        side: Option<Side>,
        rows: impl FnOnce(Side) -> Option<Vec<RowIdx>>,
    ) -> Result<Self, AnswerError> {
        let side = active_model(store, side).await?.side;
        let partial = match rows(side) {
            Some(rows) => store.read_partial(side, &rows).await?,
            None => None,
        };
        match partial {
            Some(partial) => Ok(Self { lists: Lists::Few(Box::new(partial)), side }),
            None => Self::open_all(store, side).await,
        }
    }

    async fn open_all(store: &Store, side: Side) -> Result<Self, AnswerError> {
        let live = LiveStore::open(store.clone(), &[side]).await?;
        if live.is_behind() {
            match live.write_behind().await {
                // Storing them would only have saved time later.
                Err(ModelError::Store(StoreError::Locked { .. } | StoreError::Full { .. })) => {}
                stored => stored?,
            }
        }
        Ok(Self { lists: Lists::All(live), side })
    }

    /// The side of the model.
    pub fn side(&self) -> Side {
        self.side
    }

    /// Returns a view of its contents.
    pub fn view(&self) -> SnapshotView<'_> {
        SnapshotView(match &self.lists {
            Lists::All(live) => View::All(live.view(), self.side),
            Lists::Few(partial) => View::Few(partial),
        })
    }
}

impl SnapshotView<'_> {
    /// The ratings.
    pub fn matrix(&self) -> &RatingMatrix {
        match &self.0 {
            View::All(view, _) => view.matrix(),
            View::Few(partial) => &partial.matrix,
        }
    }

    /// The model.
    ///
    /// # Errors
    /// [`NoModel`] if it was deleted while the snapshot was opened.
    pub fn model(&self) -> Result<LiveModel<'_>, NoModel> {
        match &self.0 {
            View::All(view, side) => view.model(*side).ok_or(NoModel::of_neighbours(Some(*side))),
            View::Few(partial) => Ok(LiveModel {
                info: &partial.model,
                neighbours: Neighbours::Stored(&partial.lists),
                is_exact: partial.is_exact,
                sequence: partial.sequence,
            }),
        }
    }
}

/// Reads the active model of a side. If `side` is `None`, that of the users, or else of the items.
///
/// # Errors
/// [`AnswerError::NoModel`] before the first fit.
pub async fn active_model(
    store: &Store,
    side: Option<Side>,
) -> Result<NeighbourModelInfo, AnswerError> {
    for wanted in side.map_or(vec![Side::Users, Side::Items], |side| vec![side]) {
        if let Some(info) = store.active_model(wanted).await? {
            return Ok(info);
        }
    }
    Err(NoModel::of_neighbours(side).into())
}

/// The neighbours of one row.
#[derive(Clone, Debug)]
pub struct NeighboursOf {
    /// The neighbours, most similar first.
    pub list: Vec<Neighbour>,
    /// Their model, as stored.
    pub model: NeighbourModelInfo,
    /// Whether they are exact for the current ratings; see [`LiveModel::is_exact`].
    pub is_exact: bool,
    /// Sequence number of the current ratings.
    pub sequence: u64,
}

/// Reads the neighbours of a row in the active model of its side. Reads only that list, and the ratings
/// only if some have changed since the model was stored.
///
/// # Errors
/// [`AnswerError::NoModel`] before the first fit.
pub async fn neighbours_of(
    store: &Store,
    side: Side,
    row: RowIdx,
) -> Result<NeighboursOf, AnswerError> {
    let model = active_model(store, Some(side)).await?;
    let sequence = store.sequence().await?;
    if model.sequence == sequence {
        let list = store.neighbours_of(model.id, row).await?;
        return Ok(NeighboursOf { list, model, is_exact: true, sequence });
    }
    let snapshot = Snapshot::open_for(store, Some(side), |_| Some(vec![row])).await?;
    let view = snapshot.view();
    let LiveModel { info, neighbours, is_exact, sequence } = view.model()?;
    let (list, model) = (neighbours.list(row).to_vec(), info.clone());
    Ok(NeighboursOf { list, model, is_exact, sequence })
}

impl NeighboursOf {
    /// The model, if it could not be brought up to date with later ratings.
    pub fn outdated(&self) -> Option<Outdated<'_>> {
        (!self.is_exact).then(|| Outdated::new(&self.model, self.sequence))
    }
}
