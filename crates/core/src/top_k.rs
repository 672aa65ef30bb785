//! Selection of the k best of a stream of neighbours.

use crate::ids::{DenseIdx, RowIdx};
use crate::neighbours::Neighbour;
use std::mem;

/// A neighbour encoded as one number that is smaller the earlier it ranks
/// ([`Neighbour::rank_order`]), so that a comparison takes only an instruction or two.
///
/// From the most significant bits: the inverted similarity, the inverted overlap, the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RankKey(u128);

const SIGN: u64 = 1 << 63;

impl RankKey {
    /// Ranks after every neighbour.
    pub(crate) const LAST: Self = Self(u128::MAX);

    /// Ranks before every neighbour with this similarity, and after all with a larger one.
    pub(crate) fn before_all_with(similarity: f64) -> Self {
        Self(u128::from(descending_bits(similarity)) << 64)
    }

    pub(crate) fn similarity(self) -> f64 {
        let ascending = !((self.0 >> 64) as u64);
        f64::from_bits(if ascending & SIGN == 0 { !ascending } else { ascending ^ SIGN })
    }
}

/// Maps a number to bits in descending order of [`f64::total_cmp`].
fn descending_bits(number: f64) -> u64 {
    let bits = number.to_bits();
    !(if bits & SIGN == 0 { bits ^ SIGN } else { !bits })
}

impl From<Neighbour> for RankKey {
    fn from(neighbour: Neighbour) -> Self {
        let top = u128::from(descending_bits(neighbour.similarity)) << 64;
        let overlap = u128::from(!neighbour.overlap) << 32;
        Self(top | overlap | u128::from(neighbour.index.get()))
    }
}

impl From<RankKey> for Neighbour {
    fn from(key: RankKey) -> Self {
        Self {
            index: RowIdx(key.0 as u32),
            overlap: !((key.0 >> 32) as u32),
            similarity: key.similarity(),
        }
    }
}

/// Initial capacity of a list.
const INITIAL_CAPACITY: usize = 16;

/// The k best of the neighbours offered so far, using a rising threshold that excludes none of
/// them.
///
/// Offers are collected in a buffer of up to 5k/4 entries, which a selection then cuts back to k:
/// amortised constant time per offer.
#[derive(Clone, Debug)]
pub(crate) struct TopK {
    keys: Vec<RankKey>,
    threshold: RankKey,
}

impl TopK {
    /// Creates an empty list for neighbours that rank before `threshold`.
    pub(crate) fn before(threshold: RankKey) -> Self {
        Self { keys: Vec::new(), threshold }
    }

    /// The threshold: neighbours that do not rank before it are rejected.
    pub(crate) fn threshold(&self) -> RankKey {
        self.threshold
    }

    /// Offers a neighbour. Returns whether the threshold rose.
    #[inline(always)]
    pub(crate) fn offer(&mut self, k: usize, key: RankKey) -> bool {
        if key >= self.threshold {
            return false;
        }
        let max_len = k.saturating_add(k / 4).saturating_add(1);
        if self.keys.len() == self.keys.capacity() {
            self.grow(max_len);
        }
        self.keys.push(key);
        let length = self.keys.len();
        // The first k set a threshold at once: without one, every offer is accepted.
        (length == k || length >= max_len) && self.keep_best(k)
    }

    /// Grows to a small capacity first, and later directly to the maximum: more steps would cost
    /// more than they save, and doubling would exceed the maximum.
    #[cold]
    fn grow(&mut self, max_len: usize) {
        let length = self.keys.len();
        let additional =
            if length < INITIAL_CAPACITY { INITIAL_CAPACITY } else { length.max(1 << 10) };
        self.keys.reserve_exact(additional.min(max_len - length));
    }

    /// Cuts k or more entries down to the k best. Returns whether the threshold rose to the k-th.
    #[inline(never)]
    fn keep_best(&mut self, k: usize) -> bool {
        let (_, kth, _) = self.keys.select_nth_unstable(k - 1);
        let kth = *kth;
        self.keys.truncate(k);
        let rose = kth < self.threshold;
        self.threshold = kth.min(self.threshold);
        rose
    }

    /// Moves the entries of another list with the same k into this one.
    pub(crate) fn merge(&mut self, k: usize, other: &mut Self) {
        if self.keys.is_empty() {
            mem::swap(self, other);
        }
        for key in other.keys.drain(..) {
            self.offer(k, key);
        }
    }

    /// Cuts the list to the k best.
    pub(crate) fn cut(&mut self, k: usize) {
        if self.keys.len() > k {
            self.keep_best(k);
        }
    }

    /// Sorts the k best, best first, and drops the rest.
    pub(crate) fn sort(&mut self, k: usize) {
        self.keys.sort_unstable();
        self.keys.truncate(k);
    }

    /// Number of entries.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The kept neighbours, in no particular order.
    pub(crate) fn neighbours(&self) -> impl ExactSizeIterator<Item = Neighbour> {
        self.keys.iter().copied().map(Neighbour::from)
    }

    /// Clears the list and sets its threshold.
    pub(crate) fn reset(&mut self, threshold: RankKey) {
        self.keys.clear();
        self.threshold = threshold;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn neighbours() -> impl Strategy<Value = Vec<Neighbour>> {
        let one = (-3..6i8, 0..3u32);
        prop::collection::vec(one, 0..200).prop_map(|all| {
            let indexed = (0..).zip(all);
            indexed
                .map(|(index, (tenths, overlap))| Neighbour {
                    index: RowIdx(index),
                    overlap,
                    similarity: f64::from(tenths) / 10.0,
                })
                .collect()
        })
    }

    proptest! {
        #[test]
        fn keeps_the_k_best_of_a_full_sort(
            all in neighbours(),
            k in 1usize..40,
            part in 1usize..90,
        ) {
            let mut expected = all.clone();
            expected.sort_by(Neighbour::rank_order);
            expected.truncate(k);
            let mut best = TopK::before(RankKey::LAST);
            for part in all.chunks(part) {
                let mut partial = TopK::before(best.threshold());
                for &neighbour in part {
                    partial.offer(k, neighbour.into());
                }
                best.merge(k, &mut partial);
                prop_assert!(partial.keys.is_empty());
            }
            prop_assert!(best.keys.capacity() <= k + k / 4 + 1);
            best.sort(k);
            prop_assert_eq!(&best.neighbours().collect::<Vec<_>>(), &expected);
        }

        #[test]
        fn keys_sort_in_rank_order(a in any::<(f64, u32, u32)>(), b in any::<(f64, u32, u32)>()) {
            let make = |(similarity, overlap, index)| {
                let index = RowIdx(index);
                Neighbour { index, overlap, similarity }
            };
            let (a, b) = (make(a), make(b));
            prop_assert_eq!(RankKey::from(a).cmp(&b.into()), a.rank_order(&b));
            let back = Neighbour::from(RankKey::from(a));
            prop_assert_eq!(back.similarity.to_bits(), a.similarity.to_bits());
            prop_assert_eq!((back.overlap, back.index), (a.overlap, a.index));
            let threshold = RankKey::before_all_with(a.similarity);
            prop_assert_eq!(RankKey::from(b) < threshold, b.similarity.total_cmp(&a.similarity).is_gt());
        }
    }
}
