//! Checkpoints: the saved state of a computation, from which a restart resumes.

use super::bytes::{self, Damage, Reader};
use super::fingerprint::Fingerprint;
use super::merged::MergedTiles;
use super::order::RowOrder;
use super::tile::TilePlan;
use crate::csr::Csr;
use crate::neighbours::Neighbour;
use rayon::prelude::*;

/// The neighbours contributed by the tiles merged since the previous checkpoint, as far as they are
/// still among the best. The checkpoints of a computation, applied in order, restore its state
/// between two tiles.
///
/// Each neighbour is therefore saved about once. 160,000 lists of 100 neighbours take some 210 MB;
/// neighbours in the first checkpoint are not repeated in later ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// Identifies the computation.
    pub(super) computation: Fingerprint,
    /// The tiles covered by earlier checkpoints.
    pub(super) before: MergedTiles,
    /// The tiles covered by earlier checkpoints and this one.
    pub(super) merged: MergedTiles,
    /// The neighbours saved for each list, in the row order of the computation.
    pub(super) lists: Csr<Neighbour>,
}

/// Errors when resuming a computation from a [`Checkpoint`].
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The bytes are not a valid checkpoint.
    #[error("expected the bytes of a checkpoint, found {found}")]
    Damaged {
        /// Description of the problem.
        found: &'static str,
    },
    /// The checkpoint was made with another row order (by another version), other ratings or other
    /// parameters.
    #[error("expected a checkpoint of this computation, found one of another")]
    OtherComputation,
    /// An earlier checkpoint is missing.
    #[error("expected the checkpoint after {merged} tiles, found one after {before} tiles")]
    OutOfOrder {
        /// Number of tiles merged so far.
        merged: usize,
        /// Number of tiles covered by the checkpoints that precede this one.
        before: usize,
    },
}

impl From<Damage> for CheckpointError {
    fn from(Damage(found): Damage) -> Self {
        Self::Damaged { found }
    }
}

/// Earlier formats did not store similarities.
const FORMAT: u32 = 3;

impl Checkpoint {
    /// The merged tiles: those of this checkpoint and of all earlier ones.
    pub fn merged(&self) -> &MergedTiles {
        &self.merged
    }

    /// Encodes the checkpoint, with a checksum; [`from_bytes`](Self::from_bytes) reads it back.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Self { computation, before, merged, lists } = self;
        let tiles = before.0.len() + merged.0.len();
        let mut bytes = Vec::with_capacity(100 + tiles + bytes::size_of_lists(lists));
        bytes.extend(FORMAT.to_le_bytes());
        bytes.extend(computation.0);
        for count in [merged.0.len(), lists.len(), lists.entries().len()] {
            bytes.extend((count as u64).to_le_bytes());
        }
        for tiles in [before, merged] {
            bytes.extend((0..merged.0.len()).map(|index| u8::from(tiles.has(index))));
        }
        bytes::write_lists(lists, &mut bytes);
        bytes::seal(bytes)
    }

    /// Reads a checkpoint written by [`to_bytes`](Self::to_bytes) in this version or an earlier one
    /// with the same format.
    ///
    /// # Errors
    /// Returns [`CheckpointError::Damaged`] if the checksum does not match or the format differs.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let mut reader = Reader::from_sealed(bytes)?;
        if u32::from_le_bytes(reader.take()?) != FORMAT {
            return Err(Damage("another format").into());
        }
        let computation = Fingerprint(reader.take()?);
        let [tiles, lists, count] = [reader.count()?, reader.count()?, reader.count()?];
        let mut flags = || reader.take_many::<1>(tiles);
        let (before, merged) = (merged_tiles(flags()?), merged_tiles(flags()?));
        let lists = reader.lists(lists, count)?;
        reader.end()?;
        Ok(Self { computation, before, merged, lists })
    }

    /// Checks the lists against the computation. A checksum only guarantees that the bytes are
    /// those that were written, not that they are a valid checkpoint.
    ///
    /// # Errors
    /// Returns [`CheckpointError::OtherComputation`] if the number of rows differs, and
    /// [`CheckpointError::Damaged`] for lists that no computation produces: those with a duplicate
    /// row, their own row, or a row of another tile.
    pub(super) fn check(&self, order: &RowOrder, plan: &TilePlan) -> Result<(), CheckpointError> {
        let Self { before, merged, lists, .. } = self;
        if lists.len() != order.len() {
            return Err(CheckpointError::OtherComputation);
        }
        let positions = order.positions();
        let is_new = |owner: u32, other: u32| {
            let index = plan.index_with(owner.min(other), owner.max(other));
            index.is_some_and(|index| merged.has(index) && !before.has(index))
        };
        (0..order.len() as u32).into_par_iter().try_for_each(|owner| {
            let list = lists.of(owner as usize);
            bytes::check_list(owner, list, &positions, |other| is_new(owner, other))
        })?;
        Ok(())
    }
}

