//! The k best of a stream of neighbours.

use crate::neighbours::Neighbour;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// A neighbour that is greater the later it ranks, so that a heap has its worst on top.
#[derive(Clone, Copy, Debug)]
struct Worst(Neighbour);

impl PartialEq for Worst {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Worst {}

impl PartialOrd for Worst {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Worst {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.rank_order(&other.0)
    }
}

/// Keeps the k best neighbours by [`Neighbour::rank_order`], which is total: so they are the same
/// whatever the order of the offers. Holds never more than k.
#[derive(Clone, Debug, Default)]
pub(super) struct TopK {
    worst_first: BinaryHeap<Worst>,
}

impl TopK {
    /// Takes a neighbour in if it is among the k best so far; false if it is not.
    pub(super) fn offer(&mut self, k: usize, neighbour: Neighbour) -> bool {
        if self.worst_first.len() < k {
            self.grow(k);
            self.worst_first.push(Worst(neighbour));
            return true;
        }
        match self.worst_first.peek_mut() {
            Some(mut worst) if Worst(neighbour) < *worst => {
                *worst = Worst(neighbour);
                true
            }
            _ => false,
        }
    }

    /// Memory for k at most: there are as many lists as rows.
    fn grow(&mut self, k: usize) {
        let length = self.worst_first.len();
        if length == self.worst_first.capacity() {
            self.worst_first.reserve_exact(length.clamp(4, 1 << 20).min(k - length));
        }
    }

    /// The k-th best so far; `None` while there are fewer.
    pub(super) fn bar(&self, k: usize) -> Option<Neighbour> {
        let worst = self.worst_first.peek().map(|worst| worst.0);
        worst.filter(|_| self.worst_first.len() >= k)
    }

    /// What was kept, in no order.
    pub(super) fn into_kept(self) -> impl Iterator<Item = Neighbour> {
        self.worst_first.into_iter().map(|worst| worst.0)
    }

    /// What was kept, best first.
    pub(super) fn into_sorted(self) -> impl ExactSizeIterator<Item = Neighbour> {
        self.worst_first.into_sorted_vec().into_iter().map(|worst| worst.0)
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
        fn the_best_k_are_those_of_a_full_sort(all in neighbours(), k in 1usize..40) {
            let mut wanted = all.clone();
            wanted.sort_by(Neighbour::rank_order);
            wanted.truncate(k);
            let mut best = TopK::default();
            for &neighbour in &all {
                best.offer(k, neighbour);
            }
            prop_assert_eq!(best.bar(k), wanted.get(k - 1).copied());
            prop_assert!(best.worst_first.capacity() <= k.max(4));
            prop_assert_eq!(&best.into_sorted().collect::<Vec<_>>(), &wanted);
        }
    }
}
