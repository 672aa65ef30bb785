//! Predictions of ratings.

mod centre;
mod neighbourhood;
mod options;
mod order;
mod similar;
mod simple;

pub use centre::Centring;
pub use neighbourhood::NeighbourhoodPredictor;
pub use options::{Centre, Fallback, PredictionOptions};
pub use order::{ReadingOrder, Ties};
pub use similar::Neighbourhood;
pub use simple::{BaselinePredictor, MeanOf, MeanPredictor};

use crate::ids::{ItemIdx, RowIdx, UserIdx};
use crate::matrix::RatingMatrix;
use crate::profile::Profile;
use rayon::prelude::*;
use serde::Serialize;
use std::sync::OnceLock;

/// Where a prediction or a recommendation comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// Neighbours that rated.
    Neighbours,
    /// The baseline μ + b_u + b_i.
    Baseline,
    /// The mean of the person's ratings.
    UserMean,
    /// The mean of the item's ratings.
    ItemMean,
    /// The mean of all ratings.
    GlobalMean,
    /// How many rated the item.
    Popularity,
}

impl Source {
    /// The name in results, as it is serialised.
    pub fn name(self) -> &'static str {
        match self {
            Self::Neighbours => "neighbours",
            Self::Baseline => "baseline",
            Self::UserMean => "user-mean",
            Self::ItemMean => "item-mean",
            Self::GlobalMean => "global-mean",
            Self::Popularity => "popularity",
        }
    }
}

/// What one neighbour adds to a prediction or to a recommendation's score.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Term {
    /// The neighbour's dense index: of a user on the users' side, of an item that the person rated
    /// on the items' side.
    pub neighbour: RowIdx,
    /// The weighted similarity.
    pub similarity: f64,
    /// How many columns were co-rated.
    pub overlap: u32,
    /// The neighbour's rating of the item (items' side: the person's rating of the neighbour).
    pub rating: f64,
    /// What is added to the sum.
    pub contribution: f64,
}

/// A predicted rating and what it is the sum of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Prediction {
    /// The predicted rating, clipped to the scale.
    pub rating: f64,
    /// The predicted rating before clipping: base + Σ contributions.
    pub score: f64,
    /// What is predicted before any neighbour is asked.
    pub base: f64,
    /// What the neighbours add, largest similarity first; empty for a fallback.
    pub terms: Vec<Term>,
    /// Where the prediction comes from.
    pub source: Source,
    /// Σ|s|/(1 + Σ|s|) over the neighbours used: 0 with none, towards 1 the more and the more
    /// similar they are. `None` where the predictor has no such thing.
    pub confidence: Option<f64>,
}

impl Prediction {
    /// A prediction that no neighbour has a part in.
    pub fn fallback(rating: f64, source: Source, matrix: &RatingMatrix) -> Self {
        Self {
            rating: matrix.scale().clip(rating),
            score: rating,
            base: rating,
            terms: Vec::new(),
            source,
            confidence: None,
        }
    }
}

/// Predicts what people would give to items.
pub trait Predictor: Sync {
    /// What a person would give to `item`. Always a number; an unknown item or a person without
    /// ratings gets what the predictor's fallback says.
    fn predict(&self, person: &Profile, item: ItemIdx) -> Prediction;

    /// The predictions for one person and many items, in their order. Equal to
    /// [`predict`](Self::predict) on each, and may be faster.
    fn predict_items(&self, person: &Profile, items: &[ItemIdx]) -> Vec<Prediction> {
        items.iter().map(|&item| self.predict(person, item)).collect()
    }

    /// Predicts many pairs of stored users and items, and hands each prediction to `take` with the place
    /// of its query, from any thread and in any order. Equal to [`predict`](Self::predict) on each, and
    /// may be faster.
    fn predict_each(
        &self,
        matrix: &RatingMatrix,
        queries: &[(UserIdx, ItemIdx)],
        take: &(dyn Fn(usize, Prediction) + Sync),
    ) {
        queries.par_iter().enumerate().for_each(|(place, &(user, item))| {
            take(place, self.predict(&Profile::of_user(matrix, user), item));
        });
    }

    /// As [`predict_each`](Self::predict_each), with all predictions at once, in the order of the queries.
    fn predict_all(
        &self,
        matrix: &RatingMatrix,
        queries: &[(UserIdx, ItemIdx)],
    ) -> Vec<Prediction> {
        let predictions: Vec<OnceLock<Prediction>> = vec![OnceLock::new(); queries.len()];
        self.predict_each(matrix, queries, &|place, prediction| {
            // Each place comes once.
            let _ = predictions[place].set(prediction);
        });
        predictions.into_iter().filter_map(OnceLock::into_inner).collect()
    }
}
