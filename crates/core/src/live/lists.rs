//! The lists of one side at one moment: changed lists overlaid on those of a job.

use super::list::{List, OwnedList};
use crate::csr::Csr;
use crate::ids::{DenseIdx, RowIdx};
use crate::neighbours::{Neighbour, NeighbourIndex, digest_of};
use crate::parameters::ModelParameters;
use crate::side::Side;
use std::sync::Arc;

/// The slot of a row whose list is still the one in the base index.
const UNCHANGED: u32 = u32::MAX;

/// The neighbours of a [`LiveIndex`](super::LiveIndex) at one moment.
///
/// Clones share their lists, so taking one is much cheaper than copying an index, and later changes
/// do not affect it.
#[derive(Clone)]
pub struct LiveLists {
    parameters: ModelParameters,
    base: Arc<NeighbourIndex>,
    /// For every row, the index of its list in `changed`, or [`UNCHANGED`].
    slots: Vec<u32>,
    changed: Vec<Arc<OwnedList>>,
}

impl LiveLists {
    /// The lists of `base`, and empty ones for the rows missing from it.
    pub(super) fn new(parameters: ModelParameters, base: NeighbourIndex, rows: usize) -> Self {
        let (base, slots) = (Arc::new(base), vec![UNCHANGED; rows]);
        Self { parameters, base, slots, changed: Vec::new() }
    }

    /// The side of the rows.
    pub fn side(&self) -> Side {
        self.parameters.side()
    }

    /// The parameters.
    pub fn parameters(&self) -> &ModelParameters {
        &self.parameters
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.slots.len()
    }

    /// Returns the at most k neighbours of `row`, best first; empty past the end.
    pub fn list(&self, row: impl Into<RowIdx>) -> &[Neighbour] {
        let all = self.kept(row.into()).neighbours;
        &all[..all.len().min(self.parameters.k())]
    }

    /// Returns the neighbours of `row` followed by the spare ones that are kept beyond the first k,
    /// best first. An index of such lists can be [attached](super::Live::attach) again, and then has
    /// its spare neighbours from the start.
    pub fn list_with_spare(&self, row: impl Into<RowIdx>) -> &[Neighbour] {
        let row = row.into();
        let list = self.kept(row);
        // The length of a list with more than k neighbours tells whether it is complete.
        match list.complete || list.neighbours.len() >= self.capacity() {
            true => list.neighbours,
            false => self.list(row),
        }
    }

    /// Returns the digest of the lists without spare neighbours: that of the index of a job.
    pub fn digest(&self) -> String {
        digest_of(self.side(), self.all().map(|row| self.list(row)))
    }

    /// Copies the lists into an index, equal to that of a job.
    pub fn to_index(&self) -> NeighbourIndex {
        self.collect(|row| self.list(row))
    }

    /// Copies the lists [with spare neighbours](Self::list_with_spare) into an index.
    pub fn to_index_with_spare(&self) -> NeighbourIndex {
        self.collect(|row| self.list_with_spare(row))
    }

    fn collect<'a>(&'a self, list: impl Fn(RowIdx) -> &'a [Neighbour]) -> NeighbourIndex {
        let mut lists = Csr::default();
        self.all().for_each(|row| lists.push(list(row).iter().copied()));
        NeighbourIndex::from_valid_lists(self.side(), lists)
    }

    /// All rows.
    pub(super) fn all(&self) -> impl Iterator<Item = RowIdx> + use<> {
        RowIdx::first(self.rows())
    }

    /// Everything that is kept of the list of a row.
    pub(super) fn kept(&self, row: RowIdx) -> List<'_> {
        match self.slots.get(row.at()) {
            Some(&slot) if slot != UNCHANGED => self.changed[slot as usize].get(),
            _ => {
                let neighbours = self.base.list(row);
                // Spare neighbours may have been dropped from lists of exactly k. Only the parameters
                // tell how long an incomplete list is: the longest list may be a complete one.
                let length = neighbours.len();
                let complete = length < self.capacity() && length != self.parameters.k();
                List { neighbours, complete }
            }
        }
    }

    /// Maximum number of neighbours kept in a list: some more than k, so that few lists become too
    /// short.
    pub(super) fn capacity(&self) -> usize {
        self.parameters.with_spare().k()
    }

    /// Replaces the list of a row.
    pub(super) fn replace(&mut self, row: RowIdx, list: OwnedList) {
        match self.slots[row.at()] {
            UNCHANGED => {
                self.slots[row.at()] = self.changed.len() as u32;
                self.changed.push(Arc::new(list));
            }
            slot => self.changed[slot as usize] = Arc::new(list),
        }
    }

    /// Adds a row without neighbours.
    pub(super) fn add_row(&mut self) {
        self.slots.push(UNCHANGED);
    }
}
