//! Selection of the best of many scores.

use crate::ids::ItemIdx;
use std::cmp::Ordering;

/// Initial capacity for found items, which is enough for a list of usual length.
const USUAL: usize = 64;

/// An item with its score.
pub(crate) struct Scored {
    pub(crate) item: ItemIdx,
    pub(crate) score: f64,
}

/// Collects the `n` items with the largest scores. Items must be offered in ascending order; of
/// equal scores the item offered first wins.
pub(crate) struct Best {
    n: usize,
    /// The `n` best items at the last cut, and all items accepted since.
    found: Vec<Scored>,
    /// Scores at or below this cannot be among the best.
    threshold: f64,
}

impl Best {
    pub(crate) fn new(n: usize) -> Self {
        let threshold = if n == 0 { f64::INFINITY } else { f64::NEG_INFINITY };
        Self { n, found: Vec::with_capacity(n.saturating_mul(2).min(USUAL)), threshold }
    }

    /// Whether another item with this score may be among the best.
    pub(crate) fn accepts(&self, score: f64) -> bool {
        score > self.threshold
    }

    /// Adds an item whose score is [accepted](Self::accepts).
    pub(crate) fn offer(&mut self, item: ItemIdx, score: f64) {
        self.found.push(Scored { item, score });
        if self.found.len() >= self.n.saturating_mul(2) {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.found.len() >= self.n && self.n > 0 {
            let (_, last, _) = self.found.select_nth_unstable_by(self.n - 1, by_rank);
            self.threshold = last.score;
        }
        self.found.truncate(self.n);
    }

    /// Returns the best items, best first.
    pub(crate) fn into_sorted(mut self) -> Vec<Scored> {
        self.cut();
        self.found.sort_unstable_by(by_rank);
        self.found
    }
}

fn by_rank(a: &Scored, b: &Scored) -> Ordering {
    b.score.total_cmp(&a.score).then(a.item.cmp(&b.item))
}
