//! What an answer is computed from.

use super::fitted::{Fitted, Models, models};
use crate::error::{NoModel, UnknownId};
use crate::live::{LiveModel, LiveView, Names};
use likemind::{
    DenseIdx, ItemIdx, Neighbour, NeighbourView, Profile, RatingMatrix, RowIdx, Side, UserIdx,
};

/// Ratings, models and names that do not change while an answer is computed.
pub struct Moment<'a> {
    view: LiveView<'a>,
    fitted: Fitted,
}

/// Tells the answers of one moment from those of others: equal marks of one [`Engine`](super::Engine)
/// stand for equal answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mark {
    sequence: u64,
    models: Models,
    /// What predictions are measured from is of this sequence.
    fitted_to: u64,
}

impl<'a> Moment<'a> {
    pub(super) fn new(view: LiveView<'a>, fitted: Fitted) -> Self {
        Self { view, fitted }
    }

    /// The ratings.
    pub fn matrix(&self) -> &RatingMatrix {
        self.view.matrix()
    }

    /// The number of the last change that they have.
    pub fn sequence(&self) -> u64 {
        self.view.sequence()
    }

    /// Who the rows are.
    pub fn names(&self) -> &Names {
        self.view.names()
    }

    /// What tells this moment from others.
    pub fn mark(&self) -> Mark {
        let (sequence, models) = (self.sequence(), models(&self.view));
        Mark { sequence, models, fitted_to: self.fitted.sequence }
    }

    /// The active model of a side, if there is one.
    pub fn served(&self, side: Side) -> Option<LiveModel<'_>> {
        self.view.model(side)
    }

    /// The active model of a side; of no side in particular, that of the users, else of the items.
    ///
    /// # Errors
    /// [`NoModel`] before the first fit.
    pub fn model(&self, side: Option<Side>) -> Result<LiveModel<'_>, NoModel> {
        let asked = side.map_or(vec![Side::Users, Side::Items], |side| vec![side]);
        asked.into_iter().find_map(|side| self.served(side)).ok_or(NoModel { side })
    }

    /// What answers by a model of this moment.
    pub fn answers<'m>(&'m self, model: &LiveModel<'m>) -> NeighbourView<'m> {
        model.view(self.matrix(), self.fitted.of(model.info.side))
    }

    /// The user of this id.
    ///
    /// # Errors
    /// [`UnknownId`] if nobody has it.
    pub fn user(&self, id: &str) -> Result<UserIdx, UnknownId> {
        let found = self.names().users().get(id);
        let found = found.filter(|user| user.at() < self.matrix().users());
        found.ok_or_else(|| UnknownId { side: Side::Users, id: id.to_owned() })
    }

    /// The item of this id.
    ///
    /// # Errors
    /// [`UnknownId`] if none has it.
    pub fn item(&self, id: &str) -> Result<ItemIdx, UnknownId> {
        let found = self.names().items().get(id);
        let found = found.filter(|item| item.at() < self.matrix().items());
        found.ok_or_else(|| UnknownId { side: Side::Items, id: id.to_owned() })
    }

    /// The stored person of this id.
    ///
    /// # Errors
    /// [`UnknownId`] if nobody has it.
    pub fn person(&self, id: &str) -> Result<Profile, UnknownId> {
        Ok(Profile::of_user(self.matrix(), self.user(id)?))
    }

    /// The neighbours of a row by the active model of its side, most similar first; none without a
    /// model.
    pub fn neighbours(&self, side: Side, row: RowIdx) -> &[Neighbour] {
        self.served(side).map_or(&[], |model| model.neighbours.of(row))
    }
}
