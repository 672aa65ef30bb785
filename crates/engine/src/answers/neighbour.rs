//! Neighbours as they are listed.

use crate::naming::Naming;
use likemind::{ItemInfo, Neighbour, RowIdx, Side};

/// One of the rows that are most similar to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NamedNeighbour<'n> {
    /// The row.
    pub row: RowIdx,
    /// Its id.
    pub id: &'n str,
    /// What is known of it, if it is an item.
    pub info: Option<&'n ItemInfo>,
    /// The weighted similarity.
    pub similarity: f64,
    /// How many ratings the two have in common.
    pub overlap: u32,
}

impl<'n> NamedNeighbour<'n> {
    /// A neighbour of a side, with names.
    pub fn named(neighbour: &Neighbour, side: Side, names: &'n impl Naming) -> Self {
        let &Neighbour { index: row, similarity, overlap } = neighbour;
        let (id, info) = (names.row(side, row), names.row_info(side, row));
        Self { row, id, info, similarity, overlap }
    }
}
