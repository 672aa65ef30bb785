//! The models of a recommender.

use super::error::FitError;
use super::options::RecommenderOptions;
use crate::ids::ItemIdx;
use crate::kriging::{ItemKriging, KrigingView};
use crate::matrix::RatingMatrix;
use crate::model::{Model, NeighbourModel, PairedModel, SessionError};
use crate::predict::Prediction;
use crate::profile::Profile;
use crate::rank::{Recommendation, TopN};
use crate::ridge::{ItemRidge, RidgeView};
use crate::side::Side;

/// Neighbours, and what ranks and predicts in their place, all of the same ratings.
#[derive(Clone, Debug)]
pub(super) struct Models {
    pub(super) neighbours: NeighbourModel,
    ridge: Option<ItemRidge>,
    kriging: Option<ItemKriging>,
}

impl Models {
    pub(super) fn fit(
        matrix: RatingMatrix,
        options: &RecommenderOptions,
    ) -> Result<Self, FitError> {
        let parameters = options.model.check()?;
        let ridge = options.ridge.map(|options| ItemRidge::fit(&matrix, options)).transpose()?;
        let kriging =
            options.kriging.map(|options| ItemKriging::fit(&matrix, options)).transpose()?;
        let neighbours = NeighbourModel::fit(matrix, parameters, options.prediction())?;
        Ok(Self { neighbours, ridge, kriging })
    }

    /// Returns the side of the terms of a ranked item.
    pub(super) fn ranking_side(&self) -> Side {
        self.ridge.as_ref().map_or_else(|| self.neighbours.parameters().side(), |_| Side::Items)
    }

    /// Returns the side of the terms of a prediction.
    pub(super) fn predicting_side(&self) -> Side {
        self.kriging.as_ref().map_or_else(|| self.neighbours.parameters().side(), |_| Side::Items)
    }

    pub(super) fn predict(
        &self,
        person: &Profile,
        item: ItemIdx,
    ) -> Result<Prediction, SessionError> {
        let kriging = self.kriging_view();
        Ok(self.or_neighbours(kriging.as_ref()).session(person)?.predict(item))
    }

    pub(super) fn recommend(
        &self,
        person: &Profile,
        n: usize,
    ) -> Result<Vec<Recommendation>, SessionError> {
        if self.ridge.is_none() && self.kriging.is_none() {
            return Ok(self.neighbours.session(person)?.recommend(TopN::new(n)));
        }
        let ridge =
            self.ridge.as_ref().map(|ridge| RidgeView::new(self.neighbours.matrix(), ridge));
        let kriging = self.kriging_view();
        let (ranking, predicting) =
            (self.or_neighbours(ridge.as_ref()), self.or_neighbours(kriging.as_ref()));
        Ok(PairedModel::new(ranking, predicting).session(person)?.recommend(TopN::new(n)))
    }

    fn kriging_view(&self) -> Option<KrigingView<'_>> {
        self.kriging.as_ref().map(|kriging| KrigingView::new(self.neighbours.matrix(), kriging))
    }

    fn or_neighbours<'a, M: Model>(&'a self, model: Option<&'a M>) -> &'a dyn Model {
        match model {
            Some(model) => model,
            None => &self.neighbours,
        }
    }
}
