//! Packed neighbour lists.

use likemind::{DenseIdx, Neighbour, RowIdx};

/// A neighbour list as three packed arrays of equal length.
pub(crate) struct PackedList {
    pub(crate) indices: Vec<u8>,
    pub(crate) overlaps: Vec<u8>,
    pub(crate) similarities: Vec<u8>,
}

impl PackedList {
    pub(crate) fn pack(list: &[Neighbour]) -> Self {
        Self {
            indices: list.iter().flat_map(|n| n.index.get().to_le_bytes()).collect(),
            overlaps: list.iter().flat_map(|n| n.overlap.to_le_bytes()).collect(),
            similarities: list.iter().flat_map(|n| n.similarity.to_le_bytes()).collect(),
        }
    }

    /// Unpacks the list; `None` if the arrays differ in length.
    pub(crate) fn unpack(&self) -> Option<Vec<Neighbour>> {
        let (indices, rest) = self.indices.as_chunks();
        let (overlaps, rest_of_overlaps) = self.overlaps.as_chunks();
        let (similarities, rest_of_similarities) = self.similarities.as_chunks();
        let whole = [rest, rest_of_overlaps, rest_of_similarities].concat().is_empty();
        if !whole || indices.len() != overlaps.len() || indices.len() != similarities.len() {
            return None;
        }
        let arrays = indices.iter().zip(overlaps).zip(similarities);
        let list = arrays.map(|((index, overlap), similarity)| Neighbour {
            index: RowIdx(u32::from_le_bytes(*index)),
            overlap: u32::from_le_bytes(*overlap),
            similarity: f64::from_le_bytes(*similarity),
        });
        Some(list.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips_lists_bit_for_bit() {
        let list = [(7, 3, 0.1 + 0.2), (0, u32::MAX, f64::MIN_POSITIVE), (u32::MAX, 1, -1.0)].map(
            |(index, overlap, similarity)| Neighbour { index: RowIdx(index), overlap, similarity },
        );
        assert_eq!(PackedList::pack(&list).unpack().unwrap(), list);
        assert_eq!(PackedList::pack(&[]).unpack().unwrap(), []);
    }

    #[test]
    fn rejects_arrays_of_different_lengths() {
        let list = [Neighbour { index: RowIdx(1), overlap: 2, similarity: 0.5 }; 3];
        type Part = fn(&mut PackedList) -> &mut Vec<u8>;
        let parts: [Part; 3] = [|p| &mut p.indices, |p| &mut p.overlaps, |p| &mut p.similarities];
        for part in parts {
            for cut in [1, 4, 8] {
                let mut packed = PackedList::pack(&list);
                let bytes = part(&mut packed);
                bytes.truncate(bytes.len() - cut);
                assert!(packed.unpack().is_none(), "{cut}");
            }
        }
    }
}
