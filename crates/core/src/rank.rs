//! Rankings: which items, in which order, and why.

mod best;
mod liking;
mod neighbourhood;
mod popularity;
mod top_n;

pub(crate) use neighbourhood::Scoring;
pub(crate) use popularity::by_popularity;
pub use top_n::TopN;

use crate::ids::ItemIdx;
use crate::predict::{Prediction, Source, Term};
use serde::Serialize;

/// An item for a person, with the score that ranked it and what the score is the sum of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ranked {
    /// The item.
    pub item: ItemIdx,
    /// base + Σ contributions of the terms. Comparable within one person's list.
    pub score: f64,
    /// What the item scores before any neighbour is asked.
    pub base: f64,
    /// What each neighbour adds, in the order in which it is summed; empty where not asked for.
    pub terms: Vec<Term>,
    /// [`Source::Neighbours`], or [`Source::Popularity`] where no neighbour knows the item.
    pub source: Source,
}

/// A ranked item with the rating that the person is predicted to give.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recommendation {
    /// The item and why it is where it is.
    pub ranked: Ranked,
    /// The predicted rating, without its terms.
    pub prediction: Prediction,
}
