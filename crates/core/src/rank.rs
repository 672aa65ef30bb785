//! Ranking of items for a person, with the terms that explain each score.

mod best;
mod liking;
mod neighbourhood;
mod popularity;
mod top_n;

pub(crate) use best::{Best, Scored};
pub(crate) use liking::Liking;
pub(crate) use neighbourhood::Scoring;
pub(crate) use popularity::{POPULARITY_WEIGHT, by_popularity, share};
pub(crate) use top_n::PredictionLimit;
pub use top_n::TopN;

use crate::ids::ItemIdx;
use crate::predict::{Prediction, Source, Term};
use serde::Serialize;

/// A ranked item, with its score and the terms that add up to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ranked {
    /// The item.
    pub item: ItemIdx,
    /// base + Σ contributions. Comparable only within one list.
    pub score: f64,
    /// The score without neighbours.
    pub base: f64,
    /// The contributions of the neighbours, in the order of summation; empty if not requested.
    pub terms: Vec<Term>,
    /// [`Source::Neighbours`], or [`Source::Popularity`] if no neighbour contributes.
    pub source: Source,
}

/// A ranked item with the rating that the person is predicted to give.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recommendation {
    /// The item, with its score and the terms of the score.
    pub ranked: Ranked,
    /// The predicted rating, without its terms.
    pub prediction: Prediction,
}
