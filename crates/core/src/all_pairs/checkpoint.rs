//! What a restart needs not to lose finished tiles.

use super::order::RowOrder;
use super::tile::TilePlan;
use crate::neighbours::Neighbour;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

/// Which tiles of a computation are merged into its lists. The default: none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MergedTiles(pub(super) Vec<bool>);

impl MergedTiles {
    /// How many.
    pub fn count(&self) -> usize {
        self.0.iter().filter(|&&merged| merged).count()
    }

    /// Whether the tile at a place is.
    pub(super) fn has(&self, place: usize) -> bool {
        self.0.get(place).is_some_and(|&merged| merged)
    }
}

/// What tiles that were merged since the checkpoint before gave to the lists of a computation, as far as
/// it is still among the best: the checkpoints of a computation, in their order, together are its
/// state between two tiles.
///
/// So each neighbour is saved once. 160,000 lists of 100 take some 210 MB; what the first checkpoint of
/// a computation has of them, the later ones have not.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// Tells one computation from another.
    pub(super) computation: Fingerprint,
    /// The tiles of the checkpoints before.
    pub(super) before: MergedTiles,
    /// Those and the tiles of this one.
    pub(super) merged: MergedTiles,
    /// How many neighbours it has for each list, in the order of the computation.
    pub(super) lengths: Vec<u32>,
    /// These neighbours, list after list.
    pub(super) neighbours: Vec<Neighbour>,
}

/// SHA-256 of what a computation depends on.
pub(super) type Fingerprint = [u8; 32];

/// Why a computation cannot go on from a checkpoint.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum CheckpointError {
    /// The bytes are not what was written.
    #[error("expected the bytes of a checkpoint, found {found}")]
    Damaged {
        /// What is wrong with them.
        found: &'static str,
    },
    /// It was made by a version that computes in another order, of other ratings, or with other parameters.
    #[error("expected a checkpoint of this computation, found one of another")]
    OtherComputation,
    /// Others come before it.
    #[error("expected the checkpoint after {merged} tiles, found one after {before} tiles")]
    OutOfOrder {
        /// How many tiles are merged.
        merged: usize,
        /// How many tiles the checkpoints before this one have.
        before: usize,
    },
}

/// The formats before had no similarities.
const FORMAT: u32 = 3;
const CHECKSUM_BYTES: usize = 32;
/// Most overlaps take a byte.
const NEIGHBOUR_BYTES: usize = size_of::<u32>() + size_of::<f64>() + 1;

impl Checkpoint {
    /// The tiles that are merged: its own and those of the checkpoints before.
    pub fn merged(&self) -> &MergedTiles {
        &self.merged
    }

