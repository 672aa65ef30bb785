//! Whether what a page says of itself can be, before it is decoded.
//!
//! The reader of the format panics at some pages that are damaged, and takes room for as many texts as
//! others say they have.

use super::deltas;
use super::levels::{Levels, are_places};
use parquet::basic::{Encoding, Type};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::schema::types::ColumnDescriptor;

/// So many texts are read at a time at most.
const TEXTS: usize = super::ROWS;
/// So many bytes may they have together.
const MOST_TEXT: u64 = 64 << 20;

/// The pages of a column, each looked at before it is passed on.
pub(super) struct Checked {
    pages: Box<dyn PageReader>,
    /// The level of a value that is there; 0 if none can be missing.
    present: i16,
    /// Bytes of a value, where all are of one length.
    width: usize,
    /// Whether values have their length before them.
    is_text: bool,
    /// Whether a dictionary has come.
    has_dictionary: bool,
}

impl Checked {
    pub(super) fn new(pages: Box<dyn PageReader>, column: &ColumnDescriptor) -> Self {
        let width = match column.physical_type() {
            Type::INT32 | Type::FLOAT => 4,
            Type::INT64 | Type::DOUBLE => 8,
            _ => usize::try_from(column.type_length()).unwrap_or(0).max(1),
        };
        let is_text = column.physical_type() == Type::BYTE_ARRAY;
        Self { pages, present: column.max_def_level(), width, is_text, has_dictionary: false }
    }

    /// Whether the page holds what it says; `None` if it breaks off.
    fn fits(&mut self, page: &Page) -> Option<bool> {
        let count = page.num_values();
        if let Page::DictionaryPage { .. } = page {
            // Of no type is a value in a dictionary shorter than a byte.
            let is_first = !std::mem::replace(&mut self.has_dictionary, true);
            let is_whole = count as usize <= page.buffer().len()
                && (!self.is_text || has_texts(page.buffer(), count));
            return Some(is_first && is_whole);
        }
        let (levels, values) = self.parts(page)?;
        let there = match levels {
            Some(levels) => levels.count(count, self.present)?,
            None => count,
        };
        let fits = match page.encoding() {
            Encoding::PLAIN_DICTIONARY | Encoding::RLE_DICTIONARY => {
                self.has_dictionary && are_places(values, there)
            }
            Encoding::PLAIN if self.is_text => has_texts(values, there),
            Encoding::BYTE_STREAM_SPLIT => there as usize <= values.len() / self.width,
            Encoding::DELTA_BINARY_PACKED => deltas::count(values)? >= there.into(),
            Encoding::DELTA_LENGTH_BYTE_ARRAY => {
                let lengths = deltas::read(values, count)?;
                lengths.numbers.len() >= there as usize && follow(&lengths)
            }
            Encoding::DELTA_BYTE_ARRAY => {
                let prefixes = deltas::read(values, count)?;
                let suffixes = deltas::read(prefixes.rest, count)?;
                prefixes.numbers.len() >= there as usize
                    && follow(&suffixes)
                    && continues(&prefixes.numbers, &suffixes.numbers)
            }
            _ => true,
        };
        Some(fits)
    }

    /// The levels and the values of a page of data.
    fn parts<'p>(&self, page: &'p Page) -> Option<(Option<Levels<'p>>, &'p [u8])> {
        let buffer = &page.buffer()[..];
        let nullable = self.present > 0;
        match page {
            Page::DataPageV2 { def_levels_byte_len, rep_levels_byte_len, .. } => {
                let (_, rest) = buffer.split_at_checked(*rep_levels_byte_len as usize)?;
                let (runs, values) = rest.split_at_checked(*def_levels_byte_len as usize)?;
                Some((nullable.then_some(Levels::Runs(runs)), values))
            }
            Page::DataPage { def_level_encoding, num_values, .. } if nullable => {
                let (levels, values) = match def_level_encoding {
                    Encoding::RLE => Levels::split_runs(buffer)?,
                    _ => Levels::split_packed(buffer, *num_values, self.present)?,
                };
                Some((Some(levels), values))
            }
            _ => Some((None, buffer)),
        }
    }
}

impl PageReader for Checked {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.pages.get_next_page()?;
        match &page {
            Some(page) if self.fits(page) != Some(true) => {
                Err(ParquetError::General("a page holds something else than it says".to_owned()))
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

/// Whether there are so many texts, each with its length before it.
fn has_texts(mut bytes: &[u8], count: u32) -> bool {
    (0..count).all(|_| {
        let after = bytes.split_first_chunk().and_then(|(length, rest)| {
            rest.get(usize::try_from(u32::from_le_bytes(*length)).ok()?..)
        });
        after.is_some_and(|after| {
            bytes = after;
            true
        })
    })
}

/// Whether texts of these lengths follow them.
fn follow(lengths: &deltas::Deltas<'_>) -> bool {
    let mut left = lengths.rest.len();
    lengths.numbers.iter().all(|&length| {
        let after = usize::try_from(length).ok().and_then(|length| left.checked_sub(length));
        after.is_some_and(|after| {
            left = after;
            true
        })
    })
}

/// Whether texts that begin as the one before them are not longer than it, nor many of them more than
/// memory should hold.
fn continues(prefixes: &[i32], suffixes: &[i32]) -> bool {
    let (mut before, mut together) = (0, 0);
    prefixes.len() == suffixes.len()
        && prefixes.iter().zip(suffixes).enumerate().all(|(row, (&prefix, &suffix))| {
            let length = i64::from(prefix) + i64::from(suffix);
            let fits = prefix >= 0 && i64::from(prefix) <= before;
            together = if row % TEXTS == 0 { 0 } else { together } + length.unsigned_abs();
            before = length;
            fits && together <= MOST_TEXT
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_their_length_before_them() {
        let texts = [1, 0, 0, 0, b'a', 0, 0, 0, 0];
        assert!(has_texts(&texts, 2) && !has_texts(&texts, 3) && !has_texts(&texts[..8], 2));
    }

    #[test]
    fn texts_share_only_what_there_is() {
        assert!(continues(&[0, 3, 1], &[3, 0, 2]));
        assert!(!continues(&[0, 4], &[3, 0]), "longer than the one before");
        assert!(!continues(&[0, 3], &[3]), "one has no rest");
        let long = 1 << 20;
        let shared: Vec<i32> = std::iter::once(0).chain([long; 99]).collect();
        let rest: Vec<i32> = std::iter::once(long).chain([0; 99]).collect();
        assert!(!continues(&shared, &rest), "100 MiB out of one");
    }
}
