//! Consistent views for computing answers.

use super::fitted::{Fitted, Models, models};
use crate::choice::{AnsweringModel, Candidates, ModelChoice};
use crate::error::{NoModel, UnknownId};
use crate::live::{LiveModel, LiveView, Names};
use likemind::{
    DenseIdx, ItemIdx, Neighbour, NeighbourView, Profile, RatingMatrix, RowIdx, Side, UserIdx,
};
use likemind_store::ModelId;

/// A consistent view of ratings, models and names, which do not change while an answer is computed.
pub struct Moment<'a> {
    view: LiveView<'a>,
    fitted: Fitted,
}

/// The version of a moment: equal marks of the same [`Engine`](super::Engine) guarantee equal answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mark {
    sequence: u64,
    models: Models,
    item_models: [Option<ModelId>; 2],
    /// The sequence number that the reference of predictions was fitted to.
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

    /// Sequence number of the last change that they include.
    pub fn sequence(&self) -> u64 {
        self.view.sequence()
    }

    /// Ids and titles.
    pub fn names(&self) -> &Names {
        self.view.names()
    }

    /// The version of this moment.
    pub fn mark(&self) -> Mark {
        let (sequence, models) = (self.sequence(), models(&self.view));
        let item_models = self.view.item_models().ids();
        Mark { sequence, models, item_models, fitted_to: self.fitted.sequence }
    }

    /// The active model of a side; `None` before the first fit.
    pub fn served(&self, side: Side) -> Option<LiveModel<'_>> {
        self.view.model(side)
    }

    /// The active model of a side. If `side` is `None`, that of the users, or else of the items.
    ///
    /// # Errors
    /// [`NoModel`] before the first fit.
    pub fn model(&self, side: Option<Side>) -> Result<LiveModel<'_>, NoModel> {
        let asked = side.map_or(vec![Side::Users, Side::Items], |side| vec![side]);
        asked.into_iter().find_map(|side| self.served(side)).ok_or(NoModel::of_neighbours(side))
    }

    /// The model that ranks items for a person. If neighbours answer guests whose ratings are all
    /// equal, or counts, then those of items, unless a side is asked for: equal ratings correlate with
    /// nobody, and the usual measure of counts ignores how often somebody uses an item.
    ///
    /// # Errors
    /// [`NoModel`] if there is no such model.
    pub fn ranking(
        &self,
        choice: ModelChoice,
        person: &Profile,
    ) -> Result<AnsweringModel<'_>, NoModel> {
        self.candidates(person).ranking(choice)
    }

    /// The model that predicts the ratings of a person.
    ///
    /// # Errors
    /// [`NoModel`] if there is no such model.
    pub fn predicting(
        &self,
        choice: ModelChoice,
        person: &Profile,
    ) -> Result<AnsweringModel<'_>, NoModel> {
        self.candidates(person).predicting(choice)
    }

    fn candidates(&self, person: &Profile) -> Candidates<'_> {
        let all_equal = person.ratings().windows(2).all(|pair| pair[0].1 == pair[1].1);
        // The usual measure of counts ignores how often this person uses an item; rankings by similar
        // items do not.
        let has_counts = self.matrix().scale().has_counts();
        let prefers_items = person.user().is_none() && (all_equal || has_counts);
        let neighbours = [Side::Users, Side::Items]
            .map(|side| self.served(side).map(|model| (model, self.fitted.of(side))));
        let (matrix, item_models) = (self.matrix(), self.view.item_models());
        Candidates { matrix, neighbours, prefers_items, item_models }
    }

    /// The model with the ratings of this moment, to predict and rank with.
    pub fn answers<'m>(&'m self, model: &LiveModel<'m>) -> NeighbourView<'m> {
        model.view(self.matrix(), self.fitted.of(model.info.side))
    }

    /// The user with this id.
    ///
    /// # Errors
    /// [`UnknownId`] if there is none.
    pub fn user(&self, id: &str) -> Result<UserIdx, UnknownId> {
        let found = self.names().users().get(id);
        let found = found.filter(|user| user.at() < self.matrix().users());
        found.ok_or_else(|| UnknownId { side: Side::Users, id: id.to_owned() })
    }

    /// The item with this id.
    ///
    /// # Errors
    /// [`UnknownId`] if there is none.
    pub fn item(&self, id: &str) -> Result<ItemIdx, UnknownId> {
        let found = self.names().items().get(id);
        let found = found.filter(|item| item.at() < self.matrix().items());
        found.ok_or_else(|| UnknownId { side: Side::Items, id: id.to_owned() })
    }

    /// The profile of the user with this id.
    ///
    /// # Errors
    /// [`UnknownId`] if there is none.
    pub fn person(&self, id: &str) -> Result<Profile, UnknownId> {
        Ok(Profile::from_user(self.matrix(), self.user(id)?))
    }

    /// The neighbours of a row in the active model of its side, most similar first; empty if there is no
    /// model.
    pub fn neighbours(&self, side: Side, row: RowIdx) -> &[Neighbour] {
        self.served(side).map_or(&[], |model| model.neighbours.list(row))
    }
}
