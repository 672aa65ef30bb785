//! Small numbers in runs: the levels that tell where a value is missing, and places in a dictionary.

use super::thrift::varint;

/// Levels of a page.
pub(super) enum Levels<'b> {
    /// Runs of the same level by turns with levels packed in bits.
    Runs(&'b [u8]),
    /// Levels packed in bits, as older programs write them.
    Packed,
}

impl<'b> Levels<'b> {
    /// Parts runs that have their length before them from what follows.
    pub(super) fn split_runs(buffer: &'b [u8]) -> Option<(Self, &'b [u8])> {
        let (length, rest) = buffer.split_first_chunk()?;
        let (runs, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        Some((Self::Runs(runs), rest))
    }

    /// Parts `count` levels up to `highest` from what follows.
    pub(super) fn split_packed(
        buffer: &'b [u8],
        count: u32,
        highest: i16,
    ) -> Option<(Self, &'b [u8])> {
        let bits = u64::from(count) * u64::from(width(highest));
        Some((Self::Packed, buffer.get(bits.div_ceil(8) as usize..)?))
    }

    /// How many of `count` levels are the highest one; `None` if there are fewer levels.
    pub(super) fn count(&self, count: u32, highest: i16) -> Option<u32> {
        match self {
            Self::Runs(bytes) => {
                let mut found = 0;
                runs(bytes, count, width(highest), |run| found += run.count_of(highest))?;
                u32::try_from(found).ok()
            }
            // Programs disagree on the order of their bits: all may be the highest.
            Self::Packed => Some(count),
        }
    }
}

/// Bits of a level.
fn width(highest: i16) -> u32 {
    i16::BITS - highest.leading_zeros()
}

/// Whether runs of `count` places in a dictionary follow their width.
pub(super) fn are_places(bytes: &[u8], count: u32) -> bool {
    let places = bytes.split_first().filter(|&(&width, _)| width <= 32);
    places.is_some_and(|(&width, bytes)| runs(bytes, count, width.into(), |_| ()).is_some())
}

/// Some numbers.
enum Run<'b> {
    /// The same, so many times.
    Same(u64, u64),
    /// So many of a few bits, the lowest first.
    Packed(&'b [u8], u64, u32),
}

impl Run<'_> {
    fn count_of(&self, level: i16) -> u64 {
        let level = u64::from(level.unsigned_abs());
        match *self {
            Self::Same(found, count) => {
                if found == level {
                    count
                } else {
                    0
                }
            }
            Self::Packed(bytes, count, width) => {
                (0..count).filter(|&at| at_bits(bytes, at, width) == level).count() as u64
            }
        }
    }
}

/// Goes through the runs of `count` numbers of `width` bits; `None` if they break off.
fn runs<'b>(
    mut bytes: &'b [u8],
    count: u32,
    width: u32,
    mut take: impl FnMut(Run<'b>),
) -> Option<()> {
    let mut left = u64::from(count);
    while left > 0 {
        let head = varint(&mut bytes).filter(|&head| head > 0)?;
        let here = if head & 1 == 0 {
            let (number, rest) = bytes.split_at_checked(width.div_ceil(8) as usize)?;
            bytes = rest;
            let number = number.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte));
            let here = (head >> 1).min(left);
            take(Run::Same(number, here));
            here
        } else {
            // Eight at a time; the last ones may be cut off.
            let size = (head >> 1).checked_mul(width.into())?;
            let (packed, rest) = bytes.split_at(usize::try_from(size).ok()?.min(bytes.len()));
            bytes = rest;
            let there = (packed.len() as u64 * 8).checked_div(width.into());
            let here = there.unwrap_or((head >> 1).saturating_mul(8)).min(left);
            take(Run::Packed(packed, here, width));
            here
        };
        left -= here;
    }
    Some(())
}

/// The number at a place among numbers of `width` bits, the lowest first.
fn at_bits(packed: &[u8], at: u64, width: u32) -> u64 {
    (0..u64::from(width)).fold(0, |number, bit| {
        let place = at * u64::from(width) + bit;
        let is_set = packed[(place / 8) as usize] >> (place % 8) & 1;
        number | u64::from(is_set) << bit
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_levels_are_counted() {
        // Five of level 1, then 8 levels in bits: 1, 0, 1, 0, 0, 0, 0, 0.
        let runs = Levels::Runs(&[10, 1, 3, 0b101]);
        assert_eq!(
            (runs.count(5, 1), runs.count(13, 1), runs.count(7, 1)),
            (Some(5), Some(7), Some(6))
        );
        assert_eq!(runs.count(14, 1), None, "fewer than there should be");
        assert_eq!(Levels::Runs(&[10, 2, 3, 0b11, 0b10]).count(13, 2), Some(6));
        assert_eq!(Levels::Runs(&[0, 0, 0, 0]).count(1, 1), None);
    }

    #[test]
    fn places_have_their_width_before_them() {
        assert!(are_places(&[9, 10, 1, 1], 5) && are_places(&[0, 10], 5));
        assert!(!are_places(&[9, 10, 1], 5), "broken off");
        assert!(!are_places(&[33, 10, 1, 1, 1, 1, 1], 5), "too wide");
        assert!(!are_places(
            &[1, 0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 1],
            1
        ));
        assert!(!are_places(&[], 0));
    }

    #[test]
    fn levels_are_parted_from_values() {
        let (levels, values) = Levels::split_runs(&[2, 0, 0, 0, 10, 1, 9]).unwrap();
        assert_eq!((levels.count(5, 1), values), (Some(5), &[9][..]));
        assert!(Levels::split_runs(&[2, 0, 0, 0, 10]).is_none());
        assert_eq!(Levels::split_packed(&[0, 0, 9], 9, 1).unwrap().1, [9]);
        assert!(Levels::split_packed(&[0], 9, 1).is_none());
    }
}
