//! What a restart needs not to lose finished tiles.

use super::top_k::RankKey;
use sha2::{Digest, Sha256};

/// The state of a computation between two tiles: which tiles are merged, whom every list keeps, and
/// whom it turns away.
///
/// Not how similar they are: that is computed again when the computation goes on
/// ([`AllPairs::recall`](crate::AllPairs::recall)), by the same function and so to the same bit, in a
/// small part of the time. 160,000 lists of 100 neighbours take some 70 MB.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Tells one computation from another.
    pub(super) computation: Fingerprint,
    /// Of every tile, whether it is merged.
    pub(super) merged: Vec<bool>,
    /// How many each list keeps, in the order of the computation.
    pub(super) lengths: Vec<u32>,
    /// What a neighbour has to rank before to enter each list: other tiles can then be computed before
    /// it is known how similar the rows are that the lists keep.
    pub(super) bars: Vec<RankKey>,
    /// The rows that they keep, list after list.
    pub(super) kept: Vec<u32>,
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
    /// Tiles were merged already.
    #[error("expected to resume before the first tile, found {merged} merged")]
    Begun {
        /// How many.
        merged: usize,
    },
}

const FORMAT: u32 = 2;
/// Without bars.
const FIRST_FORMAT: u32 = 1;
const CHECKSUM_BYTES: usize = 32;

impl Checkpoint {
    /// How many tiles are merged.
    pub fn tiles_done(&self) -> usize {
        self.merged.iter().filter(|&&merged| merged).count()
    }

    /// The checkpoint as bytes, with a checksum; [`from_bytes`](Self::from_bytes) reads them.
    pub fn to_bytes(&self) -> Vec<u8> {
        let numbers = self.lengths.len() + self.kept.len();
        let bars = size_of::<u128>() * self.bars.len();
        let mut bytes = Vec::with_capacity(100 + self.merged.len() + 4 * numbers + bars);
        bytes.extend(FORMAT.to_le_bytes());
        bytes.extend(self.computation);
        for count in [self.merged.len(), self.lengths.len(), self.kept.len()] {
            bytes.extend((count as u64).to_le_bytes());
        }
        bytes.extend(self.merged.iter().map(|&merged| u8::from(merged)));
        for numbers in [&self.lengths, &self.kept] {
            let start = bytes.len();
            bytes.resize(start + 4 * numbers.len(), 0);
            let places = bytes[start..].as_chunks_mut().0;
            places
                .iter_mut()
                .zip(numbers)
                .for_each(|(place, number)| *place = number.to_le_bytes());
        }
        bytes.extend(self.bars.iter().flat_map(|bar| bar.to_le_bytes()));
        let checksum = Sha256::digest(&bytes);
        bytes.extend_from_slice(&checksum);
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote, in this version or a former one.
    ///
    /// # Errors
    /// [`CheckpointError::Damaged`] for anything else, by its checksum.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let damaged = |found| CheckpointError::Damaged { found };
        let (body, checksum) =
            bytes.split_last_chunk::<CHECKSUM_BYTES>().ok_or(damaged("too few"))?;
        if Sha256::digest(body)[..] != checksum[..] {
            return Err(damaged("bytes that do not have their checksum"));
        }
        let mut reader = Reader { bytes: body };
        let format = u32::from_le_bytes(reader.take()?);
        if format != FORMAT && format != FIRST_FORMAT {
            return Err(damaged("another format"));
        }
        let computation = reader.take()?;
        let mut counts = [0; 3];
        for count in &mut counts {
            *count = usize::try_from(u64::from_le_bytes(reader.take()?))
                .map_err(|_| damaged("a count beyond memory"))?;
        }
        let merged = reader.take_many::<1>(counts[0])?.iter().map(|[byte]| *byte != 0).collect();
        let numbers = |chunks: &[[u8; 4]]| chunks.iter().copied().map(u32::from_le_bytes).collect();
        let lengths: Vec<u32> = numbers(reader.take_many(counts[1])?);
        let kept: Vec<u32> = numbers(reader.take_many(counts[2])?);
        let bars = match format {
            FIRST_FORMAT => vec![RankKey::LAST; lengths.len()],
            _ => reader
                .take_many(lengths.len())?
                .iter()
                .copied()
                .map(RankKey::from_le_bytes)
                .collect(),
        };
        if !reader.bytes.is_empty() {
            return Err(damaged("bytes left over"));
        }
        if lengths.iter().map(|&length| u64::from(length)).sum::<u64>() != kept.len() as u64 {
            return Err(damaged("lists that do not fit their lengths"));
        }
        Ok(Self { computation, merged, lengths, bars, kept })
    }
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Checkpoint {
        Checkpoint {
            computation: [7; 32],
            merged: vec![true, false, true],
            lengths: vec![2, 0, 1],
            bars: vec![RankKey::before_all_of(0.5), RankKey::LAST, RankKey::before_all_of(-0.25)],
            kept: vec![5, 1, u32::MAX],
        }
    }

    /// As the first format had it.
    fn former(checkpoint: &Checkpoint) -> Vec<u8> {
        let mut bytes = checkpoint.to_bytes();
        bytes.truncate(bytes.len() - CHECKSUM_BYTES - size_of::<u128>() * checkpoint.bars.len());
        bytes[..4].copy_from_slice(&FIRST_FORMAT.to_le_bytes());
        let checksum = Sha256::digest(&bytes);
        bytes.extend_from_slice(&checksum);
        bytes
    }

    #[test]
    fn checkpoints_come_back() {
        assert_eq!(Checkpoint::from_bytes(&small().to_bytes()), Ok(small()));
        assert_eq!(small().tiles_done(), 2);
    }

    #[test]
    fn those_of_the_first_format_turn_nobody_away() {
        let open = Checkpoint { bars: vec![RankKey::LAST; 3], ..small() };
        assert_eq!(Checkpoint::from_bytes(&former(&small())), Ok(open));
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
    fn lengths_are_held_against_the_lists_whatever_the_checksum_says() {
        let with_checksum = |checkpoint: Checkpoint| checkpoint.to_bytes();
        let uneven = Checkpoint { lengths: vec![1], bars: vec![RankKey::LAST], ..small() };
        assert!(Checkpoint::from_bytes(&with_checksum(uneven)).is_err());
    }
}
