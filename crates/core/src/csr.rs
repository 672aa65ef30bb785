//! Compressed sparse rows (CSR): contiguous lists with their offsets.

use std::ops::Range;

/// The start of each of several contiguous lists, and the end of the last one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offsets(Vec<usize>);

impl Default for Offsets {
    fn default() -> Self {
        Self::with_capacity(0)
    }
}

impl Offsets {
    /// Creates the offsets of zero lists, with capacity for `lists`.
    pub fn with_capacity(lists: usize) -> Self {
        let mut offsets = Vec::with_capacity(lists + 1);
        offsets.push(0);
        Self(offsets)
    }

    /// Creates the offsets of lists of the given lengths.
    pub fn from_lengths(lengths: impl IntoIterator<Item = usize>) -> Self {
        let lengths = lengths.into_iter();
        let mut offsets = Self::with_capacity(lengths.size_hint().0);
        lengths.for_each(|length| offsets.push(length));
        offsets
    }

    /// Creates the offsets of `lists` lists by counting the entries of each. The iterator yields
    /// the index of the list that each entry belongs to.
    ///
    /// # Panics
    /// If a list index is not below `lists`.
    pub(crate) fn counting(lists: usize, list_of_entry: impl Iterator<Item = u32>) -> Self {
        let mut offsets = vec![0; lists + 1];
        for list in list_of_entry {
            offsets[list as usize + 1] += 1;
        }
        for list in 0..lists {
            offsets[list + 1] += offsets[list];
        }
        Self(offsets)
    }

    /// Appends a list of this length.
    pub fn push(&mut self, length: usize) {
        self.0.push(self.total().saturating_add(length));
    }

    /// Returns the number of lists.
    pub fn len(&self) -> usize {
        self.0.len() - 1
    }

    /// Whether there are no lists.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the number of entries in all lists.
    pub fn total(&self) -> usize {
        self.0.last().copied().unwrap_or(0)
    }

    /// Returns the entry range of a list; an empty range past the last list.
    #[inline]
    pub fn range(&self, list: usize) -> Range<usize> {
        match self.0.get(list..list.saturating_add(2)) {
            Some(&[start, end]) => start..end,
            _ => 0..0,
        }
    }

    /// Iterates over the entry ranges of all lists.
    pub fn ranges(&self) -> impl ExactSizeIterator<Item = Range<usize>> + '_ {
        self.0.windows(2).map(|ends| ends[0]..ends[1])
    }

    /// Returns a cursor per list, for filling the lists in any order.
    pub(crate) fn places(&self) -> Places {
        Places(self.0[..self.len()].to_vec())
    }
}

/// The next free entry of each list.
pub(crate) struct Places(Vec<usize>);

impl Places {
    /// Takes the next free entry of a list.
    #[inline]
    pub(crate) fn next(&mut self, list: u32) -> usize {
        let place = &mut self.0[list as usize];
        *place += 1;
        *place - 1
    }
}

/// Contiguous lists of entries.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Csr<T> {
    offsets: Offsets,
    entries: Vec<T>,
}

impl<T> Default for Csr<T> {
    fn default() -> Self {
        Self::with_capacity(0, 0)
    }
}

impl<T> Csr<T> {
    /// Creates zero lists, with capacity for `lists` lists and `entries` entries in all.
    pub(crate) fn with_capacity(lists: usize, entries: usize) -> Self {
        Self { offsets: Offsets::with_capacity(lists), entries: Vec::with_capacity(entries) }
    }

    /// Combines offsets and entries; `None` if the number of entries does not match the offsets.
    pub(crate) fn from_parts(offsets: Offsets, entries: Vec<T>) -> Option<Self> {
        (offsets.total() == entries.len()).then_some(Self { offsets, entries })
    }

    /// Appends a list.
    pub(crate) fn push(&mut self, list: impl IntoIterator<Item = T>) {
        let start = self.entries.len();
        self.entries.extend(list);
        self.offsets.push(self.entries.len() - start);
    }

    /// Returns the number of lists.
    pub(crate) fn len(&self) -> usize {
        self.offsets.len()
    }

    /// Returns the entries of a list; empty past the last list.
    #[inline]
    pub(crate) fn of(&self, list: usize) -> &[T] {
        &self.entries[self.offsets.range(list)]
    }

    /// Iterates over the lists.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &[T]> {
        self.offsets.ranges().map(|range| &self.entries[range])
    }

    /// Returns the entries of all lists.
    pub(crate) fn entries(&self) -> &[T] {
        &self.entries
    }

    pub(crate) fn shrink_to_fit(&mut self) {
        self.entries.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pushed_lists_are_returned() {
        let mut lists = Csr::default();
        lists.push([1, 2]);
        lists.push([]);
        lists.push([3]);
        assert_eq!(lists.iter().collect::<Vec<_>>(), [&[1, 2][..], &[], &[3]]);
        assert_eq!((lists.of(2), lists.of(3), lists.of(usize::MAX)), (&[3][..], &[][..], &[][..]));
        let offsets = Offsets::from_lengths([2, 0, 1]);
        assert_eq!(Csr::from_parts(offsets.clone(), vec![1, 2, 3]), Some(lists));
        assert_eq!(Csr::from_parts(offsets, vec![1, 2]), None);
    }

    #[test]
    fn offsets_are_counted_and_filled() {
        let keys = [3, 0, 3, 1];
        let offsets = Offsets::counting(5, keys.into_iter());
        assert_eq!(offsets, Offsets::from_lengths([1, 1, 0, 2, 0]));
        let mut places = offsets.places();
        assert_eq!(keys.map(|list| places.next(list)), [2, 0, 3, 1]);
        assert_eq!((offsets.len(), offsets.total()), (5, 4));
        assert!(Offsets::default().is_empty());
    }

    #[test]
    fn overflowing_lengths_saturate() {
        let offsets = Offsets::from_lengths([usize::MAX, 7]);
        assert_eq!(offsets.total(), usize::MAX);
    }
}
