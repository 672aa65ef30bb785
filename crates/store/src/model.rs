//! Stored models.

use crate::item_model::NewItemModel;
use crate::numbered::numbered;
use crate::spec::{ModelKind, ModelSpec};
use likemind::{ModelParameters, Neighbour, NeighbourIndex, RowIdx, Side};
use serde::Serialize;

numbered! {
    /// The number of a stored model, from 1. Never reused.
    ModelId
}

/// A stored model, without its contents. `P` is [`ModelParameters`] if it is known to be one of
/// neighbours.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModelInfo<P = ModelSpec> {
    /// The number of the model.
    pub id: ModelId,
    /// The kind of the model.
    pub kind: ModelKind,
    /// The side whose neighbours it contains; items for all other kinds.
    pub side: Side,
    /// The parameters of the fit.
    pub parameters: P,
    /// SHA-256 of its contents: [`NeighbourIndex::digest`] or
    /// [`PackedItemModel::digest`](crate::PackedItemModel::digest).
    pub digest: String,
    /// [`Store::data_digest`](crate::Store::data_digest) of the data that it was fitted to.
    pub data_digest: String,
    /// The sequence of that data.
    pub sequence: u64,
    /// Number of users (or items) that have a list, or of items with all pairs.
    pub rows: u64,
    /// Total number of neighbours in all lists, or of pairs of these items.
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

/// A stored model of neighbours, without these.
pub type NeighbourModelInfo = ModelInfo<ModelParameters>;

impl<P> ModelInfo<P> {
    /// Returns the number of changes of ratings up to `sequence` since the stored model was exact. An
    /// import may be a single change.
    pub fn changes_behind(&self, sequence: u64) -> u64 {
        sequence.saturating_sub(self.sequence)
    }
}

impl ModelInfo {
    /// Returns the model with the parameters of neighbours; `None` if it is of another kind.
    pub fn neighbours(self) -> Option<NeighbourModelInfo> {
        let parameters = *self.parameters.neighbours()?;
        let Self { id, kind, side, digest, data_digest, sequence, .. } = self;
        let Self { rows, entries, pairs, seconds, created_at, active, .. } = self;
        Some(ModelInfo {
            id,
            kind,
            side,
            parameters,
            digest,
            data_digest,
            sequence,
            rows,
            entries,
            pairs,
            seconds,
            created_at,
            active,
        })
    }
}

impl NeighbourModelInfo {
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

/// A model of neighbours to store.
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

/// A model of any kind to store.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum AnyNewModel<'a> {
    /// One of neighbours.
    Neighbours(NewModel<'a>),
    /// One of all items.
    Items(NewItemModel<'a>),
}

impl AnyNewModel<'_> {
    /// Returns the parameters of the fit.
    pub(crate) fn spec(&self) -> ModelSpec {
        match self {
            Self::Neighbours(new) => (*new.parameters).into(),
            Self::Items(new) => new.packed.spec,
        }
    }

    /// Duration of the fit in seconds.
    pub(crate) fn seconds(&self) -> f64 {
        match self {
            Self::Neighbours(new) => new.seconds,
            Self::Items(new) => new.seconds,
        }
    }
}

impl<'a> From<NewModel<'a>> for AnyNewModel<'a> {
    fn from(new: NewModel<'a>) -> Self {
        Self::Neighbours(new)
    }
}

impl<'a> From<NewItemModel<'a>> for AnyNewModel<'a> {
    fn from(new: NewItemModel<'a>) -> Self {
        Self::Items(new)
    }
}

/// Progress of storing a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SaveProgress {
    /// Number of lists (or parts) written.
    pub done: u64,
    /// Total number of lists (or parts).
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