    /// The checkpoint as bytes, with a checksum; [`from_bytes`](Self::from_bytes) reads them.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Self { computation, before, merged, lengths, neighbours } = self;
        let tiles = before.0.len() + merged.0.len();
        let numbers = 4 * lengths.len() + NEIGHBOUR_BYTES * neighbours.len();
        let mut bytes = Vec::with_capacity(100 + tiles + numbers + numbers / 64);
        bytes.extend(FORMAT.to_le_bytes());
        bytes.extend(computation);
        for count in [merged.0.len(), lengths.len(), neighbours.len()] {
            bytes.extend((count as u64).to_le_bytes());
        }
        for tiles in [before, merged] {
            bytes.extend((0..merged.0.len()).map(|place| u8::from(tiles.has(place))));
        }
        for length in lengths {
            bytes.extend(length.to_le_bytes());
        }
        // Numbers of the same width side by side are read and written several at a time.
        bytes.extend(neighbours.iter().flat_map(|neighbour| neighbour.index.to_le_bytes()));
        bytes.extend(neighbours.iter().flat_map(|neighbour| neighbour.similarity.to_le_bytes()));
        neighbours.iter().for_each(|neighbour| write_number(&mut bytes, neighbour.overlap));
        let checksum = Sha256::digest(&bytes);
        bytes.extend_from_slice(&checksum);
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// [`CheckpointError::Damaged`] for anything else, by its checksum, and for checkpoints of former
    /// versions.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let damaged = |found| CheckpointError::Damaged { found };
        let (body, checksum) =
            bytes.split_last_chunk::<CHECKSUM_BYTES>().ok_or(damaged("too few"))?;
        if Sha256::digest(body)[..] != checksum[..] {
            return Err(damaged("bytes that do not have their checksum"));
        }
        let mut reader = Reader { bytes: body };
        if u32::from_le_bytes(reader.take()?) != FORMAT {
            return Err(damaged("another format"));
        }
        let computation = reader.take()?;
        let [tiles, lists, count] = [reader.count()?, reader.count()?, reader.count()?];
        let (before, merged) = (reader.tiles(tiles)?, reader.tiles(tiles)?);
        let lengths = reader.take_many(lists)?.iter().copied().map(u32::from_le_bytes).collect();
        let neighbours = reader.neighbours(count)?;
        if !reader.bytes.is_empty() {
            return Err(damaged("bytes left over"));
        }
        Ok(Self { computation, before, merged, lengths, neighbours })
    }

    /// Where each list begins, and the end: held against the computation. A checksum says that this is
    /// what was written, not that what was written is a checkpoint.
    ///
    /// # Errors
    /// [`CheckpointError::OtherComputation`] if it has other rows; [`CheckpointError::Damaged`] for
    /// lists that no computation keeps: with a row twice, or its own, or one of another tile.
    pub(super) fn starts(
        &self,
        order: &RowOrder,
        plan: &TilePlan,
    ) -> Result<Vec<usize>, CheckpointError> {
        let Self { before, merged, lengths, neighbours, .. } = self;
        let rows = order.len();
        if lengths.len() != rows || neighbours.iter().any(|n| n.index as usize >= rows) {
            return Err(CheckpointError::OtherComputation);
        }
        let mut starts = vec![0];
        starts.extend(lengths.iter().scan(0, |sum, &length| {
            *sum += length as usize;
            Some(*sum)
        }));
        let damaged = |found| CheckpointError::Damaged { found };
        if starts[rows] != neighbours.len() {
            return Err(damaged("lists that do not fit their lengths"));
        }
        let positions = order.positions();
        let is_new = |owner: u32, other: u32| {
            let place = plan.place_with((owner.min(other), owner.max(other)));
            place.is_some_and(|place| merged.has(place) && !before.has(place))
        };
        let check = |owner: u32| {
            let list = &neighbours[starts[owner as usize]..starts[owner as usize + 1]];
            let mut others: Vec<u32> = list.iter().map(|n| positions[n.index as usize]).collect();
            others.sort_unstable();
            if others.contains(&owner) || others.windows(2).any(|pair| pair[0] == pair[1]) {
                return Err(damaged("a list with its own row, or one twice"));
            }
            if !others.iter().all(|&other| is_new(owner, other)) {
                return Err(damaged("a pair of another tile"));
            }
            if list.iter().any(|neighbour| neighbour.similarity.is_nan()) {
                return Err(damaged("a similarity that is no number"));
            }
            Ok(())
        };
        (0..rows as u32).into_par_iter().try_for_each(check)?;
        Ok(starts)
    }
}

