//! Numbers packed by their differences.

use super::thrift::varint;

/// A block of more numbers than this is damage; 128 are usual.
const MAX_BLOCK: u64 = 1 << 20;

/// Unpacked numbers, and the bytes that come after them.
#[derive(Debug, PartialEq)]
pub(super) struct Deltas<'b> {
    pub(super) numbers: Vec<i32>,
    pub(super) rest: &'b [u8],
}

/// How numbers are packed.
struct Head {
    parts: usize,
    in_part: u64,
    count: u64,
    first: u64,
}

impl Head {
    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let block = varint(bytes).filter(|&block| block <= MAX_BLOCK)?;
        let parts = varint(bytes).filter(|&parts| (1..=MAX_BLOCK).contains(&parts))?;
        let (count, first) = (varint(bytes)?, varint(bytes)?);
        Some(Self { parts: parts as usize, in_part: block / parts, count, first })
    }
}

/// How many numbers of any width are packed; `None` if they break off.
pub(super) fn count(bytes: &[u8]) -> Option<u64> {
    let (head, _) = blocks(bytes, |_| Some(()))?;
    Some(head.count)
}

/// Unpacks numbers of 32 bits, of which there are `most` at most; `None` if they say that they are more,
/// or break off.
pub(super) fn read(bytes: &[u8], most: u32) -> Option<Deltas<'_>> {
    let head = Head::read(&mut &*bytes).filter(|head| head.count <= u64::from(most))?;
    let mut last = unfolded(head.first);
    let mut numbers = Vec::with_capacity(head.count as usize);
    numbers.extend((head.count > 0).then_some(last));
    let (_, rest) = blocks(bytes, |part| {
        if part.width > 32 {
            return None;
        }
        let mut bits = Bits { bytes: part.bytes, held: 0, count: 0 };
        for _ in 0..part.count {
            let difference = bits.next(part.width).cast_signed();
            last = last.wrapping_add(unfolded(part.least)).wrapping_add(difference);
            numbers.push(last);
        }
        Some(())
    })?;
    Some(Deltas { numbers, rest })
}

/// Numbers of the same width in a block.
struct Part<'b> {
    bytes: &'b [u8],
    width: u32,
    count: u64,
    least: u64,
}

/// Goes through what is packed, and returns how it begins and what follows it.
fn blocks<'b>(
    mut bytes: &'b [u8],
    mut take: impl FnMut(Part<'b>) -> Option<()>,
) -> Option<(Head, &'b [u8])> {
    let head = Head::read(&mut bytes)?;
    let mut left = head.count.saturating_sub(1);
    while left > 0 && head.in_part > 0 {
        let least = varint(&mut bytes)?;
        let (widths, rest) = bytes.split_at_checked(head.parts)?;
        bytes = rest;
        for &width in widths {
            if left == 0 {
                break;
            }
            let length = u64::from(width) * head.in_part / 8;
            let (part, rest) = bytes.split_at_checked(length as usize)?;
            bytes = rest;
            let count = head.in_part.min(left);
            take(Part { bytes: part, width: width.into(), count, least })?;
            left -= count;
        }
    }
    (left == 0).then_some((head, bytes))
}

/// A number with a sign, which is its lowest bit, cut to 32 bits.
fn unfolded(folded: u64) -> i32 {
    ((folded >> 1).cast_signed() ^ -(folded & 1).cast_signed()) as i32
}

/// Numbers of a few bits, the lowest first.
struct Bits<'b> {
    bytes: &'b [u8],
    held: u64,
    count: u32,
}

impl Bits<'_> {
    /// The next number of `width` bits, at most 32; zeros where there are no more.
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
    fn packed_differences_are_unpacked() {
        // Blocks of 128 in 4 parts, 3 numbers from 7 on: 7, 8, 9, with differences of 0 bits.
        let packed = [0x80, 1, 4, 3, 14, 2, 0, 0, 0, 0, b'x'];
        let unpacked = Deltas { numbers: vec![7, 8, 9], rest: b"x" };
        assert_eq!(read(&packed, 3), Some(unpacked));
        assert_eq!(read(&packed, 2), None, "more than the page has");
        assert_eq!(read(&packed[..8], 3), None, "broken off");
        // One number has no block.
        let one = Deltas { numbers: vec![7], rest: b"x" };
        assert_eq!(read(&[0x80, 1, 4, 1, 14, b'x'], 1), Some(one));
        assert_eq!(read(&[0x80, 1, 0, 1, 14], 1), None, "no parts");
    }

    #[test]
    fn differences_have_bits() {
        // Differences 1, 2, 3 of two bits above the least, which is 0; 8 bytes for 32 of them.
        let mut packed = vec![0x80, 1, 4, 4, 0, 0, 2, 0, 0, 0, 0b11_1001];
        packed.extend([0; 7]);
        assert_eq!(read(&packed, 4), Some(Deltas { numbers: vec![0, 1, 3, 6], rest: b"" }));
    }
}
