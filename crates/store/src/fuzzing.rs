//! Access to the packed formats for fuzz targets. The module exists only with `cfg(fuzzing)`.

use crate::item_model::ItemModel;
use crate::packed_list::PackedList;
use crate::snapshot;
use crate::spec::{ModelKind, ModelSpec};
use likemind::{KrigingOptions, Neighbour, RatingMatrix, RidgeOptions};
use xxhash_rust::xxh3::xxh3_128;

/// Appends the checksum of the packed ratings to `bytes`.
pub fn with_checksum(bytes: &[u8]) -> Vec<u8> {
    [bytes, &xxh3_128(bytes).to_le_bytes()].concat()
}

/// Packs ratings.
pub fn pack_ratings(matrix: &RatingMatrix) -> Vec<u8> {
    snapshot::encode(matrix)
}

/// Unpacks ratings of at most a thousand items.
///
/// # Errors
/// A description of what is wrong with the bytes.
pub fn unpack_ratings(bytes: &[u8]) -> Result<RatingMatrix, String> {
    snapshot::decode(bytes, 1_000).map_err(|error| error.to_string())
}

/// Packs a model of all items.
pub fn pack_item_model(model: &ItemModel) -> Vec<u8> {
    model.pack().bytes
}

/// Unpacks a model of all items, of any options.
///
/// # Errors
/// A description of what is wrong with the bytes.
pub fn unpack_item_model(kind: ModelKind, bytes: &[u8]) -> Result<ItemModel, String> {
    let spec = match kind {
        ModelKind::ItemKriging => ModelSpec::ItemKriging(KrigingOptions::default()),
        _ => ModelSpec::Ridge(RidgeOptions::default()),
    };
    ItemModel::unpack(&spec, bytes)
}

/// A packed neighbour list, as stored in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedNeighbours {
    /// The row indices, four bytes each.
    pub indices: Vec<u8>,
    /// The overlaps, four bytes each.
    pub overlaps: Vec<u8>,
    /// The similarities, eight bytes each.
    pub similarities: Vec<u8>,
}

impl PackedNeighbours {
    /// Packs a list.
    pub fn pack(list: &[Neighbour]) -> Self {
        let PackedList { indices, overlaps, similarities } = PackedList::pack(list);
        Self { indices, overlaps, similarities }
    }

    /// Unpacks the list; `None` if the arrays differ in length.
    pub fn unpack(self) -> Option<Vec<Neighbour>> {
        let Self { indices, overlaps, similarities } = self;
        PackedList { indices, overlaps, similarities }.unpack()
    }
}
