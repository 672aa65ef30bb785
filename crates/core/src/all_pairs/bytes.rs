//! Byte encoding of neighbour lists, shared by checkpoints and the neighbours of single tiles.

use crate::csr::{Csr, Offsets};
use crate::ids::{DenseIdx, RowIdx};
use crate::neighbours::Neighbour;
use sha2::{Digest, Sha256};

/// An error that occurs when bytes are not valid; the text names the problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Damage(pub(super) &'static str);

pub(super) const CHECKSUM_BYTES: usize = 32;
/// Minimum encoded size of a neighbour: most overlaps take one byte.
const NEIGHBOUR_BYTES: usize = size_of::<u32>() + size_of::<f64>() + 1;

/// Returns the approximate encoded size of lists in bytes.
pub(super) fn size_of_lists(lists: &Csr<Neighbour>) -> usize {
    let numbers = 4 * lists.len() + NEIGHBOUR_BYTES * lists.entries().len();
    numbers + numbers / 64
}

/// Writes the lengths of all lists, followed by their neighbours.
pub(super) fn write_lists(lists: &Csr<Neighbour>, bytes: &mut Vec<u8>) {
    bytes.extend(lists.iter().flat_map(|list| (list.len() as u32).to_le_bytes()));
    // Storing numbers of the same width contiguously allows vectorised reads and writes.
    let neighbours = lists.entries();
    bytes.extend(neighbours.iter().flat_map(|neighbour| neighbour.index.get().to_le_bytes()));
    bytes.extend(neighbours.iter().flat_map(|neighbour| neighbour.similarity.to_le_bytes()));
    neighbours.iter().for_each(|neighbour| write_number(bytes, neighbour.overlap));
}

/// Checks that a list could be the result of a computation. A checksum only guarantees that the
/// bytes are those that were written, not that they are valid. `owner` is the position of the
/// list's row, `positions` maps every row to its position, and `belongs` returns whether a pair
/// with the row at a position may be in the list.
pub(super) fn check_list(
    owner: u32,
    list: &[Neighbour],
    positions: &[u32],
    belongs: impl Fn(u32) -> bool,
) -> Result<(), Damage> {
    let others = list.iter().map(|neighbour| positions.get(neighbour.index.at()).copied());
    let others: Option<Vec<u32>> = others.collect();
    let mut others = others.ok_or(Damage("an unknown row"))?;
    others.sort_unstable();
    if others.contains(&owner) || others.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Damage("a list with its own row or a duplicate"));
    }
    if !others.into_iter().all(belongs) {
        return Err(Damage("a pair of another tile"));
    }
    if list.iter().any(|neighbour| !neighbour.similarity.is_finite()) {
        return Err(Damage("a similarity that is not finite"));
    }
    Ok(())
}

/// Appends a checksum to the bytes.
pub(super) fn seal(mut bytes: Vec<u8>) -> Vec<u8> {
    let checksum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&checksum);
    bytes
}

/// Writes a variable-length integer (LEB128): seven bits per byte, lowest first; the highest bit is
/// set if more bytes follow.
fn write_number(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// A cursor over encoded bytes.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads bytes returned by [`seal`].
    ///
    /// # Errors
    /// Returns [`Damage`] if the checksum does not match.
    pub(super) fn from_sealed(bytes: &'a [u8]) -> Result<Self, Damage> {
        let (bytes, checksum) =
            bytes.split_last_chunk::<CHECKSUM_BYTES>().ok_or(Damage("too few bytes"))?;
        if Sha256::digest(bytes)[..] != checksum[..] {
            return Err(Damage("a wrong checksum"));
        }
        Ok(Self { bytes })
    }

    /// Checks that all bytes have been read.
    pub(super) fn end(&self) -> Result<(), Damage> {
        if self.bytes.is_empty() { Ok(()) } else { Err(Damage("bytes left over")) }
    }

    pub(super) fn take<const N: usize>(&mut self) -> Result<[u8; N], Damage> {
        Ok(self.take_many::<N>(1)?[0])
    }

    pub(super) fn take_many<const N: usize>(
        &mut self,
        count: usize,
    ) -> Result<&'a [[u8; N]], Damage> {
        let taken = count.checked_mul(N).and_then(|bytes| self.bytes.split_at_checked(bytes));
        let (taken, rest) = taken.ok_or(Damage("too few bytes"))?;
        self.bytes = rest;
        Ok(taken.as_chunks().0)
    }

    pub(super) fn count(&mut self) -> Result<usize, Damage> {
        let count = u64::from_le_bytes(self.take()?);
        usize::try_from(count).map_err(|_| Damage("a count out of range"))
    }

    /// Reads the given number of lists, with the given number of neighbours in total.
    pub(super) fn lists(
        &mut self,
        lists: usize,
        neighbours: usize,
    ) -> Result<Csr<Neighbour>, Damage> {
        let lengths = self.take_many(lists)?.iter();
        let offsets =
            Offsets::from_lengths(lengths.map(|&length| u32::from_le_bytes(length) as usize));
        let lists = Csr::from_parts(offsets, self.neighbours(neighbours)?);
        lists.ok_or(Damage("lists that do not match their lengths"))
    }

    fn neighbours(&mut self, count: usize) -> Result<Vec<Neighbour>, Damage> {
        // Bounds the allocation by the number of bytes.
        if count > self.bytes.len() / NEIGHBOUR_BYTES {
            return Err(Damage("too few bytes"));
        }
        let (indices, similarities) = (self.take_many(count)?, self.take_many(count)?);
        let numbers = indices.iter().zip(similarities).map(|(&index, &similarity)| Neighbour {
            index: RowIdx(u32::from_le_bytes(index)),
            overlap: 0,
            similarity: f64::from_le_bytes(similarity),
        });
        let mut neighbours: Vec<Neighbour> = numbers.collect();
        for neighbour in &mut neighbours {
            neighbour.overlap = self.number()?;
        }
        Ok(neighbours)
    }

    fn number(&mut self) -> Result<u32, Damage> {
        let mut number = 0;
        for shift in (0..u32::BITS).step_by(7) {
            let [byte] = self.take()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return u32::try_from(number).map_err(|_| Damage("an overlap out of range"));
            }
        }
        Err(Damage("an unterminated overlap"))
    }
}
