//! Spare neighbours: those of a stored list beyond the first k.

use crate::packed_list::PackedList;
use likemind::{DenseIdx, Neighbour, RowIdx};
use xxhash_rust::xxh3::Xxh3;

/// Bytes of a packed neighbour.
const ENTRY: usize = 16;

/// Packs the spare neighbours of a row, after a checksum of its whole list: the digest of a model
/// does not cover them. `None` if there are none.
pub(crate) fn pack(row: RowIdx, list: &PackedList, spare: &[Neighbour]) -> Option<Vec<u8>> {
    let entries: Vec<u8> = spare.iter().flat_map(entry).collect();
    (!spare.is_empty()).then(|| [&checksum(row, list, &entries), &entries[..]].concat())
}

/// Unpacks the spare neighbours of a row; `None` if they are damaged, or of another list.
pub(crate) fn unpack(row: RowIdx, list: &PackedList, bytes: &[u8]) -> Option<Vec<Neighbour>> {
    let (stored, entries) = bytes.split_first_chunk()?;
    let (entries_of, rest) = entries.as_chunks::<ENTRY>();
    let is_sound = rest.is_empty() && *stored == checksum(row, list, entries);
    is_sound.then(|| entries_of.iter().map(neighbour).collect())
}

fn checksum(row: RowIdx, list: &PackedList, spare: &[u8]) -> [u8; 8] {
    let mut hash = Xxh3::new();
    hash.update(&row.get().to_le_bytes());
    for part in [&list.indices, &list.overlaps, &list.similarities] {
        hash.update(part);
    }
    hash.update(spare);
    hash.digest().to_le_bytes()
}

fn entry(neighbour: &Neighbour) -> [u8; ENTRY] {
    let first = u64::from(neighbour.overlap) << 32 | u64::from(neighbour.index.get());
    let second = neighbour.similarity.to_bits();
    (u128::from(second) << 64 | u128::from(first)).to_le_bytes()
}

fn neighbour(entry: &[u8; ENTRY]) -> Neighbour {
    let number = u128::from_le_bytes(*entry);
    Neighbour {
        index: RowIdx(number as u32),
        overlap: (number >> 32) as u32,
        similarity: f64::from_bits((number >> 64) as u64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: RowIdx = RowIdx(9);

    fn neighbours(count: u32) -> Vec<Neighbour> {
        let neighbour = |index| Neighbour {
            index: RowIdx(index),
            overlap: u32::MAX - index,
            similarity: 1.0 / f64::from(index + 1),
        };
        (0..count).map(neighbour).collect()
    }

    #[test]
    fn spare_neighbours_round_trip_bit_for_bit() {
        let all = neighbours(7);
        let list = PackedList::pack(&all[..4]);
        let packed = pack(ROW, &list, &all[4..]).unwrap();
        assert_eq!(unpack(ROW, &list, &packed).unwrap(), all[4..]);
        assert_eq!(pack(ROW, &list, &[]), None);
    }

    #[test]
    fn damaged_bytes_and_those_of_another_list_are_rejected() {
        let all = neighbours(7);
        let list = PackedList::pack(&all[..4]);
        let packed = pack(ROW, &list, &all[4..]).unwrap();
        for at in 0..packed.len() {
            let mut flipped = packed.clone();
            flipped[at] ^= 1;
            assert_eq!(unpack(ROW, &list, &flipped), None, "{at}");
            assert_eq!(unpack(ROW, &list, &packed[..at]), None, "{at}");
        }
        assert_eq!(unpack(ROW, &PackedList::pack(&all[..3]), &packed), None);
        assert_eq!(unpack(RowIdx(8), &list, &packed), None);
    }
}
