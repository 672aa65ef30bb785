//! Models that are stored as a whole.

use crate::spec::ModelSpec;
use likemind::{ItemKriging, ItemRidge};
use sha2::{Digest, Sha256};

/// A model of all items: what is learnt from all ratings, and holds for people and ratings that come
/// later.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ItemModel {
    /// Predicts ratings.
    Kriging(ItemKriging),
    /// Ranks items.
    Ridge(ItemRidge),
}

impl ItemModel {
    /// Returns the kind, with the options of the fit, including the constants that it chose.
    pub fn spec(&self) -> ModelSpec {
        match self {
            Self::Kriging(kriging) => ModelSpec::ItemKriging(*kriging.options()),
            Self::Ridge(ridge) => ModelSpec::Ridge(*ridge.options()),
        }
    }

    /// Returns the number of items of which it holds all pairs.
    pub fn items(&self) -> u64 {
        let items = match self {
            Self::Kriging(kriging) => kriging.items(),
            Self::Ridge(ridge) => ridge.items(),
        };
        items as u64
    }

    /// Returns the number of pairs of these items.
    pub fn pairs(&self) -> u64 {
        self.items() * self.items().saturating_sub(1) / 2
    }

    /// Packs the model for storage. The time is proportional to the number of pairs.
    pub fn pack(&self) -> PackedItemModel {
        let bytes = match self {
            Self::Kriging(kriging) => postcard::to_allocvec(kriging),
            Self::Ridge(ridge) => postcard::to_allocvec(ridge),
        };
        let bytes = bytes.unwrap_or_else(|error| unreachable!("its parts have lengths: {error}"));
        let (spec, items, pairs) = (self.spec(), self.items(), self.pairs());
        PackedItemModel { spec, items, pairs, digest: digest(&bytes), bytes }
    }

    /// Unpacks a model of the kind of `spec`.
    pub(crate) fn unpack(spec: &ModelSpec, bytes: &[u8]) -> Result<Self, String> {
        let read = match spec {
            ModelSpec::ItemKriging(_) => {
                postcard::take_from_bytes(bytes).map(|(model, rest)| (Self::Kriging(model), rest))
            }
            ModelSpec::Ridge(_) => {
                postcard::take_from_bytes(bytes).map(|(model, rest)| (Self::Ridge(model), rest))
            }
            ModelSpec::Neighbours(_) => return Err("neighbours, which have no parts".to_owned()),
        };
        match read.map_err(|error| error.to_string())? {
            (model, []) => Ok(model),
            (_, rest) => Err(format!("{} bytes too many", rest.len())),
        }
    }
}

/// A packed [`ItemModel`].
#[derive(Clone, Debug)]
pub struct PackedItemModel {
    pub(crate) spec: ModelSpec,
    pub(crate) items: u64,
    pub(crate) pairs: u64,
    pub(crate) bytes: Vec<u8>,
    pub(crate) digest: String,
}

impl PackedItemModel {
    /// Returns the SHA-256 of its bytes. Equal models have equal digests.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

/// A model of all items to store.
#[derive(Clone, Copy, Debug)]
pub struct NewItemModel<'a> {
    /// The model.
    pub packed: &'a PackedItemModel,
    /// [`Store::data_digest`](crate::Store::data_digest) of the data that it was fitted to.
    pub data_digest: &'a str,
    /// The sequence of that data.
    pub sequence: u64,
    /// Duration of the fit in seconds.
    pub seconds: f64,
}

/// SHA-256 in hexadecimal digits.
pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
