//! Building an index list by list.

use super::{Neighbour, NeighbourIndex, NeighbourIndexError};
use crate::csr::Csr;
use crate::ids::RowIdx;
use crate::side::Side;

/// Builds a [`NeighbourIndex`] list by list, for lists that are not all in memory at once.
///
/// ```
/// use likemind::{Neighbour, NeighbourIndexBuilder, RowIdx, Side, UserIdx};
/// let mut builder = NeighbourIndexBuilder::new(Side::Users);
/// for other in [1, 0] {
///     builder.push(&[Neighbour { index: RowIdx(other), overlap: 3, similarity: 0.5 }]);
/// }
/// let index = builder.finish()?;
/// assert_eq!(index.list(UserIdx(1))[0].index, RowIdx(0));
/// # Ok::<(), likemind::NeighbourIndexError>(())
/// ```
#[derive(Debug)]
pub struct NeighbourIndexBuilder {
    side: Side,
    lists: Csr<Neighbour>,
}

impl NeighbourIndexBuilder {
    /// Creates an index without rows.
    pub fn new(side: Side) -> Self {
        Self { side, lists: Csr::default() }
    }

    /// Appends the list of the next row.
    pub fn push(&mut self, list: &[Neighbour]) {
        self.lists.push(list.iter().copied());
    }

    /// Checks the lists and returns the index.
    ///
    /// # Errors
    /// Returns [`NeighbourIndexError`] if a list is out of order, contains its own row or one past
    /// the end, or contains a similarity that is not finite.
    pub fn finish(self) -> Result<NeighbourIndex, NeighbourIndexError> {
        let index = NeighbourIndex::from_valid_lists(self.side, self.lists);
        RowIdx::first(index.rows()).try_for_each(|row| index.check(row))?;
        Ok(index)
    }
}
