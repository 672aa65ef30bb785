//! A database read for one answer.

use crate::error::{AnswerError, NoModel};
use crate::live::{LiveModel, LiveStore, LiveView};
use likemind::{Neighbour, Neighbours, RatingMatrix, RowIdx, Side};
use likemind_store::{Glance, ModelError, ModelInfo, Store, StoreError};

/// The ratings of a database and the active model of a side, brought up to date with them, as both are
/// at one moment. For a program that answers and ends; an [`Engine`](crate::Engine) is for one that
/// goes on.
pub struct Snapshot {
    held: Held,
    side: Side,
}

enum Held {
    All(LiveStore),
    Few(Box<Glance>),
}

/// What a [`Snapshot`] holds, to compute with.
pub struct SnapshotView<'a>(Seen<'a>);

enum Seen<'a> {
    All(LiveView<'a>, Side),
    Few(&'a Glance),
}

impl Snapshot {
    /// With all lists of the active model of a side; of no side in particular, of the users' model, else
    /// the items'. Lists that it had to bring up to date are stored, if nobody else is writing.
    ///
    /// # Errors
    /// [`AnswerError::NoModel`] before the first fit.
    pub async fn open(store: &Store, side: Option<Side>) -> Result<Self, AnswerError> {
        let side = active_model(store, side).await?.side;
        Self::open_all(store, side).await
    }

    /// As [`open`](Self::open), with the lists of some rows alone where these can be told without the
    /// others: of those that `rows` says for the side, or of all.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_for(
        store: &Store,
        side: Option<Side>,
        rows: impl FnOnce(Side) -> Option<Vec<RowIdx>>,
    ) -> Result<Self, AnswerError> {
        let side = active_model(store, side).await?.side;
        let glance = match rows(side) {
            Some(rows) => store.glance(side, &rows).await?,
            None => None,
        };
        match glance {
            Some(glance) => Ok(Self { held: Held::Few(Box::new(glance)), side }),
            None => Self::open_all(store, side).await,
        }
    }

    async fn open_all(store: &Store, side: Side) -> Result<Self, AnswerError> {
        let live = LiveStore::open(store.clone(), &[side]).await?;
        if live.is_behind() {
            match live.write_behind().await {
                // It only saves the next one the time.
                Err(ModelError::Store(StoreError::Locked { .. } | StoreError::Full { .. })) => {}
                stored => stored?,
            }
        }
        Ok(Self { held: Held::All(live), side })
    }

    /// Whose neighbours the model has.
    pub fn side(&self) -> Side {
        self.side
    }

    /// What it holds.
    pub fn view(&self) -> SnapshotView<'_> {
        SnapshotView(match &self.held {
            Held::All(live) => Seen::All(live.view(), self.side),
            Held::Few(glance) => Seen::Few(glance),
        })
    }
}

impl SnapshotView<'_> {
    /// The ratings.
    pub fn matrix(&self) -> &RatingMatrix {
        match &self.0 {
            Seen::All(view, _) => view.matrix(),
            Seen::Few(glance) => &glance.matrix,
        }
    }

    /// The model.
    ///
    /// # Errors
    /// [`NoModel`] if it was deleted while the snapshot was opened.
    pub fn model(&self) -> Result<LiveModel<'_>, NoModel> {
        match &self.0 {
            Seen::All(view, side) => view.model(*side).ok_or(NoModel { side: Some(*side) }),
            Seen::Few(glance) => Ok(LiveModel {
                info: &glance.model,
                neighbours: Neighbours::Stored(&glance.lists),
                is_exact: glance.is_exact,
            }),
        }
    }
}

/// The active model of a side; of no side in particular, that of the users, else of the items.
///
/// # Errors
/// [`AnswerError::NoModel`] before the first fit.
pub async fn active_model(store: &Store, side: Option<Side>) -> Result<ModelInfo, AnswerError> {
    for wanted in side.map_or(vec![Side::Users, Side::Items], |side| vec![side]) {
        if let Some(info) = store.active_model(wanted).await? {
            return Ok(info);
        }
    }
    Err(NoModel { side }.into())
}

/// The neighbours of one row.
#[derive(Clone, Debug)]
pub struct NeighboursOf {
    /// Most similar first.
    pub list: Vec<Neighbour>,
    /// The model that has them, as it is stored.
    pub model: ModelInfo,
    /// Whether they are those of the ratings as they are, as [`LiveModel::is_exact`].
    pub is_exact: bool,
}

/// The neighbours of a row by the active model of its side. Reads that one list alone, and the ratings
/// only where there are some to take in.
///
/// # Errors
/// [`AnswerError::NoModel`] before the first fit.
pub async fn neighbours_of(
    store: &Store,
    side: Side,
    row: RowIdx,
) -> Result<NeighboursOf, AnswerError> {
    let model = active_model(store, Some(side)).await?;
    if model.sequence == store.sequence().await? {
        let list = store.neighbours_of(model.id, row).await?;
        return Ok(NeighboursOf { list, model, is_exact: true });
    }
    let snapshot = Snapshot::open_for(store, Some(side), |_| Some(vec![row])).await?;
    let view = snapshot.view();
    let LiveModel { info, neighbours, is_exact } = view.model()?;
    Ok(NeighboursOf { list: neighbours.of(row).to_vec(), model: info.clone(), is_exact })
}

impl NeighboursOf {
    /// The model, if it could not take in ratings that came after it.
    pub fn outdated(&self) -> Option<&ModelInfo> {
        (!self.is_exact).then_some(&self.model)
    }
}
