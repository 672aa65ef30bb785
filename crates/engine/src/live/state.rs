//! The state in memory.

use super::damage::Damage;
use super::guarded::Reading;
use super::item_models::ItemModels;
use super::names::Names;
use crate::models::Outdated;
use likemind::{
    Centring, Dialect, Live, NeighbourIndex, NeighbourView, Neighbours, RatingMatrix, RowIdx, Side,
};
use likemind_store::{ModelId, NeighbourModelInfo, SingleChange};
use std::collections::BTreeSet;

/// Ratings at a sequence number, with the active models.
pub(super) struct State {
    pub(super) live: Live,
    pub(super) sequence: u64,
    pub(super) names: Names,
    pub(super) item_models: ItemModels,
    users: Option<Served>,
    items: Option<Served>,
}

/// An active model.
pub(super) struct Served {
    /// The model as stored.
    pub(super) info: NeighbourModelInfo,
    /// The lists of a model that is not kept exact; `None` if `live` has them.
    pub(super) fixed: Option<NeighbourIndex>,
    /// The rows whose lists differ from the stored ones.
    pub(super) unstored: BTreeSet<RowIdx>,
}

impl State {
    pub(super) fn new(matrix: RatingMatrix, sequence: u64) -> Self {
        let (live, names, item_models) =
            (Live::new(matrix), Names::default(), ItemModels::default());
        Self { live, sequence, names, item_models, users: None, items: None }
    }

    /// Applies a change, unless it was already applied: a dropped future may have left its blocking task
    /// applying changes.
    pub(super) fn apply(&mut self, change: &SingleChange) -> Result<(), Damage> {
        if change.sequence <= self.sequence {
            return Ok(());
        }
        change
            .apply_to(&mut self.live)
            .map_err(|error| Damage(format!("a change that does not fit its ratings ({error})")))?;
        self.sequence = change.sequence;
        Ok(())
    }

    pub(super) fn served(&self, side: Side) -> Option<&Served> {
        match side {
            Side::Users => self.users.as_ref(),
            Side::Items => self.items.as_ref(),
        }
    }

    pub(super) fn place(&mut self, side: Side) -> &mut Option<Served> {
        match side {
            Side::Users => &mut self.users,
            Side::Items => &mut self.items,
        }
    }

    /// The model with this id, if it is still the active one.
    pub(super) fn served_as(&mut self, side: Side, id: ModelId) -> Option<&mut Served> {
        self.place(side).as_mut().filter(|served| served.info.id == id)
    }
}

/// A consistent view of ratings and neighbours.
pub struct LiveView<'a>(Reading<'a>);

/// A model in a consistent view.
#[derive(Clone, Copy)]
pub struct LiveModel<'a> {
    /// The model as stored: its digest, sequence number and counts are those of the stored lists.
    pub info: &'a NeighbourModelInfo,
    /// Its current neighbours.
    pub neighbours: Neighbours<'a>,
    /// Whether they are exact for the current ratings. If not, they are exact for the ratings at the time
    /// when the model was fitted or last brought up to date.
    pub is_exact: bool,
    /// Sequence number of the current ratings.
    pub sequence: u64,
}

impl<'a> LiveModel<'a> {
    /// The dialect that it was fitted with.
    pub fn dialect(&self) -> Dialect {
        self.info.parameters.options().dialect
    }

    /// The model, if it could not be brought up to date with later ratings.
    pub fn outdated(&self) -> Option<Outdated<'a>> {
        (!self.is_exact).then(|| Outdated::new(self.info, self.sequence))
    }

    /// The model with the ratings of its view and a fitted reference of predictions.
    pub fn view(&self, matrix: &'a RatingMatrix, centring: &'a Centring) -> NeighbourView<'a> {
        NeighbourView::new(matrix, self.info.parameters, self.neighbours, centring)
    }
}

impl<'a> LiveView<'a> {
    pub(super) fn new(state: Reading<'a>) -> Self {
        Self(state)
    }

    /// The ratings.
    pub fn matrix(&self) -> &RatingMatrix {
        self.0.live.matrix()
    }

    /// Ids and titles; empty unless the store was opened with
    /// [`open_whole`](super::LiveStore::open_whole).
    pub fn names(&self) -> &Names {
        &self.0.names
    }

    /// The active models of all items; none unless the store was opened with
    /// [`open_whole`](super::LiveStore::open_whole).
    pub fn item_models(&self) -> &ItemModels {
        &self.0.item_models
    }

    /// Sequence number of the last change that they include.
    pub fn sequence(&self) -> u64 {
        self.0.sequence
    }

    /// The active model of a side; `None` before the first fit, and for a side that was not opened.
    pub fn model(&self, side: Side) -> Option<LiveModel<'_>> {
        let Served { info, fixed, .. } = self.0.served(side)?;
        let sequence = self.0.sequence;
        let (neighbours, is_exact) = match fixed {
            Some(index) => (Neighbours::Stored(index), info.sequence == sequence),
            None => (Neighbours::Live(self.0.live.index(side)?), true),
        };
        Some(LiveModel { info, neighbours, is_exact, sequence })
    }
}
