//! One row's neighbours, with a few to spare, and how they change.

use crate::ids::RowIdx;
use crate::neighbours::Neighbour;
use std::cmp::Ordering;

/// The best neighbours of a row, in order: every other that is similar enough ranks after the last.
#[derive(Clone, Copy)]
pub(super) struct List<'a> {
    pub(super) neighbours: &'a [Neighbour],
    /// Whether there is no other that is similar enough.
    pub(super) complete: bool,
}

/// A [`List`] of its own.
#[derive(Clone, Debug)]
pub(super) struct OwnedList {
    neighbours: Vec<Neighbour>,
    complete: bool,
}

impl List<'_> {
    /// Whether a neighbour whose similarity is new belongs before all that are not in the list.
    pub(super) fn takes(&self, neighbour: &Neighbour) -> bool {
        let before = |last: &Neighbour| neighbour.rank_order(last) != Ordering::Greater;
        self.complete || self.neighbours.last().is_some_and(before)
    }

    /// Whether row `index` is in the list.
    pub(super) fn has(&self, index: RowIdx) -> bool {
        self.neighbours.iter().any(|neighbour| neighbour.index == index)
    }

    /// The list after some neighbours left, of whom those in `entering` are similar enough again,
    /// or for the first time. At most `longest` are kept.
    ///
    /// Right because all that are neither in the list nor entering rank after its last: that stays
    /// the bar, also where the last itself leaves.
    pub(super) fn after(
        &self,
        leaves: impl Fn(&Neighbour) -> bool,
        entering: impl Iterator<Item = Neighbour>,
        longest: usize,
    ) -> OwnedList {
        let stay = self.neighbours.iter().filter(|neighbour| !leaves(neighbour)).copied();
        let mut neighbours = Vec::with_capacity(self.neighbours.len() + 1);
        neighbours.extend(stay);
        neighbours.extend(entering.filter(|neighbour| self.takes(neighbour)));
        // Two runs, most times: quick for a stable sort.
        neighbours.sort_by(Neighbour::rank_order);
        OwnedList { neighbours, complete: self.complete }.cut(longest)
    }
}

impl OwnedList {
    /// The list of a row, all of whose neighbours are given in any order.
    pub(super) fn of_all(mut neighbours: Vec<Neighbour>, longest: usize) -> Self {
        let complete = neighbours.len() <= longest;
        if !complete {
            neighbours.select_nth_unstable_by(longest, Neighbour::rank_order);
            neighbours.truncate(longest);
            neighbours.shrink_to_fit();
        }
        neighbours.sort_unstable_by(Neighbour::rank_order);
        Self { neighbours, complete }
    }

    pub(super) fn get(&self) -> List<'_> {
        List { neighbours: &self.neighbours, complete: self.complete }
    }

    /// Whether the first k are no longer known.
    pub(super) fn is_short_of(&self, k: usize) -> bool {
        self.neighbours.len() < k && !self.complete
    }

    fn cut(mut self, longest: usize) -> Self {
        self.complete &= self.neighbours.len() <= longest;
        self.neighbours.truncate(longest);
        self
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
    fn who_moves_behind_the_last_is_lost_unless_all_are_known() {
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
    fn a_full_list_no_longer_holds_all() {
        let all: Vec<_> = (0..4).map(|index| neighbour(index, f64::from(index))).collect();
        let list = OwnedList::of_all(all, 4);
        assert!(list.complete);
        let longer = list.get().after(|_| false, std::iter::once(neighbour(9, 0.5)), 4);
        assert_eq!(indices(&longer), [3, 2, 1, 9]);
        assert!(!longer.complete && !longer.is_short_of(4));
    }
}
