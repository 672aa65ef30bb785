//! Recommendations: which items, in which order, and why.

mod neighbourhood;
mod popularity;

pub use neighbourhood::NeighbourhoodRanker;
pub use popularity::PopularityRanker;

use crate::ids::ItemIdx;
use crate::predict::{Prediction, Predictor, Source, Term};
use crate::profile::Profile;
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
    /// What the neighbours add, largest contribution first.
    pub terms: Vec<Term>,
    /// [`Source::Neighbours`], or [`Source::Popularity`] where no neighbour knows the item.
    pub source: Source,
}

/// Ranks items for people.
pub trait Ranker: Sync {
    /// The `n` best items for a person among those that they have not rated and that `allow` lets
    /// through, best first. Fewer only where there are not as many such items with a rating.
    ///
    /// Equal scores are ordered by the item that appeared first.
    fn rank(&self, person: &Profile, n: usize, allow: &dyn Fn(ItemIdx) -> bool) -> Vec<Ranked>;
}

/// A ranked item with the rating that the person is predicted to give.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recommendation {
    /// The item and why it is where it is.
    pub ranked: Ranked,
    /// The predicted rating.
    pub prediction: Prediction,
}

/// Ranks by one method and predicts by another: the order of a list and the ratings to expect of
/// its items are two questions.
pub struct Recommender<'a> {
    ranker: &'a dyn Ranker,
    predictor: &'a dyn Predictor,
}

impl<'a> Recommender<'a> {
    /// A recommender of a ranker and a predictor.
    pub fn new(ranker: &'a dyn Ranker, predictor: &'a dyn Predictor) -> Self {
        Self { ranker, predictor }
    }

    /// The `n` best items for a person, as [`Ranker::rank`] has them.
    pub fn recommend(
        &self,
        person: &Profile,
        n: usize,
        allow: &dyn Fn(ItemIdx) -> bool,
    ) -> Vec<Recommendation> {
        let ranked = self.ranker.rank(person, n, allow);
        let predicted = |ranked: Ranked| {
            let prediction = self.predictor.predict(person, ranked.item);
            Recommendation { ranked, prediction }
        };
        ranked.into_iter().map(predicted).collect()
    }
}

/// The `n` items of largest score, best first; equal scores by the item that appeared first.
fn best(scores: Vec<(ItemIdx, f64)>, n: usize) -> Vec<(ItemIdx, f64)> {
    let order = |a: &(ItemIdx, f64), b: &(ItemIdx, f64)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    let mut scores = scores;
    if scores.len() > n && n > 0 {
        scores.select_nth_unstable_by(n - 1, order);
    }
    scores.truncate(n);
    scores.sort_unstable_by(order);
    scores
}
