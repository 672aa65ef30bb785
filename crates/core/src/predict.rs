//! Rating prediction from neighbours, with fallbacks.

mod average;
mod candidates;
mod centre;
mod options;
mod order;
mod row_search;

pub(crate) use average::Averaging;
pub(crate) use candidates::{Candidate, Candidates};
pub use centre::Centring;
pub(crate) use centre::Expectations;
pub use options::{Centre, Fallback, PredictionOptions};
pub use order::{ReadingOrder, Ties};

use crate::ids::RowIdx;
use crate::matrix::RatingMatrix;
use serde::Serialize;

/// The source of a prediction or recommendation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// Neighbours with a rating.
    Neighbours,
    /// The baseline μ + b_u + b_i.
    Baseline,
    /// The mean of the person's ratings.
    UserMean,
    /// The mean of the item's ratings.
    ItemMean,
    /// The mean of all ratings.
    GlobalMean,
    /// The number of users who rated the item.
    Popularity,
}

impl Source {
    /// Returns the name, identical to the serialised form.
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

/// The contribution of one neighbour to a prediction or to the score of a ranked item.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Term {
    /// The neighbour: on the users' side a user who rated the item, on the items' side an item that
    /// the person rated.
    pub neighbour: RowIdx,
    /// The similarity as defined by the model; for a [`NeighbourModel`](crate::NeighbourModel) the
    /// weighted similarity.
    pub similarity: f64,
    /// Number of co-rated columns of the two rows.
    pub overlap: u32,
    /// The neighbour's rating of the item; on the items' side, the person's rating of the
    /// neighbour.
    pub rating: f64,
    /// The amount added to the sum.
    pub contribution: f64,
}

/// A predicted rating, with the terms that add up to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Prediction {
    /// The predicted rating, clipped to the scale.
    pub rating: f64,
    /// The predicted rating before clipping: base + Σ contributions.
    pub score: f64,
    /// The prediction without neighbours.
    pub base: f64,
    /// The contributions of the neighbours, largest similarity first. Empty for a fallback, and for
    /// predictions made in bulk.
    pub terms: Vec<Term>,
    /// Number of neighbours used, even if `terms` is left empty; 0 for a fallback.
    pub raters: usize,
    /// The source of the prediction.
    pub source: Source,
    /// How much evidence supports the prediction, from 0 (none) to 1. The formula depends on the
    /// kind of model, so values are comparable only within one model; `None` if the model defines
    /// none.
    pub confidence: Option<f64>,
    /// The ends of the interval that should hold the rating in 80 % of cases, clipped to the scale;
    /// `None` if the model defines none.
    pub interval: Option<[f64; 2]>,
}

impl Prediction {
    /// Creates a prediction without neighbours.
    pub fn fallback(rating: f64, source: Source, matrix: &RatingMatrix) -> Self {
        Self {
            rating: matrix.scale().clip(rating),
            score: rating,
            base: rating,
            terms: Vec::new(),
            raters: 0,
            source,
            confidence: None,
            interval: None,
        }
    }
}
