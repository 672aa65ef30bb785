//! The packed formats as bytes, for the fuzzer alone: the module exists where `cfg(fuzzing)` is set.

use crate::packed_list::PackedList;
use crate::snapshot;
use likemind::{Neighbour, RatingMatrix};
use xxhash_rust::xxh3::xxh3_128;

/// The bytes with their checksum, as the packed ratings have it.
pub fn with_checksum(bytes: &[u8]) -> Vec<u8> {
    [bytes, &xxh3_128(bytes).to_le_bytes()].concat()
}

/// The packed ratings.
pub fn pack_ratings(matrix: &RatingMatrix) -> Vec<u8> {
    snapshot::encode(matrix)
}

/// The ratings that were packed, of a thousand items at most.
///
/// # Errors
/// What is wrong with the bytes.
pub fn unpack_ratings(bytes: &[u8]) -> Result<RatingMatrix, String> {
    snapshot::decode(bytes, 1_000).map_err(|error| error.to_string())
}

/// A list of neighbours as the database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedNeighbours {
    /// Rows, four bytes each.
    pub indices: Vec<u8>,
    /// Overlaps, four bytes each.
    pub overlaps: Vec<u8>,
    /// Similarities, eight bytes each.
    pub similarities: Vec<u8>,
}

impl PackedNeighbours {
    /// The packed list.
    pub fn pack(list: &[Neighbour]) -> Self {
        let PackedList { indices, overlaps, similarities } = PackedList::pack(list);
        Self { indices, overlaps, similarities }
    }

    /// The list; `None` if the arrays are not of the same length.
    pub fn unpack(self) -> Option<Vec<Neighbour>> {
        let Self { indices, overlaps, similarities } = self;
        PackedList { indices, overlaps, similarities }.unpack()
    }
}
