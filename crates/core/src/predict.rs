//! Predictions of ratings.

mod average;
mod candidates;
mod centre;
mod options;
mod order;

pub(crate) use average::Averaging;
pub(crate) use candidates::{Candidate, Candidates};
pub use centre::Centring;
pub(crate) use centre::Expectations;
pub use options::{Centre, Fallback, PredictionOptions};
pub use order::{ReadingOrder, Ties};

use crate::ids::RowIdx;
use crate::matrix::RatingMatrix;
use serde::Serialize;

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

/// What one row of a model's side adds to a prediction or to a recommendation's score.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Term {
    /// The row: a user who rated the item on the users' side, an item that the person rated on the
    /// items' side.
    pub neighbour: RowIdx,
    /// How similar it is, as the kind of model measures that: of a
    /// [`NeighbourModel`](crate::NeighbourModel) the weighted similarity.
    pub similarity: f64,
    /// How many columns it shares with the row that it is a neighbour of.
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
    /// What the neighbours add, largest similarity first; empty for a fallback, and where many
    /// predictions are made at once.
    pub terms: Vec<Term>,
    /// How many neighbours have a part in it, also where `terms` is left empty; 0 for a fallback.
    pub raters: usize,
    /// Where the prediction comes from.
    pub source: Source,
    /// How much the prediction is founded on, from 0 for nothing to 1. Each kind of model has a
    /// formula of its own, so that it compares predictions of one model; `None` where the kind has
    /// none.
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
            raters: 0,
            source,
            confidence: None,
        }
    }
}
