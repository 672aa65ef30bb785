//! The list of one row's neighbours, with some spare entries, and its updates.

use crate::ids::RowIdx;
use crate::neighbours::Neighbour;
use crate::top_k::{RankKey, TopK};
use std::cmp::Ordering;

/// The best neighbours of a row, in order. All other sufficiently similar rows rank after the last.
#[derive(Clone, Copy)]
pub(super) struct List<'a> {
    pub(super) neighbours: &'a [Neighbour],
    /// Whether the list holds all sufficiently similar rows.
    pub(super) complete: bool,
}

/// An owned [`List`].
#[derive(Clone, Debug)]
pub(super) struct OwnedList {
    neighbours: Vec<Neighbour>,
    complete: bool,
}

impl List<'_> {
    /// Whether a neighbour with a new similarity ranks before all rows that are not in the list.
    pub(super) fn takes(&self, neighbour: &Neighbour) -> bool {
        let before = |last: &Neighbour| neighbour.rank_order(last) != Ordering::Greater;
        self.complete || self.neighbours.last().is_some_and(before)
    }

    /// The similarity of the last neighbour: no pair with a smaller one is in the list, or could
    /// enter it. −∞ if the list is complete.
    pub(super) fn floor(&self) -> f64 {
        let last = self.neighbours.last().filter(|_| !self.complete);
        last.map_or(f64::NEG_INFINITY, |last| last.similarity)
    }

    /// Whether row `index` is in the list.
    pub(super) fn has(&self, index: RowIdx) -> bool {
        self.neighbours.iter().any(|neighbour| neighbour.index == index)
    }

    /// Returns the list after removing some neighbours and inserting those of `entering` that
    /// qualify. At most `capacity` are kept.
    ///
    /// This is correct because all rows that are neither in the list nor entering rank after its
    /// last entry, which remains the threshold even if it is itself removed.
    pub(super) fn after(
        &self,
        leaves: impl Fn(&Neighbour) -> bool,
        entering: impl Iterator<Item = Neighbour>,
        capacity: usize,
    ) -> OwnedList {
        let remaining = self.neighbours.iter().filter(|neighbour| !leaves(neighbour)).copied();
        let mut neighbours = Vec::with_capacity(self.neighbours.len() + 1);
        neighbours.extend(remaining);
        neighbours.extend(entering.filter(|neighbour| self.takes(neighbour)));
        // Usually two sorted runs, which a stable sort merges quickly.
        neighbours.sort_by(Neighbour::rank_order);
        OwnedList { neighbours, complete: self.complete }.cut(capacity)
    }
}

impl OwnedList {
    pub(super) fn get(&self) -> List<'_> {
        List { neighbours: &self.neighbours, complete: self.complete }
    }

    /// Whether the first k neighbours are no longer known.
    pub(super) fn is_short_of(&self, k: usize) -> bool {
        self.neighbours.len() < k && !self.complete
    }

    fn cut(mut self, capacity: usize) -> Self {
        self.complete &= self.neighbours.len() <= capacity;
        self.neighbours.truncate(capacity);
        self
    }
}

/// Builds the list of a row from all its neighbours, offered in any order.
pub(super) struct BestNeighbours {
    best: TopK,
    offered: usize,
    capacity: usize,
}

impl BestNeighbours {
    pub(super) fn new(capacity: usize) -> Self {
        Self { best: TopK::before(RankKey::LAST), offered: 0, capacity }
    }

    pub(super) fn offer(&mut self, neighbour: Neighbour) {
        self.offered += 1;
        self.best.offer(self.capacity, neighbour.into());
    }

    pub(super) fn into_list(mut self) -> OwnedList {
        self.best.sort(self.capacity);
        let neighbours = self.best.neighbours().collect();
        OwnedList { neighbours, complete: self.offered <= self.capacity }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn neighbour(index: u32, similarity: f64) -> Neighbour {
        Neighbour { index: RowIdx(index), overlap: 1, similarity }
    }

    fn indices(list: &OwnedList) -> Vec<u32> {
        list.neighbours.iter().map(|neighbour| neighbour.index.0).collect()
    }

    #[test]
    fn neighbour_that_falls_behind_the_last_is_dropped_from_incomplete_lists() {
        let neighbours = [neighbour(1, 0.9), neighbour(2, 0.5)];
        let moved = |complete, similarity| {
            let list = List { neighbours: &neighbours, complete };
            let now = std::iter::once(neighbour(2, similarity));
            list.after(|n| n.index == RowIdx(2), now, 3)
        };
        assert_eq!(indices(&moved(false, 0.95)), [2, 1]);
        assert_eq!(indices(&moved(false, 0.5)), [1, 2]);
        assert_eq!(indices(&moved(false, 0.4)), [1]);
        assert!(moved(false, 0.4).is_short_of(2));
        assert_eq!(indices(&moved(true, 0.4)), [1, 2]);
    }

    #[test]
    fn list_that_overflows_is_no_longer_complete() {
        let all: Vec<_> = (0..4).map(|index| neighbour(index, f64::from(index))).collect();
        let mut best = BestNeighbours::new(4);
        all.into_iter().for_each(|neighbour| best.offer(neighbour));
        let list = best.into_list();
        assert!(list.complete);
        let longer = list.get().after(|_| false, std::iter::once(neighbour(9, 0.5)), 4);
        assert_eq!(indices(&longer), [3, 2, 1, 9]);
        assert!(!longer.complete && !longer.is_short_of(4));
    }
}
