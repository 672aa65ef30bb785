//! Decodes the hybrid of run lengths and bit packing that Parquet uses for levels, which mark
//! missing values, and for dictionary indices.

use super::thrift::varint;

/// The definition levels of a page.
pub(super) enum Levels<'b> {
    /// Runs of equal levels, mixed with runs of bit-packed levels.
    Runs(&'b [u8]),
    /// Bit-packed levels without runs, as written by older programs.
    BitPacked,
}

impl<'b> Levels<'b> {
    /// Splits a buffer into runs, which are preceded by their length, and the remaining bytes.
    pub(super) fn split_runs(buffer: &'b [u8]) -> Option<(Self, &'b [u8])> {
        let (length, rest) = buffer.split_first_chunk()?;
        let (runs, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        Some((Self::Runs(runs), rest))
    }

    /// Splits a buffer into `count` bit-packed levels up to `highest` and the remaining bytes.
    pub(super) fn split_packed(
        buffer: &'b [u8],
        count: u32,
        highest: i16,
    ) -> Option<(Self, &'b [u8])> {
        let bits = u64::from(count) * u64::from(width(highest));
        Some((Self::BitPacked, buffer.get(bits.div_ceil(8) as usize..)?))
    }

    /// Returns how many of `count` levels equal `highest`; `None` if there are fewer than `count`
    /// levels.
    pub(super) fn count(&self, count: u32, highest: i16) -> Option<u32> {
        match self {
            Self::Runs(bytes) => {
                let mut found = 0;
                for_each_run(bytes, count, width(highest), |run| found += run.count_of(highest))?;
                u32::try_from(found).ok()
            }
            // Programs disagree on the bit order, so this is an upper bound.
            Self::BitPacked => Some(count),
        }
    }
}

/// Number of bits of a level.
fn width(highest: i16) -> u32 {
    i16::BITS - highest.leading_zeros()
}

/// Whether the bytes are a width followed by runs of `count` dictionary indices.
pub(super) fn has_indices(bytes: &[u8], count: u32) -> bool {
    let indices = bytes.split_first().filter(|&(&width, _)| width <= 32);
    indices
        .is_some_and(|(&width, bytes)| for_each_run(bytes, count, width.into(), |_| ()).is_some())
}

/// A run of numbers.
enum Run<'b> {
    /// A number, and how often it is repeated.
    Repeated(u64, u64),
    /// Bit-packed numbers, lowest bit first: bytes, count, and bits per number.
    BitPacked(&'b [u8], u64, u32),
}

impl Run<'_> {
    fn count_of(&self, level: i16) -> u64 {
        let level = u64::from(level.unsigned_abs());
        match *self {
            Self::Repeated(found, count) => {
                if found == level {
                    count
                } else {
                    0
                }
            }
            Self::BitPacked(bytes, count, width) => {
                (0..count).filter(|&at| bit_packed_number(bytes, at, width) == level).count() as u64
            }
        }
    }
}

/// Calls `take` for each run of `count` numbers of `width` bits; returns `None` if they are
/// truncated.
fn for_each_run<'b>(
    mut bytes: &'b [u8],
    count: u32,
    width: u32,
    mut take: impl FnMut(Run<'b>),
) -> Option<()> {
    let mut left = u64::from(count);
    while left > 0 {
        let header = varint(&mut bytes).filter(|&header| header > 0)?;
        let run_len = if header & 1 == 0 {
            let (number, rest) = bytes.split_at_checked(width.div_ceil(8) as usize)?;
            bytes = rest;
            let number = number.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte));
            let run_len = (header >> 1).min(left);
            take(Run::Repeated(number, run_len));
            run_len
        } else {
            // Groups of eight numbers; the last group may be truncated.
            let size = (header >> 1).checked_mul(width.into())?;
            let (packed, rest) = bytes.split_at(usize::try_from(size).ok()?.min(bytes.len()));
            bytes = rest;
            let available = (packed.len() as u64 * 8).checked_div(width.into());
            let run_len = available.unwrap_or((header >> 1).saturating_mul(8)).min(left);
            take(Run::BitPacked(packed, run_len, width));
            run_len
        };
        left -= run_len;
    }
    Some(())
}

/// Returns the number at an index among bit-packed numbers of `width` bits, lowest bit first.
fn bit_packed_number(packed: &[u8], index: u64, width: u32) -> u64 {
    (0..u64::from(width)).fold(0, |number, bit| {
        let position = index * u64::from(width) + bit;
        let is_set = packed[(position / 8) as usize] >> (position % 8) & 1;
        number | u64::from(is_set) << bit
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_highest_levels() {
        // Five times level 1, then 8 bit-packed levels: 1, 0, 1, 0, 0, 0, 0, 0.
        let runs = Levels::Runs(&[10, 1, 3, 0b101]);
        assert_eq!(
            (runs.count(5, 1), runs.count(13, 1), runs.count(7, 1)),
            (Some(5), Some(7), Some(6))
        );
        assert_eq!(runs.count(14, 1), None, "too few levels");
        assert_eq!(Levels::Runs(&[10, 2, 3, 0b11, 0b10]).count(13, 2), Some(6));
        assert_eq!(Levels::Runs(&[0, 0, 0, 0]).count(1, 1), None);
    }

    #[test]
    fn checks_dictionary_indices() {
        assert!(has_indices(&[9, 10, 1, 1], 5) && has_indices(&[0, 10], 5));
        assert!(!has_indices(&[9, 10, 1], 5), "truncated");
        assert!(!has_indices(&[33, 10, 1, 1, 1, 1, 1], 5), "too wide");
        assert!(!has_indices(
            &[1, 0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 1],
            1
        ));
        assert!(!has_indices(&[], 0));
    }

    #[test]
    fn splits_levels_from_values() {
        let (levels, values) = Levels::split_runs(&[2, 0, 0, 0, 10, 1, 9]).unwrap();
        assert_eq!((levels.count(5, 1), values), (Some(5), &[9][..]));
        assert!(Levels::split_runs(&[2, 0, 0, 0, 10]).is_none());
        assert_eq!(Levels::split_packed(&[0, 0, 9], 9, 1).unwrap().1, [9]);
        assert!(Levels::split_packed(&[0], 9, 1).is_none());
    }
}
