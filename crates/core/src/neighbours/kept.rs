//! Neighbours, wherever they are kept.

use super::{Neighbour, NeighbourIndex};
use crate::ids::RowIdx;
use crate::live::LiveIndex;
use crate::side::Side;

/// The neighbours of every row of a side, wherever they are kept.
#[derive(Clone, Copy)]
pub enum Neighbours<'a> {
    /// As a job left them.
    Stored(&'a NeighbourIndex),
    /// Exact as ratings arrive.
    Live(&'a LiveIndex),
}

impl<'a> Neighbours<'a> {
    /// Whose neighbours.
    pub fn side(self) -> Side {
        match self {
            Self::Stored(index) => index.side(),
            Self::Live(index) => index.side(),
        }
    }

    /// The neighbours of `row`, best first; none past the end.
    pub fn of(self, row: impl Into<RowIdx>) -> &'a [Neighbour] {
        match self {
            Self::Stored(index) => index.of(row),
            Self::Live(index) => index.of(row),
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
