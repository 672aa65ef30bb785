//! The choice of the models that answer.

use crate::error::NoModel;
use crate::live::{ItemModels, LiveModel, StoredItemModel};
use likemind::model::SessionError;
use likemind::{
    Centring, ItemIdx, KrigingView, Model, NeighbourView, Prediction, Profile, RatingMatrix,
    RidgeView, Session, Side, UserIdx,
};
use likemind_store::{ModelId, ModelInfo, ModelKind};

/// Which models should answer. The default is the best ones that are there: ridge regression ranks,
/// item kriging predicts, and the neighbours of users, or else of items, do what is left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModelChoice {
    /// Only models of this kind, if they can answer: ridge regression leaves predictions to the best
    /// model.
    pub kind: Option<ModelKind>,
    /// Only neighbours of this side.
    pub side: Option<Side>,
}

impl ModelChoice {
    /// Only neighbours, of this side if one is given.
    pub fn neighbours(side: Option<Side>) -> Self {
        Self { kind: Some(ModelKind::Neighbours), side }
    }

    /// Whether nothing is asked for.
    fn is_open(self) -> bool {
        self == Self::default()
    }

    /// Whether only neighbours may answer.
    fn is_of_neighbours(self) -> bool {
        self.side.is_some() || self.kind == Some(ModelKind::Neighbours)
    }

    /// The kind of the model of all items that should rank, if there is one.
    pub(crate) fn ranking_kind(self) -> Option<ModelKind> {
        if self.is_open() { Some(ModelKind::Ridge) } else { self.item_kind() }
    }

    /// The kind of the model of all items that should predict, if there is one.
    pub(crate) fn predicting_kind(self) -> Option<ModelKind> {
        (!self.is_of_neighbours()).then_some(ModelKind::ItemKriging)
    }

    /// The kind of the model of all items that is asked for.
    pub(crate) fn item_kind(self) -> Option<ModelKind> {
        self.kind.filter(|_| !self.is_of_neighbours())
    }
}

/// A model that answers, with the ratings that it answers from.
#[derive(Clone, Copy)]
pub struct AnsweringModel<'m> {
    /// Its number.
    pub id: ModelId,
    /// Its kind.
    pub kind: ModelKind,
    /// The side of the neighbours that are its reasons; items for all kinds other than neighbours.
    pub side: Side,
    view: View<'m>,
}

#[derive(Clone, Copy)]
enum View<'m> {
    Neighbours(NeighbourView<'m>),
    Kriging(KrigingView<'m>),
    Ridge(RidgeView<'m>),
}

impl<'m> AnsweringModel<'m> {
    fn of<P>(info: &ModelInfo<P>, view: View<'m>) -> Self {
        Self { id: info.id, kind: info.kind, side: info.side, view }
    }

    fn model(&self) -> &(dyn Model + 'm) {
        match &self.view {
            View::Neighbours(view) => view,
            View::Kriging(view) => view,
            View::Ridge(view) => view,
        }
    }
}

impl Model for AnsweringModel<'_> {
    fn matrix(&self) -> &RatingMatrix {
        self.model().matrix()
    }

    fn session<'a>(&'a self, person: &'a Profile) -> Result<Box<dyn Session + 'a>, SessionError> {
        self.model().session(person)
    }

    fn predict_each(
        &self,
        queries: &[(UserIdx, ItemIdx)],
        take: &(dyn Fn(usize, Prediction) + Sync),
    ) -> Result<(), SessionError> {
        self.model().predict_each(queries, take)
    }
}

/// The models from which those that answer are chosen.
pub(crate) struct Candidates<'m> {
    pub(crate) matrix: &'m RatingMatrix,
    /// By side, with their reference of predictions.
    pub(crate) neighbours: [Option<(LiveModel<'m>, &'m Centring)>; 2],
    /// Whether the neighbours of items come before those of users.
    pub(crate) prefers_items: bool,
    pub(crate) item_models: &'m ItemModels,
}

impl<'m> Candidates<'m> {
    /// The model that ranks.
    pub(crate) fn ranking(&self, choice: ModelChoice) -> Result<AnsweringModel<'m>, NoModel> {
        let found = choice.ranking_kind().and_then(|kind| self.of_kind(kind));
        match (found, choice.item_kind()) {
            (Some(found), _) => Ok(found),
            (None, Some(kind)) => Err(NoModel { kind, side: None }),
            (None, None) => self.of_neighbours(choice.side),
        }
    }

    /// The model that predicts.
    pub(crate) fn predicting(&self, choice: ModelChoice) -> Result<AnsweringModel<'m>, NoModel> {
        let found = choice.predicting_kind().and_then(|kind| self.of_kind(kind));
        match (found, choice.item_kind()) {
            (Some(found), _) => Ok(found),
            (None, Some(kind @ ModelKind::ItemKriging)) => Err(NoModel { kind, side: None }),
            (None, asked) => {
                let ridge = || asked.or(choice.ranking_kind()).and_then(|kind| self.of_kind(kind));
                self.of_neighbours(choice.side).or_else(|none| ridge().ok_or(none))
            }
        }
    }

    fn of_kind(&self, kind: ModelKind) -> Option<AnsweringModel<'m>> {
        let ItemModels { kriging, ridge } = self.item_models;
        match kind {
            ModelKind::ItemKriging => kriging.as_ref().map(|StoredItemModel { info, model }| {
                AnsweringModel::of(info, View::Kriging(KrigingView::new(self.matrix, model)))
            }),
            ModelKind::Ridge => ridge.as_ref().map(|StoredItemModel { info, model }| {
                AnsweringModel::of(info, View::Ridge(RidgeView::new(self.matrix, model)))
            }),
            _ => None,
        }
    }

    fn of_neighbours(&self, side: Option<Side>) -> Result<AnsweringModel<'m>, NoModel> {
        let [users, items] = &self.neighbours;
        let found = match side {
            Some(Side::Users) => users.as_ref(),
            Some(Side::Items) => items.as_ref(),
            None if self.prefers_items => items.as_ref().or(users.as_ref()),
            None => users.as_ref().or(items.as_ref()),
        };
        let (model, centring) = found.ok_or(NoModel::of_neighbours(side))?;
        let view = View::Neighbours(model.view(self.matrix, centring));
        Ok(AnsweringModel::of(model.info, view))
    }
}
