//! Models as they are stored.

use crate::numbered::numbered;
use likemind::{ModelParameters, Neighbour, NeighbourIndex, RowIdx, Side};
use serde::{Deserialize, Serialize};
use std::fmt;

numbered! {
    /// The number of a stored model, from 1. Never given twice.
    ModelId
}

/// What a model is: which parameters it is made with, and what is stored of it. More may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ModelKind {
    /// The most similar neighbours of every user, or of every item: [`ModelParameters`], and a list
    /// for each row.
    Neighbours,
}

impl ModelKind {
    const ALL: [Self; 1] = [Self::Neighbours];

    /// The name, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Neighbours => "neighbours",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
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
    /// Its number.
    pub id: ModelId,
    /// What it is.
    pub kind: ModelKind,
    /// Whose neighbours.
    pub side: Side,
    /// What it was made with.
    pub parameters: ModelParameters,
    /// [`NeighbourIndex::digest`] of its neighbours.
    pub digest: String,
    /// [`Store::data_digest`](crate::Store::data_digest) of the data that it was made of.
    pub data_digest: String,
    /// The sequence of that data.
    pub sequence: u64,
    /// How many users, or items, it has a list for.
    pub rows: u64,
    /// How many neighbours all lists hold.
    pub entries: u64,
    /// How many pairs were compared.
    pub pairs: u64,
    /// How long that took.
    pub seconds: f64,
    /// When it was stored, in seconds since 1970.
    pub created_at: i64,
    /// Whether it is the one in use on its side.
    pub active: bool,
}

impl ModelInfo {
    /// The stored lists, as far as it matters for bringing them up to date.
    pub fn made_lists(&self) -> MadeLists {
        let Self { parameters, rows, sequence, .. } = *self;
        MadeLists { parameters, rows, sequence }
    }
}

/// Lists of neighbours that were made of ratings at a sequence.
#[derive(Clone, Copy, Debug)]
pub struct MadeLists {
    /// What they were made with.
    pub parameters: ModelParameters,
    /// How many there are.
    pub rows: u64,
    /// The sequence of the ratings.
    pub sequence: u64,
}

/// A model to store.
#[derive(Clone, Copy, Debug)]
pub struct NewModel<'a> {
    /// What it was made with.
    pub parameters: &'a ModelParameters,
    /// The neighbours.
    pub index: &'a NeighbourIndex,
    /// [`NeighbourIndex::digest`] of the neighbours.
    pub digest: &'a str,
    /// [`Store::data_digest`](crate::Store::data_digest) of the data that it was made of.
    pub data_digest: &'a str,
    /// The sequence of that data.
    pub sequence: u64,
    /// How many pairs were compared.
    pub pairs: u64,
    /// How long that took.
    pub seconds: f64,
}

/// How far the storing of a model is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SaveProgress {
    /// Lists written.
    pub done: u64,
    /// Lists in all.
    pub total: u64,
}

/// A later state of a stored model.
#[derive(Clone, Copy, Debug)]
pub struct ModelUpdate<'a> {
    /// The sequence that the stored lists are expected at.
    pub expected_sequence: u64,
    /// The lists that changed since then, each once, and all that are new.
    pub rows: &'a [(RowIdx, &'a [Neighbour])],
    /// How many lists the model has now.
    pub row_count: u64,
    /// [`NeighbourIndex::digest`] of all lists now.
    pub digest: &'a str,
    /// The sequence of the ratings that they are exact for.
    pub sequence: u64,
    /// [`Store::data_state`](crate::Store::data_state) had this digest with that sequence.
    pub data_digest: &'a str,
}

/// What became of a [`ModelUpdate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum WriteBehind {
    /// The stored model is at the new sequence.
    Written,
    /// Another process has written the model meanwhile; nothing was written.
    Overtaken {
        /// The sequence that the stored lists are at.
        found: u64,
    },
}
