//! Whether what a Parquet file says of itself agrees, before polars believes it.
//!
//! polars allocates what the counts in a file ask for, and an allocation that fails ends the
//! process, which nothing can catch. One wrong bit in a count is enough. So the counts of the
//! pages, the columns and the row groups are compared first, and what they ask for is limited.

use polars_parquet::parquet::compression::DecompressionContext;
use polars_parquet::parquet::error::{ParquetError, ParquetResult};
use polars_parquet::parquet::page::{CompressedDictPage, CompressedPage, Page};
use polars_parquet::parquet::read::{PageMetaData, PageReader, decompress, read_metadata};
use polars_parquet::read::{ColumnChunkMetadata, RowGroupMetadata};
use std::io::Cursor;

/// How many rows, and bytes a page, a byte of the file may stand for.
const MAX_RATIO: usize = 200;
/// So many are allowed for a file of any size.
const SMALL: usize = 64 << 20;

/// Compares the counts of the columns with these names, and of nothing else.
///
/// # Errors
///
/// The first thing that does not agree, or is beyond the limit.
pub(super) fn check(bytes: &[u8], names: &[String]) -> ParquetResult<()> {
    let limit = bytes.len().saturating_mul(MAX_RATIO).max(SMALL);
    let metadata = read_metadata(&mut Cursor::new(bytes))?;
    let rows = metadata.row_groups.iter().map(RowGroupMetadata::num_rows);
    let rows = rows.fold(0_usize, usize::saturating_add);
    agree("rows in all", metadata.num_rows, rows)?;
    within("rows", rows, limit)?;
    for group in &metadata.row_groups {
        for name in names {
            for column in group.columns_under_root_iter(name).into_iter().flatten() {
                let values = usize::try_from(column.num_values())?;
                agree("values of a column", group.num_rows(), values)?;
                agree("values in pages", values, values_in_pages(column, bytes, limit)?)?;
            }
        }
    }
    Ok(())
}

/// How many values the pages of a column have, by their headers.
fn values_in_pages(
    column: &ColumnChunkMetadata,
    bytes: &[u8],
    limit: usize,
) -> ParquetResult<usize> {
    let range = column.byte_range();
    let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
    let part = bytes.get(range).ok_or_else(|| out_of_spec("a column goes beyond the file"))?;
    let place = PageMetaData { column_start: 0, ..column.into() };
    let reader = Cursor::new(part.to_vec().into());
    let mut pages = PageReader::new_with_page_meta(reader, place, Vec::new(), limit);
    if let Some(dictionary) = pages.read_dict()? {
        check_dictionary(dictionary)?;
    }
    let mut values = 0_usize;
    for page in pages {
        let CompressedPage::Data(page) = page? else {
            return Err(out_of_spec("a dictionary is not the first page"));
        };
        within("bytes in a page", page.uncompressed_size(), limit)?;
        values = values.saturating_add(page.num_values());
    }
    Ok(values)
}

/// A dictionary has at most one value a byte.
fn check_dictionary(page: CompressedDictPage) -> ParquetResult<()> {
    let page = CompressedPage::Dict(page);
    match decompress(page, &mut Vec::new(), &mut DecompressionContext::Unset)? {
        Page::Dict(page) => within("values in a dictionary", page.num_values, page.buffer.len()),
        Page::Data(_) => Err(out_of_spec("a dictionary became data")),
    }
}

fn agree(what: &str, expected: usize, found: usize) -> ParquetResult<()> {
    if expected == found {
        return Ok(());
    }
    Err(out_of_spec(&format!("expected {expected} {what}, found {found}")))
}

fn within(what: &str, found: usize, limit: usize) -> ParquetResult<()> {
    if found <= limit {
        return Ok(());
    }
    Err(out_of_spec(&format!("expected at most {limit} {what}, found {found}")))
}

fn out_of_spec(message: &str) -> ParquetError {
    ParquetError::OutOfSpec(message.to_owned())
}
