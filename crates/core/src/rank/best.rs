//! The best of many scores.

use crate::ids::ItemIdx;
use std::cmp::Ordering;

/// An item with its score.
pub(super) struct Scored {
    pub(super) item: ItemIdx,
    pub(super) score: f64,
}

/// The `n` items of largest score of those offered in ascending order; of equal scores the items that
/// appeared first.
pub(super) struct Best {
    n: usize,
    /// The `n` best so far, and what came since.
    found: Vec<Scored>,
    /// A score that is not above this is not among the best.
    bar: f64,
}

impl Best {
    pub(super) fn new(n: usize) -> Self {
        let bar = if n == 0 { f64::INFINITY } else { f64::NEG_INFINITY };
        Self { n, found: Vec::new(), bar }
    }

    /// Whether an item of this score, after those offered so far, may be among the best.
    pub(super) fn takes(&self, score: f64) -> bool {
        score > self.bar
    }

    /// Offers an item of a score that [`takes`](Self::takes) lets through.
    pub(super) fn offer(&mut self, item: ItemIdx, score: f64) {
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
    pub(super) fn into_sorted(mut self) -> Vec<Scored> {
        self.cut();
        self.found.sort_unstable_by(by_rank);
        self.found
    }
}

fn by_rank(a: &Scored, b: &Scored) -> Ordering {
    b.score.total_cmp(&a.score).then(a.item.cmp(&b.item))
}