fn merged_tiles(flags: &[[u8; 1]]) -> MergedTiles {
    MergedTiles(flags.iter().map(|&[flag]| flag != 0).collect())
}

#[cfg(test)]
mod tests {
    use super::super::bytes::CHECKSUM_BYTES;
    use super::*;
    use crate::csr::Offsets;
    use crate::ids::RowIdx;

    fn small_checkpoint() -> Checkpoint {
        let neighbour = |(index, overlap, similarity)| {
            let index = RowIdx(index);
            Neighbour { index, overlap, similarity }
        };
        let neighbours = [(5, 1, 0.5), (1, 300, -0.0), (u32::MAX, u32::MAX, f64::MIN_POSITIVE)];
        Checkpoint {
            computation: Fingerprint([7; 32]),
            before: MergedTiles(vec![true, false, false]),
            merged: MergedTiles(vec![true, false, true]),
            lists: Csr::from_parts(
                Offsets::from_lengths([2, 0, 1]),
                neighbours.map(neighbour).into(),
            )
            .unwrap(),
        }
    }

    fn resealed(mut bytes: Vec<u8>) -> Vec<u8> {
        bytes.truncate(bytes.len() - CHECKSUM_BYTES);
        bytes::seal(bytes)
    }

    #[test]
    fn checkpoints_round_trip() {
        let back = Checkpoint::from_bytes(&small_checkpoint().to_bytes()).unwrap();
        assert_eq!(back, small_checkpoint());
        let bits = |checkpoint: &Checkpoint| -> Vec<u64> {
            checkpoint.lists.entries().iter().map(|n| n.similarity.to_bits()).collect()
        };
        assert_eq!(bits(&back), bits(&small_checkpoint()));
        assert_eq!(back.merged().count(), 2);
        // An empty set of earlier tiles reads back with a flag for every tile.
        let first = Checkpoint { before: MergedTiles::default(), ..small_checkpoint() };
        let back = Checkpoint::from_bytes(&first.to_bytes()).unwrap();
        assert_eq!((back.before.0.len(), back.before.count()), (3, 0));
    }

    #[test]
    fn damaged_bytes_are_rejected() {
        let whole = small_checkpoint().to_bytes();
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
    fn rejects_invalid_contents_with_a_valid_checksum() {
        let whole = small_checkpoint().to_bytes();
        let mut earlier_format = whole.clone();
        earlier_format[0] = 2;
        let mut unterminated = whole.clone();
        let last = unterminated.len() - CHECKSUM_BYTES - 1;
        unterminated[last] = 0xff;
        let mut too_many = whole.clone();
        too_many[4 + 32 + 16 + 5] = 1;
        for wrong in [earlier_format, unterminated, too_many] {
            assert!(Checkpoint::from_bytes(&resealed(wrong)).is_err());
        }
        assert!(Checkpoint::from_bytes(&resealed(whole)).is_ok());
    }
}
