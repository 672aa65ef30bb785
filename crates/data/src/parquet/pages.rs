//! Checks that the contents of a page match its header before it is decoded.
//!
//! The `parquet` crate panics on some damaged pages, and allocates memory for as many strings as
//! others claim to have.

use super::levels::{Levels, has_indices};
use super::{BATCH_ROWS, deltas};
use parquet::basic::{Encoding, Type};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::schema::types::ColumnDescriptor;

/// Maximum total size, in bytes, of the strings of a batch.
const MAX_BATCH_BYTES: u64 = 64 << 20;

/// A page reader that checks each page before passing it on.
pub(super) struct CheckedPages {
    pages: Box<dyn PageReader>,
    /// The definition level of a value that is not missing; 0 if the column has no missing values.
    present: i16,
    /// Size of a value in bytes, if all values have the same size.
    width: usize,
    /// Whether values are strings, preceded by their lengths.
    is_text: bool,
    /// Whether a dictionary page has been read.
    has_dictionary: bool,
}

impl CheckedPages {
    pub(super) fn new(pages: Box<dyn PageReader>, column: &ColumnDescriptor) -> Self {
        let width = match column.physical_type() {
            Type::INT32 | Type::FLOAT => 4,
            Type::INT64 | Type::DOUBLE => 8,
            _ => usize::try_from(column.type_length()).unwrap_or(0).max(1),
        };
        let is_text = column.physical_type() == Type::BYTE_ARRAY;
        Self { pages, present: column.max_def_level(), width, is_text, has_dictionary: false }
    }

    /// Whether the contents of a page match its header; `None` if it is truncated.
    fn is_consistent(&mut self, page: &Page) -> Option<bool> {
        let count = page.num_values();
        if let Page::DictionaryPage { .. } = page {
            // A dictionary value of any type takes at least one byte.
            let is_first = !std::mem::replace(&mut self.has_dictionary, true);
            let is_whole = count as usize <= page.buffer().len()
                && (!self.is_text || has_strings(page.buffer(), count));
            return Some(is_first && is_whole);
        }
        let (levels, values) = self.levels_and_values(page)?;
        let present_count = match levels {
            Some(levels) => levels.count(count, self.present)?,
            None => count,
        };
        let is_consistent = match page.encoding() {
            Encoding::PLAIN_DICTIONARY | Encoding::RLE_DICTIONARY => {
                self.has_dictionary && has_indices(values, present_count)
            }
            Encoding::PLAIN if self.is_text => has_strings(values, present_count),
            Encoding::BYTE_STREAM_SPLIT => present_count as usize <= values.len() / self.width,
            Encoding::DELTA_BINARY_PACKED => deltas::count(values)? >= present_count.into(),
            Encoding::DELTA_LENGTH_BYTE_ARRAY => {
                let lengths = deltas::read(values, count)?;
                lengths.numbers.len() >= present_count as usize && strings_fit(&lengths)
            }
            Encoding::DELTA_BYTE_ARRAY => {
                let prefixes = deltas::read(values, count)?;
                let suffixes = deltas::read(prefixes.rest, count)?;
                prefixes.numbers.len() >= present_count as usize
                    && strings_fit(&suffixes)
                    && prefixes_fit(&prefixes.numbers, &suffixes.numbers)
            }
            _ => true,
        };
        Some(is_consistent)
    }

    /// Splits a data page into levels, `None` if it has none, and values.
    fn levels_and_values<'p>(&self, page: &'p Page) -> Option<(Option<Levels<'p>>, &'p [u8])> {
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

impl PageReader for CheckedPages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.pages.get_next_page()?;
        match &page {
            Some(page) if self.is_consistent(page) != Some(true) => {
                Err(ParquetError::General("a page whose contents contradict its header".to_owned()))
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

impl Iterator for CheckedPages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Result<Page>> {
        self.get_next_page().transpose()
    }
}

/// Whether the bytes contain `count` strings, each preceded by its length.
fn has_strings(mut bytes: &[u8], count: u32) -> bool {
    (0..count).all(|_| {
        let rest = bytes.split_first_chunk().and_then(|(length, rest)| {
            rest.get(usize::try_from(u32::from_le_bytes(*length)).ok()?..)
        });
        rest.is_some_and(|rest| {
            bytes = rest;
            true
        })
    })
}

/// Whether the remaining bytes contain strings of the decoded lengths.
fn strings_fit(lengths: &deltas::Deltas<'_>) -> bool {
    let mut left = lengths.rest.len();
    lengths.numbers.iter().all(|&length| {
        let after = usize::try_from(length).ok().and_then(|length| left.checked_sub(length));
        after.is_some_and(|after| {
            left = after;
            true
        })
    })
}

/// Whether no string shares a longer prefix with its predecessor than the predecessor has, and no
/// batch of strings exceeds [`MAX_BATCH_BYTES`].
fn prefixes_fit(prefixes: &[i32], suffixes: &[i32]) -> bool {
    let (mut previous, mut total) = (0, 0);
    prefixes.len() == suffixes.len()
        && prefixes.iter().zip(suffixes).enumerate().all(|(row, (&prefix, &suffix))| {
            let length = i64::from(prefix) + i64::from(suffix);
            let is_consistent = prefix >= 0 && i64::from(prefix) <= previous;
            total = if row % BATCH_ROWS == 0 { 0 } else { total } + length.unsigned_abs();
            previous = length;
            is_consistent && total <= MAX_BATCH_BYTES
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_lengths_of_strings() {
        let texts = [1, 0, 0, 0, b'a', 0, 0, 0, 0];
        assert!(has_strings(&texts, 2) && !has_strings(&texts, 3) && !has_strings(&texts[..8], 2));
    }

    #[test]
    fn checks_lengths_of_shared_prefixes() {
        assert!(prefixes_fit(&[0, 3, 1], &[3, 0, 2]));
        assert!(!prefixes_fit(&[0, 4], &[3, 0]), "longer than its predecessor");
        assert!(!prefixes_fit(&[0, 3], &[3]), "a suffix is missing");
        let long = 1 << 20;
        let shared: Vec<i32> = std::iter::once(0).chain([long; 99]).collect();
        let rest: Vec<i32> = std::iter::once(long).chain([0; 99]).collect();
        assert!(!prefixes_fit(&shared, &rest), "100 MiB from 1 MiB");
    }
}
