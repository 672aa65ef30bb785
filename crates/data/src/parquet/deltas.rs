//! Decodes delta-encoded integers (the Parquet encoding `DELTA_BINARY_PACKED`).

use super::thrift::varint;

/// Maximum number of integers in a valid block; 128 are usual.
const MAX_BLOCK: u64 = 1 << 20;

/// Decoded integers, and the remaining bytes.
#[derive(Debug, PartialEq)]
pub(super) struct Deltas<'b> {
    pub(super) numbers: Vec<i32>,
    pub(super) rest: &'b [u8],
}

/// The header of encoded integers.
struct DeltaHeader {
    /// Number of miniblocks per block.
    miniblocks: usize,
    /// Number of integers per miniblock.
    miniblock_len: u64,
    count: u64,
    first: u64,
}

impl DeltaHeader {
    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let block = varint(bytes).filter(|&block| block <= MAX_BLOCK)?;
        let miniblocks = varint(bytes).filter(|&count| (1..=MAX_BLOCK).contains(&count))?;
        let (count, first) = (varint(bytes)?, varint(bytes)?);
        let miniblock_len = block / miniblocks;
        Some(Self { miniblocks: miniblocks as usize, miniblock_len, count, first })
    }
}

/// Returns the number of encoded integers of any width; `None` if the data is truncated or invalid.
pub(super) fn count(bytes: &[u8]) -> Option<u64> {
    let (header, _) = for_each_miniblock(bytes, |_| Some(()))?;
    Some(header.count)
}

/// Decodes 32-bit integers; `None` if the header states more than `max` of them, or the data is
/// truncated or invalid.
pub(super) fn read(bytes: &[u8], max: u32) -> Option<Deltas<'_>> {
    let header = DeltaHeader::read(&mut &*bytes).filter(|header| header.count <= u64::from(max))?;
    let mut last = zigzag_decode(header.first);
    let mut numbers = Vec::with_capacity(header.count as usize);
    numbers.extend((header.count > 0).then_some(last));
    let (_, rest) = for_each_miniblock(bytes, |block| {
        if block.width > 32 {
            return None;
        }
        let mut bits = BitReader { bytes: block.bytes, held: 0, count: 0 };
        for _ in 0..block.count {
            let difference = bits.next(block.width).cast_signed();
            last = last.wrapping_add(zigzag_decode(block.min_delta)).wrapping_add(difference);
            numbers.push(last);
        }
        Some(())
    })?;
    Some(Deltas { numbers, rest })
}

/// Bit-packed differences of the same width.
struct Miniblock<'b> {
    bytes: &'b [u8],
    /// Bits per difference.
    width: u32,
    /// Number of differences.
    count: u64,
    /// The minimum difference of the block, zigzag-encoded.
    min_delta: u64,
}

/// Calls `take` for each miniblock. Returns the header and the remaining bytes.
fn for_each_miniblock<'b>(
    mut bytes: &'b [u8],
    mut take: impl FnMut(Miniblock<'b>) -> Option<()>,
) -> Option<(DeltaHeader, &'b [u8])> {
    let header = DeltaHeader::read(&mut bytes)?;
    let mut left = header.count.saturating_sub(1);
    while left > 0 && header.miniblock_len > 0 {
        let min_delta = varint(&mut bytes)?;
        let (widths, rest) = bytes.split_at_checked(header.miniblocks)?;
        bytes = rest;
        for &width in widths {
            if left == 0 {
                break;
            }
            let length = u64::from(width) * header.miniblock_len / 8;
            let (packed, rest) = bytes.split_at_checked(length as usize)?;
            bytes = rest;
            let count = header.miniblock_len.min(left);
            take(Miniblock { bytes: packed, width: width.into(), count, min_delta })?;
            left -= count;
        }
    }
    (left == 0).then_some((header, bytes))
}

/// Decodes a zigzag-encoded integer and truncates it to 32 bits.
fn zigzag_decode(encoded: u64) -> i32 {
    ((encoded >> 1).cast_signed() ^ -(encoded & 1).cast_signed()) as i32
}

/// Reads bit-packed integers, lowest bit first.
struct BitReader<'b> {
    bytes: &'b [u8],
    held: u64,
    count: u32,
}

impl BitReader<'_> {
    /// Reads the next integer of `width` bits, at most 32. Bits beyond the end are 0.
    fn next(&mut self, width: u32) -> u32 {
        while self.count < width {
            let byte = self.bytes.split_off_first().copied().unwrap_or(0);
            self.held |= u64::from(byte) << self.count;
            self.count += 8;
        }
        let number = self.held & ((1 << width) - 1);
        self.held >>= width;
        self.count -= width;
        number as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_constant_differences() {
        // Blocks of 128 in 4 miniblocks, 3 integers starting at 7 (7, 8, 9) with differences of 0
        // bits.
        let packed = [0x80, 1, 4, 3, 14, 2, 0, 0, 0, 0, b'x'];
        let unpacked = Deltas { numbers: vec![7, 8, 9], rest: b"x" };
        assert_eq!(read(&packed, 3), Some(unpacked));
        assert_eq!(read(&packed, 2), None, "more than allowed");
        assert_eq!(read(&packed[..8], 3), None, "truncated");
        // A single integer has no block.
        let one = Deltas { numbers: vec![7], rest: b"x" };
        assert_eq!(read(&[0x80, 1, 4, 1, 14, b'x'], 1), Some(one));
        assert_eq!(read(&[0x80, 1, 0, 1, 14], 1), None, "no miniblocks");
    }

    #[test]
    fn decodes_bit_packed_differences() {
        // Differences 1, 2, 3 in two bits above the minimum of 0; a miniblock of 32 has 8 bytes.
        let mut packed = vec![0x80, 1, 4, 4, 0, 0, 2, 0, 0, 0, 0b11_1001];
        packed.extend([0; 7]);
        assert_eq!(read(&packed, 4), Some(Deltas { numbers: vec![0, 1, 3, 6], rest: b"" }));
    }
}
