//! Where similarities come from.

use crate::ids::RowIdx;
use crate::live::LiveIndex;
use crate::neighbours::{Neighbour, NeighbourIndex, Neighbours};
use crate::profile::Profile;
use crate::side::Side;
use crate::similarity::Similarities;

/// Where a row's similarities come from.
pub enum Neighbourhood<'a> {
    /// Every other row, computed when asked for.
    All(&'a Similarities<'a>),
    /// The neighbours that a model stored.
    Stored(&'a NeighbourIndex),
    /// The neighbours that are kept exact as ratings arrive.
    Live(&'a LiveIndex),
}

impl<'a> From<Neighbours<'a>> for Neighbourhood<'a> {
    fn from(neighbours: Neighbours<'a>) -> Self {
        match neighbours {
            Neighbours::Stored(index) => Self::Stored(index),
            Neighbours::Live(index) => Self::Live(index),
        }
    }
}

impl Neighbourhood<'_> {
    pub(super) fn side(&self) -> Side {
        match self {
            Self::All(similarities) => similarities.side(),
            Self::Stored(index) => index.side(),
            Self::Live(index) => index.side(),
        }
    }

    /// A stored row's similarities, ascending by index.
    pub(super) fn of_row(&self, row: RowIdx) -> Vec<Neighbour> {
        match self {
            Self::All(similarities) => similarities.row(row),
            Self::Stored(index) => by_index(index.of(row)),
            Self::Live(index) => by_index(index.of(row)),
        }
    }

    /// The similarities of a person known by their ratings alone, ascending by index. Beside an index
    /// they are those that the person came with.
    pub(super) fn of_person(&self, person: &Profile) -> Vec<Neighbour> {
        match self {
            Self::All(similarities) => similarities.of_person(person),
            Self::Stored(_) | Self::Live(_) => by_index(person.neighbours()),
        }
    }
}

/// A list's similarities, ascending by index.
fn by_index(list: &[Neighbour]) -> Vec<Neighbour> {
    let mut found = list.to_vec();
    found.sort_unstable_by_key(|other| other.index);
    found
}
