//! Neighbours with names.

use crate::naming::Naming;
use likemind::{ItemInfo, Neighbour, RowIdx, Side};

/// A neighbour of a row, with its names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NamedNeighbour<'n> {
    /// The neighbour's row.
    pub row: RowIdx,
    /// Its id.
    pub id: &'n str,
    /// Its title, year and genres; `None` for users.
    pub info: Option<&'n ItemInfo>,
    /// The weighted similarity.
    pub similarity: f64,
    /// Number of co-rated columns.
    pub overlap: u32,
}

impl<'n> NamedNeighbour<'n> {
    /// Adds names to a neighbour of a side.
    pub fn named(neighbour: &Neighbour, side: Side, names: &'n impl Naming) -> Self {
        let &Neighbour { index: row, similarity, overlap } = neighbour;
        let (id, info) = (names.row(side, row), names.row_info(side, row));
        Self { row, id, info, similarity, overlap }
    }
}
