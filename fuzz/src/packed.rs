//! Fuzzing of the packed formats in the database.

use likemind::{NeighbourIndex, Side};
use likemind_store::fuzzing::{PackedNeighbours, pack_ratings, unpack_ratings, with_checksum};

/// Unpacks ratings from bytes, with a valid checksum added, and checks that they survive a round trip.
pub fn ratings(bytes: &[u8]) {
    let whole = with_checksum(bytes);
    if let Ok(matrix) = unpack_ratings(&whole) {
        assert_eq!(unpack_ratings(&pack_ratings(&matrix)).expect("just packed"), matrix);
        let (rows, columns) = (matrix.rows(Side::Users), matrix.rows(Side::Items));
        assert_eq!(rows.entries(), columns.entries());
    }
}

/// Unpacks a neighbour list. The first two bytes are the lengths of the first two of its three arrays.
pub fn list(bytes: &[u8]) {
    let Some((&[first, second], arrays)) = bytes.split_first_chunk() else { return };
    let first = usize::from(first).min(arrays.len());
    let second = usize::from(second).min(arrays.len() - first);
    let (indices, rest) = arrays.split_at(first);
    let (overlaps, similarities) = rest.split_at(second);
    let packed = PackedNeighbours {
        indices: indices.to_vec(),
        overlaps: overlaps.to_vec(),
        similarities: similarities.to_vec(),
    };
    if let Some(list) = packed.clone().unpack() {
        assert_eq!(PackedNeighbours::pack(&list), packed);
        // Must not panic, whatever the list contains.
        let _ = NeighbourIndex::from_lists(Side::Users, [list.clone(), list]);
    }
}
