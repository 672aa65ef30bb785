//! Recommendations: which items, in which order, and why.

mod liking;
mod neighbourhood;
mod popularity;

pub use neighbourhood::NeighbourhoodRanker;
pub use popularity::PopularityRanker;

use crate::ids::ItemIdx;
use crate::predict::{Prediction, Predictor, Source, Term};
use crate::profile::Profile;
use serde::Serialize;
use std::cmp::Ordering;

/// An item for a person, with the score that ranked it and what the score is the sum of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ranked {
    /// The item.
    pub item: ItemIdx,
    /// base + Σ contributions of the terms. Comparable within one person's list.
    pub score: f64,
    /// What the item scores before any neighbour is asked.
    pub base: f64,
    /// What each neighbour adds, in the order in which it is summed.
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
        let items: Vec<ItemIdx> = ranked.iter().map(|ranked| ranked.item).collect();
        let predictions = self.predictor.predict_items(person, &items);
        let joined = |(ranked, prediction)| Recommendation { ranked, prediction };
        ranked.into_iter().zip(predictions).map(joined).collect()
    }
}

/// An item with its score.
struct Scored {
    item: ItemIdx,
    score: f64,
}

/// The `n` items of largest score of those offered in ascending order; of equal scores the items that
/// appeared first.
struct Best {
    n: usize,
    /// The `n` best so far, and what came since.
    found: Vec<Scored>,
    /// A score that is not above this is not among the best.
    bar: f64,
}

impl Best {
    fn new(n: usize) -> Self {
        let bar = if n == 0 { f64::INFINITY } else { f64::NEG_INFINITY };
        Self { n, found: Vec::new(), bar }
    }

    /// Whether an item of this score, after those offered so far, may be among the best.
    fn takes(&self, score: f64) -> bool {
        score > self.bar
    }

    /// Offers an item of a score that [`takes`](Self::takes) lets through.
    fn offer(&mut self, item: ItemIdx, score: f64) {
        self.found.push(Scored { item, score });
        if self.found.len() >= self.n.saturating_mul(2) {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.found.len() >= self.n && self.n > 0 {
            let (_, last, _) = self.found.select_nth_unstable_by(self.n - 1, by_rank);
            self.bar = last.score;
        }
        self.found.truncate(self.n);
    }

    /// Best first.
    fn into_sorted(mut self) -> Vec<Scored> {
        self.cut();
        self.found.sort_unstable_by(by_rank);
        self.found
    }
}

fn by_rank(a: &Scored, b: &Scored) -> Ordering {
    b.score.total_cmp(&a.score).then(a.item.cmp(&b.item))
}
