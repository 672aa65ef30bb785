//! What a restart needs not to lose finished tiles.

use super::bytes::{self, Damage, Reader};
use super::fingerprint::Fingerprint;
use super::merged::MergedTiles;
use super::order::RowOrder;
use super::tile::TilePlan;
use crate::csr::Csr;
use crate::neighbours::Neighbour;
use rayon::prelude::*;

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
    /// What it has for each list, in the order of the computation.
    pub(super) lists: Csr<Neighbour>,
}

/// Why a computation cannot go on from a checkpoint.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The bytes are not what was written.
    #[error("expected the bytes of a checkpoint, found {found}")]
    Damaged {
        /// What is wrong with them.
        found: &'static str,
    },
    /// It was made by a version that computes in another order, of other ratings, or with other
    /// parameters.
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

impl From<Damage> for CheckpointError {
    fn from(Damage(found): Damage) -> Self {
        Self::Damaged { found }
    }
}

/// The formats before had no similarities.
const FORMAT: u32 = 3;

impl Checkpoint {
    /// The tiles that are merged: its own and those of the checkpoints before.
    pub fn merged(&self) -> &MergedTiles {
        &self.merged
    }

    /// The checkpoint as bytes, with a checksum; [`from_bytes`](Self::from_bytes) reads them.
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
            bytes.extend((0..merged.0.len()).map(|place| u8::from(tiles.has(place))));
        }
        bytes::write_lists(lists, &mut bytes);
        bytes::seal(bytes)
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote, in this version or a former one of the same
    /// format.
    ///
    /// # Errors
    /// [`CheckpointError::Damaged`] for anything else, by its checksum, and for other formats.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let mut reader = Reader::of_sealed(bytes)?;
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

    /// Holds the lists against the computation. A checksum says that this is what was written, not that
    /// what was written is a checkpoint.
    ///
    /// # Errors
    /// [`CheckpointError::OtherComputation`] if it has other rows; [`CheckpointError::Damaged`] for
    /// lists that no computation keeps: with a row twice, or its own, or one of another tile.
    pub(super) fn check(&self, order: &RowOrder, plan: &TilePlan) -> Result<(), CheckpointError> {
        let Self { before, merged, lists, .. } = self;
        if lists.len() != order.len() {
            return Err(CheckpointError::OtherComputation);
        }
        let positions = order.positions();
        let is_new = |owner: u32, other: u32| {
            let place = plan.place_with(owner.min(other), owner.max(other));
            place.is_some_and(|place| merged.has(place) && !before.has(place))
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

    fn small() -> Checkpoint {
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

    fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
        bytes.truncate(bytes.len() - CHECKSUM_BYTES);
        bytes::seal(bytes)
    }

    #[test]
    fn checkpoints_come_back() {
        let back = Checkpoint::from_bytes(&small().to_bytes()).unwrap();
        assert_eq!(back, small());
        let bits = |checkpoint: &Checkpoint| -> Vec<u64> {
            checkpoint.lists.entries().iter().map(|n| n.similarity.to_bits()).collect()
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
