//! A view of stored or live neighbours.

use super::{Neighbour, NeighbourIndex};
use crate::ids::RowIdx;
use crate::live::LiveIndex;
use crate::side::Side;

/// The neighbours of every row of a side, either stored or live.
#[derive(Clone, Copy)]
pub enum Neighbours<'a> {
    /// The result of a job.
    Stored(&'a NeighbourIndex),
    /// Neighbours that stay exact as ratings change.
    Live(&'a LiveIndex),
}

impl<'a> Neighbours<'a> {
    /// The side of the rows.
    pub fn side(self) -> Side {
        match self {
            Self::Stored(index) => index.side(),
            Self::Live(index) => index.side(),
        }
    }

    /// Returns the neighbours of `row`, best first; empty past the end.
    pub fn list(self, row: impl Into<RowIdx>) -> &'a [Neighbour] {
        match self {
            Self::Stored(index) => index.list(row),
            Self::Live(index) => index.list(row),
        }
    }
}

impl<'a> From<&'a NeighbourIndex> for Neighbours<'a> {
    fn from(index: &'a NeighbourIndex) -> Self {
        Self::Stored(index)
    }
}

impl<'a> From<&'a LiveIndex> for Neighbours<'a> {
    fn from(index: &'a LiveIndex) -> Self {
        Self::Live(index)
    }
}
