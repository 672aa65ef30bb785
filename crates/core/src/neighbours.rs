//! Neighbour lists: the result of an all-pairs computation.

mod builder;
mod kept;

pub use builder::NeighbourIndexBuilder;
pub use kept::Neighbours;

use crate::csr::Csr;
use crate::ids::{DenseIdx, RowIdx};
use crate::side::Side;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::cmp::Ordering;

/// One neighbour of a row.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Neighbour {
    /// The neighbour's dense index, on the same side.
    pub index: RowIdx,
    /// Number of co-rated columns.
    pub overlap: u32,
    /// The weighted similarity; finite.
    pub similarity: f64,
}

impl Neighbour {
    /// The order of neighbours: by larger similarity, then larger overlap, then smaller index
    /// (earlier appearance). A total order, so that the k best do not depend on the order in which
    /// pairs are processed.
    pub fn rank_order(&self, other: &Self) -> Ordering {
        other
            .similarity
            .total_cmp(&self.similarity)
            .then_with(|| other.overlap.cmp(&self.overlap))
            .then_with(|| self.index.cmp(&other.index))
    }
}

/// Errors when constructing a [`NeighbourIndex`].
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected neighbour lists {expected}, found another in row {}", .row.get())]
#[non_exhaustive]
pub struct NeighbourIndexError {
    /// What was expected of the lists.
    pub expected: &'static str,
    /// The first invalid row.
    pub row: RowIdx,
}

/// The k nearest neighbours of every row of a side.
///
/// Each list is ordered by [`Neighbour::rank_order`], never contains the row itself, and has fewer
/// than k entries if fewer rows are similar enough.
#[derive(Clone, Debug, PartialEq)]
pub struct NeighbourIndex {
    side: Side,
    lists: Csr<Neighbour>,
}

impl NeighbourIndex {
    /// Builds an index from lists, one per row, in the order of the rows. [`NeighbourIndexBuilder`] takes them
    /// one by one.
    ///
    /// # Errors
    /// Same as [`NeighbourIndexBuilder::finish`].
    pub fn from_lists<L: AsRef<[Neighbour]>>(
        side: Side,
        lists: impl IntoIterator<Item = L>,
    ) -> Result<Self, NeighbourIndexError> {
        let mut builder = NeighbourIndexBuilder::new(side);
        lists.into_iter().for_each(|list| builder.push(list.as_ref()));
        builder.finish()
    }

    /// Builds an index from lists that are known to be valid.
    pub(crate) fn from_valid_lists(side: Side, lists: Csr<Neighbour>) -> Self {
        Self { side, lists }
    }

    /// Length of the longest list.
    pub(crate) fn longest(&self) -> usize {
        self.lists().map(<[_]>::len).max().unwrap_or(0)
    }

    fn check(&self, row: RowIdx) -> Result<(), NeighbourIndexError> {
        let wrong = |expected| Err(NeighbourIndexError { expected, row });
        let list = self.list(row);
        if list.iter().any(|n| n.index.at() >= self.rows() || n.index == row) {
            return wrong("of other rows of the side");
        }
        if list.iter().any(|n| !n.similarity.is_finite()) {
            return wrong("of finite similarities");
        }
        if !list.is_sorted_by(|a, b| a.rank_order(b) == Ordering::Less) {
            return wrong("in rank order");
        }
        Ok(())
    }

    /// The side of the rows.
    pub fn side(&self) -> Side {
        self.side
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.lists.len()
    }

    /// Total number of neighbours in all lists.
    pub fn entries(&self) -> usize {
        self.lists.entries().len()
    }

    /// Returns the neighbours of `row`, best first; empty past the end.
    pub fn list(&self, row: impl Into<RowIdx>) -> &[Neighbour] {
        self.lists.of(row.into().at())
    }

    /// The lists, in the order of the rows.
    pub fn lists(&self) -> impl ExactSizeIterator<Item = &[Neighbour]> {
        self.lists.iter()
    }

    /// Returns the index with only the first k neighbours of every list.
    pub fn first(&self, k: usize) -> Self {
        let mut lists = Csr::default();
        self.first_lists(k).for_each(|list| lists.push(list.iter().copied()));
        Self { side: self.side, lists }
    }

    /// The first k neighbours of every list, in the order of the rows.
    pub fn first_lists(&self, k: usize) -> impl ExactSizeIterator<Item = &[Neighbour]> {
        self.lists().map(move |list| &list[..list.len().min(k)])
    }

    /// Returns the SHA-256 of the side and of every list, bit for bit, as 64 hexadecimal digits.
    /// Two indexes have the same digest if and only if they are equal (assuming no SHA-256
    /// collision).
    pub fn digest(&self) -> String {
        self.digest_of_first(usize::MAX)
    }

    /// Returns the [`digest`](Self::digest) of [`first(k)`](Self::first).
    pub fn digest_of_first(&self, k: usize) -> String {
        digest_of(self.side, self.first_lists(k))
    }
}

/// See [`NeighbourIndex::digest`].
pub(crate) fn digest_of<'a>(side: Side, lists: impl Iterator<Item = &'a [Neighbour]>) -> String {
    let mut hash = Sha256::new();
    hash.update(side.name());
    let mut bytes = Vec::new();
    for list in lists {
        bytes.clear();
        bytes.extend_from_slice(&(list.len() as u64).to_le_bytes());
        for neighbour in list {
            bytes.extend_from_slice(&neighbour.index.get().to_le_bytes());
            bytes.extend_from_slice(&neighbour.overlap.to_le_bytes());
            bytes.extend_from_slice(&neighbour.similarity.to_bits().to_le_bytes());
        }
        hash.update(&bytes);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn neighbour(index: u32, similarity: f64, overlap: u32) -> Neighbour {
        Neighbour { index: RowIdx(index), overlap, similarity }
    }

    #[test]
    fn rank_order_is_similarity_then_overlap_then_index() {
        let mut list = [
            neighbour(3, 0.5, 9),
            neighbour(1, 0.5, 4),
            neighbour(0, 0.5, 4),
            neighbour(2, 0.6, 1),
        ];
        list.sort_by(Neighbour::rank_order);
        assert_eq!(list.map(|n| n.index.get()), [2, 3, 0, 1]);
    }

    #[test]
    fn rejects_invalid_lists() {
        let make = |first: &[Neighbour]| NeighbourIndex::from_lists(Side::Users, [first, &[]]);
        assert!(make(&[neighbour(1, 0.5, 2)]).is_ok());
        assert!(make(&[neighbour(0, 0.5, 2)]).is_err());
        assert!(make(&[neighbour(2, 0.5, 2)]).is_err());
        assert!(make(&[neighbour(1, f64::NAN, 2)]).is_err());
        assert!(make(&[neighbour(1, 0.5, 2), neighbour(1, 0.6, 2)]).is_err());
    }

    #[test]
    fn digest_depends_on_every_bit() {
        let digest = |similarity, overlap, row| {
            let one = vec![neighbour(if row == 0 { 1 } else { 0 }, similarity, overlap)];
            let lists = if row == 0 { [one, vec![]] } else { [vec![], one] };
            NeighbourIndex::from_lists(Side::Users, lists).unwrap().digest()
        };
        let first = digest(0.5, 2, 0);
        assert_eq!(first.len(), 64);
        assert_eq!(first, digest(0.5, 2, 0));
        assert_ne!(first, digest(0.5_f64.next_up(), 2, 0));
        assert_ne!(first, digest(0.5, 3, 0));
        assert_ne!(first, digest(0.5, 2, 1));
    }
}
