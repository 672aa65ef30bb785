//! What is held in memory.

use super::damage::Damage;
use super::names::Names;
use likemind::{
    Centring, Dialect, Live, NeighbourIndex, NeighbourView, Neighbours, RatingMatrix, RowIdx, Side,
};
use likemind_store::{ModelId, ModelInfo, SingleChange};
use std::collections::BTreeSet;
use std::sync::RwLockReadGuard;

/// Ratings at a sequence, with the models that are served.
pub(super) struct State {
    pub(super) live: Live,
    pub(super) sequence: u64,
    pub(super) names: Names,
    users: Option<Served>,
    items: Option<Served>,
}

/// A model that answers.
pub(super) struct Served {
    /// The model as it is stored.
    pub(super) info: ModelInfo,
    /// The lists of a model that is not kept exact; `None` of one that `live` has.
    pub(super) fixed: Option<NeighbourIndex>,
    /// The rows whose lists are not those that are stored.
    pub(super) unstored: BTreeSet<RowIdx>,
}

impl State {
    pub(super) fn new(matrix: RatingMatrix, sequence: u64) -> Self {
        let (live, names) = (Live::new(matrix), Names::default());
        Self { live, sequence, names, users: None, items: None }
    }

    /// Makes a change, unless it was made: whoever was given up while applying changes still ends.
    pub(super) fn apply(&mut self, change: &SingleChange) -> Result<(), Damage> {
        if change.sequence <= self.sequence {
            return Ok(());
        }
        change
            .apply_to(&mut self.live)
            .map_err(|error| Damage(format!("a change that its ratings do not take ({error})")))?;
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

    /// The model of this number, if it is still the one that is served.
    pub(super) fn served_as(&mut self, side: Side, id: ModelId) -> Option<&mut Served> {
        self.place(side).as_mut().filter(|served| served.info.id == id)
    }
}

/// Ratings and neighbours as they are at one moment.
pub struct LiveView<'a>(RwLockReadGuard<'a, State>);

/// A model as it is at one moment.
#[derive(Clone, Copy)]
pub struct LiveModel<'a> {
    /// The model as it is stored: its digest, sequence and counts are those of the stored lists.
    pub info: &'a ModelInfo,
    /// Its neighbours now.
    pub neighbours: Neighbours<'a>,
    /// Whether they are those of the ratings as they are; else those of the ratings when the model
    /// was made, or brought up to date last.
    pub is_exact: bool,
}

impl<'a> LiveModel<'a> {
    /// Whose conventions it was made by.
    pub fn dialect(&self) -> Dialect {
        self.info.parameters.options().dialect
    }

    /// The model, if it could not take in ratings that came after it.
    pub fn outdated(&self) -> Option<&'a ModelInfo> {
        (!self.is_exact).then_some(self.info)
    }

    /// What answers by the model: of the ratings of its moment, with what predictions are measured
    /// from.
    pub fn view(&self, matrix: &'a RatingMatrix, centring: &'a Centring) -> NeighbourView<'a> {
        NeighbourView::new(matrix, self.info.parameters, self.neighbours, centring)
    }
}

impl<'a> LiveView<'a> {
    pub(super) fn new(state: RwLockReadGuard<'a, State>) -> Self {
        Self(state)
    }

    /// The ratings.
    pub fn matrix(&self) -> &RatingMatrix {
        self.0.live.matrix()
    }

    /// Who the rows are; empty unless the store was opened with
    /// [`open_with_names`](super::LiveStore::open_with_names).
    pub fn names(&self) -> &Names {
        &self.0.names
    }

    /// The number of the last change that they have.
    pub fn sequence(&self) -> u64 {
        self.0.sequence
    }

    /// The active model of a side; `None` before the first, and of a side that was not opened.
    pub fn model(&self, side: Side) -> Option<LiveModel<'_>> {
        let Served { info, fixed, .. } = self.0.served(side)?;
        let (neighbours, is_exact) = match fixed {
            Some(index) => (Neighbours::Stored(index), info.sequence == self.0.sequence),
            None => (Neighbours::Live(self.0.live.index(side)?), true),
        };
        Some(LiveModel { info, neighbours, is_exact })
    }
}
