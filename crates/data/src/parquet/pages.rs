//! Whether what a page says of itself can be, before memory is taken by it.
//!
//! The reader of the format takes room for as many values as a page says it has, which one wrong bit
//! can make more than there is; that ends the process, and nothing can catch it.

use parquet::basic::Encoding;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};

/// The pages of a column, each looked at before it is passed on.
pub(super) struct Checked {
    pages: Box<dyn PageReader>,
    /// Whether a page begins with the levels that tell where a value is missing.
    nullable: bool,
}

impl Checked {
    pub(super) fn new(pages: Box<dyn PageReader>, nullable: bool) -> Self {
        Self { pages, nullable }
    }
}

impl PageReader for Checked {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.pages.get_next_page()?;
        match &page {
            Some(page) if !fits(page, self.nullable) => {
                Err(ParquetError::General("a page has fewer values than it says".to_owned()))
            }
            _ => Ok(page),
        }
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }
}

impl Iterator for Checked {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Result<Page>> {
        self.get_next_page().transpose()
    }
}

fn fits(page: &Page, nullable: bool) -> bool {
    let (buffer, count) = (page.buffer(), page.num_values());
    let values = match page {
        // Of no type is a value in a dictionary shorter than a byte.
        Page::DictionaryPage { .. } => return count as usize <= buffer.len(),
        Page::DataPage { .. } if nullable => after_levels(buffer),
        Page::DataPage { .. } => Some(&buffer[..]),
        Page::DataPageV2 { def_levels_byte_len, rep_levels_byte_len, .. } => {
            let levels = *def_levels_byte_len as usize + *rep_levels_byte_len as usize;
            buffer.get(levels..)
        }
    };
    let Some(values) = values else { return false };
    match page.encoding() {
        Encoding::DELTA_LENGTH_BYTE_ARRAY => after_deltas(values, count).is_some(),
        Encoding::DELTA_BYTE_ARRAY => {
            let suffixes = after_deltas(values, count);
            suffixes.is_some_and(|suffixes| after_deltas(suffixes, count).is_some())
        }
        _ => true,
    }
}

/// What comes after levels that have their length before them.
fn after_levels(buffer: &[u8]) -> Option<&[u8]> {
    let (length, rest) = buffer.split_first_chunk()?;
    rest.get(u32::from_le_bytes(*length) as usize..)
}

/// What comes after numbers packed by their differences, of which there are `most` at most; `None` if
/// they say that they are more, or break off.
fn after_deltas(mut bytes: &[u8], most: u32) -> Option<&[u8]> {
    let block = varint(&mut bytes)?;
    let parts = usize::try_from(varint(&mut bytes)?).ok().filter(|&parts| parts > 0)?;
    let count = varint(&mut bytes).filter(|&count| count <= u64::from(most))?;
    let in_part = block / parts as u64;
    varint(&mut bytes)?;
    let mut left = count.saturating_sub(1);
    while left > 0 && in_part > 0 {
        varint(&mut bytes)?;
        let (widths, rest) = bytes.split_at_checked(parts)?;
        bytes = rest;
        for &width in widths {
            if left == 0 {
                break;
            }
            let length = u64::from(width).checked_mul(in_part)? / 8;
            bytes = bytes.get(usize::try_from(length).ok()?..)?;
            left = left.saturating_sub(in_part);
        }
    }
    (left == 0).then_some(bytes)
}

/// A number in groups of seven bits, the lowest first.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = bytes.split_off_first()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_differences_are_walked_over() {
        // Blocks of 128 in 4 parts, 3 numbers from 7 on: 7, 8, 9, with differences of 0 bits.
        let packed = [0x80, 1, 4, 3, 14, 2, 0, 0, 0, 0, b'x'];
        assert_eq!(after_deltas(&packed, 3), Some(&b"x"[..]));
        assert_eq!(after_deltas(&packed, 2), None, "more than the page has");
        assert_eq!(after_deltas(&packed[..8], 3), None, "broken off");
        // One number has no block.
        assert_eq!(after_deltas(&[0x80, 1, 4, 1, 14, b'x'], 1), Some(&b"x"[..]));
        assert_eq!(after_deltas(&[0x80, 1, 0, 1, 14], 1), None, "no parts");
    }

    #[test]
    fn numbers_of_any_length_are_read() {
        let mut bytes = &[0xff, 0xff, 0x03, 9][..];
        assert_eq!(varint(&mut bytes), Some(0xffff));
        assert_eq!(bytes, [9]);
        assert_eq!(varint(&mut &[0xff; 11][..]), None);
        assert_eq!(varint(&mut &b""[..]), None);
    }
}
