//! The k best of a stream of neighbours.

use crate::ids::{DenseIdx, RowIdx};
use crate::neighbours::Neighbour;
use std::mem;

/// A neighbour as one number that is smaller the earlier it ranks
/// ([`Neighbour::rank_order`]), so that comparing takes one instruction or two.
///
/// From the top: the similarity, reversed; the overlap, reversed; the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RankKey(u128);

const SIGN: u64 = 1 << 63;

impl RankKey {
    /// After every neighbour.
    pub(super) const LAST: Self = Self(u128::MAX);

    /// Before every neighbour of this similarity, and after all of a larger one.
    pub(super) fn before_all_of(similarity: f64) -> Self {
        Self(u128::from(falling(similarity)) << 64)
    }

    pub(super) fn similarity(self) -> f64 {
        let rising = !((self.0 >> 64) as u64);
        f64::from_bits(if rising & SIGN == 0 { !rising } else { rising ^ SIGN })
    }
}

/// The bits of a number such that they fall as it rises, in the order of [`f64::total_cmp`].
fn falling(number: f64) -> u64 {
    let bits = number.to_bits();
    !(if bits & SIGN == 0 { bits ^ SIGN } else { !bits })
}

impl From<Neighbour> for RankKey {
    fn from(neighbour: Neighbour) -> Self {
        let top = u128::from(falling(neighbour.similarity)) << 64;
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

/// Memory of a list that is begun.
const FEW: usize = 16;

/// The k best of what was offered, by a bar that rises so that they always pass it.
///
/// Offers gather in a buffer of up to 5k/4, which a selection then cuts back to k: a constant cost
/// an offer.
#[derive(Clone, Debug)]
pub(super) struct TopK {
    keys: Vec<RankKey>,
    bar: RankKey,
}

impl TopK {
    /// An empty list, for neighbours that rank before `bar`.
    pub(super) fn before(bar: RankKey) -> Self {
        Self { keys: Vec::new(), bar }
    }

    /// Neighbours that do not rank before this one are turned away.
    pub(super) fn bar(&self) -> RankKey {
        self.bar
    }

    /// Offers a neighbour; true if the bar rose.
    #[inline(always)]
    pub(super) fn offer(&mut self, k: usize, key: RankKey) -> bool {
        if key >= self.bar {
            return false;
        }
        let most = k.saturating_add(k / 4).saturating_add(1);
        if self.keys.len() == self.keys.capacity() {
            self.grow(most);
        }
        self.keys.push(key);
        let length = self.keys.len();
        // The first k set a bar at once: until there is one, everything passes.
        (length == k || length >= most) && self.keep_best(k)
    }

    /// Memory for a few at first, then for all that there may be: more steps would cost more than
    /// they save, and the next power of 2 more than there may be.
    #[cold]
    fn grow(&mut self, most: usize) {
        let length = self.keys.len();
        let more = if length < FEW { FEW } else { length.max(1 << 10) };
        self.keys.reserve_exact(more.min(most - length));
    }

    /// Cuts k or more down to the k first; true if the k-th is a new bar.
    #[inline(never)]
    fn keep_best(&mut self, k: usize) -> bool {
        let (_, kth, _) = self.keys.select_nth_unstable(k - 1);
        let kth = *kth;
        self.keys.truncate(k);
        let rises = kth < self.bar;
        self.bar = kth.min(self.bar);
        rises
    }

    /// Takes what another list of the same k kept, which is then empty.
    pub(super) fn take(&mut self, k: usize, other: &mut Self) {
        if self.keys.is_empty() {
            mem::swap(self, other);
        }
        for key in other.keys.drain(..) {
            self.offer(k, key);
        }
    }

    /// Cuts the list to the k best.
    pub(super) fn cut(&mut self, k: usize) {
        if self.keys.len() > k {
            self.keep_best(k);
        }
    }

    /// Sorts the k best, best first, and drops the rest.
    pub(super) fn sort(&mut self, k: usize) {
        self.keys.sort_unstable();
        self.keys.truncate(k);
    }

    /// How many were kept.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// What was kept.
    pub(super) fn neighbours(&self) -> impl ExactSizeIterator<Item = Neighbour> {
        self.keys.iter().copied().map(Neighbour::from)
    }

    /// Makes an empty list a list for neighbours that rank before `bar`.
    pub(super) fn restart(&mut self, bar: RankKey) {
        self.keys.clear();
        self.bar = bar;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn neighbours() -> impl Strategy<Value = Vec<Neighbour>> {
        let one = (-3..6i8, 0..3u32);
        prop::collection::vec(one, 0..200).prop_map(|all| {
            let named = (0..).zip(all);
            named
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
        fn the_best_k_are_those_of_a_full_sort(
            all in neighbours(),
            k in 1usize..40,
            part in 1usize..90,
        ) {
            let mut wanted = all.clone();
            wanted.sort_by(Neighbour::rank_order);
            wanted.truncate(k);
            let mut best = TopK::before(RankKey::LAST);
            for part in all.chunks(part) {
                let mut gathered = TopK::before(best.bar());
                for &neighbour in part {
                    gathered.offer(k, neighbour.into());
                }
                best.take(k, &mut gathered);
                prop_assert!(gathered.keys.is_empty());
            }
            prop_assert!(best.keys.capacity() <= k + k / 4 + 1);
            best.sort(k);
            prop_assert_eq!(&best.neighbours().collect::<Vec<_>>(), &wanted);
        }

        #[test]
        fn keys_are_in_rank_order(a in any::<(f64, u32, u32)>(), b in any::<(f64, u32, u32)>()) {
            let make = |(similarity, overlap, index)| {
                let index = RowIdx(index);
                Neighbour { index, overlap, similarity }
            };
            let (a, b) = (make(a), make(b));
            prop_assert_eq!(RankKey::from(a).cmp(&b.into()), a.rank_order(&b));
            let back = Neighbour::from(RankKey::from(a));
            prop_assert_eq!(back.similarity.to_bits(), a.similarity.to_bits());
            prop_assert_eq!((back.overlap, back.index), (a.overlap, a.index));
            let open = RankKey::before_all_of(a.similarity);
            prop_assert_eq!(RankKey::from(b) < open, b.similarity.total_cmp(&a.similarity).is_gt());
        }
    }
}
