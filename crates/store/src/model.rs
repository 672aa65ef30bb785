//! Stored models.

use crate::numbered::numbered;
use likemind::{ModelParameters, Neighbour, NeighbourIndex, RowIdx, Side};
use serde::{Deserialize, Serialize};
use std::fmt;

numbered! {
    /// The number of a stored model, from 1. Never reused.
    ModelId
}

/// The kind of a model, which determines its parameters and what is stored of it. More kinds may
/// follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ModelKind {
    /// The most similar neighbours of every user or every item: [`ModelParameters`], and a list for
    /// each row.
    Neighbours,
}

impl ModelKind {
    const ALL: [Self; 1] = [Self::Neighbours];

    /// Returns the name, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Neighbours => "neighbours",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for ModelKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

/// A stored model, without its neighbours.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModelInfo {
    /// The number of the model.
    pub id: ModelId,
    /// The kind of the model.
    pub kind: ModelKind,
    /// The side whose neighbours it contains.
    pub side: Side,
    /// The parameters of the fit.
    pub parameters: ModelParameters,
    /// [`NeighbourIndex::digest`] of its neighbours.
    pub digest: String,
    /// [`Store::data_digest`](crate::Store::data_digest) of the data that it was fitted to.
    pub data_digest: String,
    /// The sequence of that data.
    pub sequence: u64,
    /// Number of users (or items) that have a list.
    pub rows: u64,
    /// Total number of neighbours in all lists.
    pub entries: u64,
    /// Number of pairs that were compared.
    pub pairs: u64,
    /// Duration of the fit in seconds.
    pub seconds: f64,
    /// Time of storage, in seconds since 1970.
    pub created_at: i64,
    /// Whether it is the active model of its kind and side.
    pub active: bool,
}

impl ModelInfo {
    /// Returns the number of changes of ratings up to `sequence` since the stored lists were exact. An import
    /// may be a single change.
    pub fn changes_behind(&self, sequence: u64) -> u64 {
        sequence.saturating_sub(self.sequence)
    }

    /// Returns what is needed to update the stored lists.
    pub fn lists_info(&self) -> ListsInfo {
        let Self { parameters, rows, sequence, .. } = *self;
        ListsInfo { parameters, rows, sequence }
    }
}

/// Describes neighbour lists that were computed from the ratings at a sequence.
#[derive(Clone, Copy, Debug)]
pub struct ListsInfo {
    /// The parameters of the fit.
    pub parameters: ModelParameters,
    /// Number of lists.
    pub rows: u64,
    /// The sequence of the ratings.
    pub sequence: u64,
}

/// A model to store.
#[derive(Clone, Copy, Debug)]
pub struct NewModel<'a> {
    /// The parameters of the fit.
    pub parameters: &'a ModelParameters,
    /// The neighbours. Lists may also contain spare ones beyond the first k, which are stored for
    /// [`Live`](likemind::Live); see [`ModelParameters::with_spare`].
    pub index: &'a NeighbourIndex,
    /// [`NeighbourIndex::digest`] of the first k neighbours.
    pub digest: &'a str,
    /// [`Store::data_digest`](crate::Store::data_digest) of the data that it was fitted to.
    pub data_digest: &'a str,
    /// The sequence of that data.
    pub sequence: u64,
    /// Number of pairs that were compared.
    pub pairs: u64,
    /// Duration of the fit in seconds.
    pub seconds: f64,
}

impl NewModel<'_> {
    /// Total number of neighbours without spare ones.
    pub(crate) fn entries(&self) -> usize {
        self.index.first_lists(self.parameters.k()).map(<[_]>::len).sum()
    }
}

/// Progress of storing a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SaveProgress {
    /// Number of lists written.
    pub done: u64,
    /// Total number of lists.
    pub total: u64,
}

/// An update of a stored model to a later sequence.
#[derive(Clone, Copy, Debug)]
pub struct ModelUpdate<'a> {
    /// The expected sequence of the stored lists.
    pub expected_sequence: u64,
    /// The lists that changed since then, each once, including all new ones. They may contain spare
    /// neighbours, like those of [`NewModel::index`]; a change of these counts as well.
    pub rows: &'a [(RowIdx, &'a [Neighbour])],
    /// Number of lists after the update.
    pub row_count: u64,
    /// [`NeighbourIndex::digest`] of the first k neighbours of all lists after the update.
    pub digest: &'a str,
    /// The sequence of the ratings for which the lists are exact.
    pub sequence: u64,
    /// The digest in [`Store::data_state`](crate::Store::data_state) at that sequence.
    pub data_digest: &'a str,
}

/// The result of writing a [`ModelUpdate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum WriteBehind {
    /// The stored model is now at the new sequence.
    Written,
    /// Another process has updated the model in the meantime; nothing was written.
    Overtaken {
        /// The sequence of the stored lists.
        found: u64,
    },
}
