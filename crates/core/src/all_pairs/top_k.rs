//! The k best of a stream of neighbours.

use crate::neighbours::Neighbour;
use std::cmp::Ordering;

/// Keeps the k best neighbours by [`Neighbour::rank_order`], which is total: so they are the same
/// whatever the order of the offers.
///
/// Offers gather in a buffer of up to 2k, which a selection then halves: a constant cost an offer.
#[derive(Clone, Debug)]
pub(super) struct TopK {
    k: usize,
    buffer: Vec<Neighbour>,
    /// Offers that rank after this one cannot be among the k best.
    bar: Option<Neighbour>,
}

impl TopK {
    pub(super) fn new(k: usize) -> Self {
        Self { k, buffer: Vec::new(), bar: None }
    }

    /// As [`new`](Self::new), where k neighbours that rank up to `bar` are known already.
    pub(super) fn above(k: usize, bar: Option<Neighbour>) -> Self {
        Self { k, buffer: Vec::new(), bar }
    }

    pub(super) fn offer(&mut self, neighbour: Neighbour) {
        if self.bar.is_some_and(|bar| neighbour.rank_order(&bar) == Ordering::Greater) {
            return;
        }
        self.buffer.push(neighbour);
        if self.buffer.len() >= self.k.saturating_mul(2) {
            self.halve();
        }
    }

    /// The k-th best so far; `None` while there are fewer.
    pub(super) fn bar(&mut self) -> Option<Neighbour> {
        if self.buffer.len() > self.k {
            self.halve();
        } else if self.buffer.len() == self.k && self.bar.is_none() {
            self.bar = self.buffer.iter().copied().max_by(Neighbour::rank_order);
        }
        self.bar
    }

    fn halve(&mut self) {
        let last = self.k - 1;
        let (_, kth, _) = self.buffer.select_nth_unstable_by(last, Neighbour::rank_order);
        self.bar = Some(*kth);
        self.buffer.truncate(self.k);
    }

    /// What was kept, in no order; a superset of the k best among the offers.
    pub(super) fn into_kept(self) -> Vec<Neighbour> {
        self.buffer
    }

    /// The k best, best first.
    pub(super) fn into_sorted(mut self) -> Vec<Neighbour> {
        self.buffer.sort_unstable_by(Neighbour::rank_order);
        self.buffer.truncate(self.k);
        self.buffer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn neighbours() -> impl Strategy<Value = Vec<Neighbour>> {
        let one = (0..6u8, 0..3u32);
        prop::collection::vec(one, 0..200).prop_map(|all| {
            let named = (0..).zip(all);
            named
                .map(|(index, (tenths, overlap))| Neighbour {
                    index,
                    overlap,
                    similarity: f64::from(tenths) / 10.0,
                })
                .collect()
        })
    }

    proptest! {
        #[test]
        fn the_best_k_are_those_of_a_full_sort(all in neighbours(), k in 1usize..40, split in 0usize..200) {
            let mut wanted = all.clone();
            wanted.sort_by(Neighbour::rank_order);
            wanted.truncate(k);
            let mut one = TopK::new(k);
            all.iter().for_each(|&n| one.offer(n));
            prop_assert_eq!(&one.into_sorted(), &wanted);
            // In two parts, the second with the bar of the first.
            let (first, second) = all.split_at(split.min(all.len()));
            let mut merged = TopK::new(k);
            first.iter().for_each(|&n| merged.offer(n));
            let mut part = TopK::above(k, merged.bar());
            second.iter().rev().for_each(|&n| part.offer(n));
            part.into_kept().into_iter().for_each(|n| merged.offer(n));
            prop_assert_eq!(&merged.into_sorted(), &wanted);
        }
    }
}