/// Seven bits a byte, the lowest first; the highest bit says that more come.
fn write_number(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], CheckpointError> {
        Ok(self.take_many::<N>(1)?[0])
    }

    fn take_many<const N: usize>(
        &mut self,
        count: usize,
    ) -> Result<&'a [[u8; N]], CheckpointError> {
        let taken = count.checked_mul(N).and_then(|bytes| self.bytes.split_at_checked(bytes));
        let (taken, rest) = taken.ok_or(CheckpointError::Damaged { found: "too few" })?;
        self.bytes = rest;
        Ok(taken.as_chunks().0)
    }

    fn count(&mut self) -> Result<usize, CheckpointError> {
        let count = u64::from_le_bytes(self.take()?);
        usize::try_from(count)
            .map_err(|_| CheckpointError::Damaged { found: "a count beyond memory" })
    }

    fn tiles(&mut self, count: usize) -> Result<MergedTiles, CheckpointError> {
        Ok(MergedTiles(self.take_many::<1>(count)?.iter().map(|&[byte]| byte != 0).collect()))
    }

    fn neighbours(&mut self, count: usize) -> Result<Vec<Neighbour>, CheckpointError> {
        // No more memory than the bytes justify.
        if count > self.bytes.len() / NEIGHBOUR_BYTES {
            return Err(CheckpointError::Damaged { found: "too few" });
        }
        let (indices, similarities) = (self.take_many(count)?, self.take_many(count)?);
        let numbers = indices.iter().zip(similarities).map(|(&index, &similarity)| Neighbour {
            index: u32::from_le_bytes(index),
            overlap: 0,
            similarity: f64::from_le_bytes(similarity),
        });
        let mut neighbours: Vec<Neighbour> = numbers.collect();
        for neighbour in &mut neighbours {
            neighbour.overlap = self.number()?;
        }
        Ok(neighbours)
    }

    fn number(&mut self) -> Result<u32, CheckpointError> {
        let mut number = 0;
        for shift in (0..u32::BITS).step_by(7) {
            let [byte] = self.take()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return u32::try_from(number)
                    .map_err(|_| CheckpointError::Damaged { found: "an overlap out of range" });
            }
        }
        Err(CheckpointError::Damaged { found: "an overlap without an end" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Checkpoint {
        let neighbour = |(index, overlap, similarity)| Neighbour { index, overlap, similarity };
        let neighbours = [(5, 1, 0.5), (1, 300, -0.0), (u32::MAX, u32::MAX, f64::MIN_POSITIVE)];
        Checkpoint {
            computation: [7; 32],
            before: MergedTiles(vec![true, false, false]),
            merged: MergedTiles(vec![true, false, true]),
            lengths: vec![2, 0, 1],
            neighbours: neighbours.map(neighbour).into(),
        }
    }

    fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
        bytes.truncate(bytes.len() - CHECKSUM_BYTES);
        let checksum = Sha256::digest(&bytes);
        bytes.extend_from_slice(&checksum);
        bytes
    }

    #[test]
    fn checkpoints_come_back() {
        let back = Checkpoint::from_bytes(&small().to_bytes()).unwrap();
        assert_eq!(back, small());
        let bits = |checkpoint: &Checkpoint| -> Vec<u64> {
            checkpoint.neighbours.iter().map(|n| n.similarity.to_bits()).collect()
        };
        assert_eq!(bits(&back), bits(&small()));
        assert_eq!(back.merged().count(), 2);
        // Nothing before is no tile before.
        let first = Checkpoint { before: MergedTiles::default(), ..small() };
        let back = Checkpoint::from_bytes(&first.to_bytes()).unwrap();
        assert_eq!((back.before.0.len(), back.before.count()), (3, 0));
    }

    #[test]
    fn damage_is_seen() {
        let whole = small().to_bytes();
        for length in 0..whole.len() {
            assert!(Checkpoint::from_bytes(&whole[..length]).is_err(), "{length}");
        }
        for bit in 0..whole.len() * 8 {
            let mut bytes = whole.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(Checkpoint::from_bytes(&bytes).is_err(), "{bit}");
        }
    }

    #[test]
    fn what_no_version_wrote_is_refused_whatever_its_checksum() {
        let whole = small().to_bytes();
        let mut former = whole.clone();
        former[0] = 2;
        let mut endless = whole.clone();
        let last = endless.len() - CHECKSUM_BYTES - 1;
        endless[last] = 0xff;
        let mut many = whole.clone();
        many[4 + 32 + 16 + 5] = 1;
        for wrong in [former, endless, many] {
            assert!(Checkpoint::from_bytes(&with_checksum(wrong)).is_err());
        }
        assert!(Checkpoint::from_bytes(&with_checksum(whole)).is_ok());
    }
}
