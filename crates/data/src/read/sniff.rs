//! Detects the format of a stream from its start.

use super::columns;
use super::fields::{MAX_ROW_BYTES, RowReader};
use super::first_rows::{DELIMITERS, first_row, first_rows};
use super::json::JsonFormat;
use super::layout_match::LayoutMatch;
use super::matrix::{self, MatrixFormat};
use super::preamble::Preamble;
use super::text_format::{Fields, Header, TextFormat, Times};
use super::unpack::{broken, read_up_to};
use super::{json, layout_match, netflix};
use crate::dataset::Layout;
use crate::error::DataError;
use crate::options::{Delimiter, ReadOptions};
use std::io::{Cursor, Read};

pub(super) enum Format {
    Parquet,
    JsonLines(JsonFormat),
    Netflix,
    Matrix(MatrixFormat),
    Text(TextFormat),
}

/// Returns the whole stream, and a copy of its start that is longer than the longest row. A UTF-8
/// byte order mark is removed from both.
pub(super) fn peek<'r>(
    mut reader: impl Read + 'r,
    file: &str,
    options: &ReadOptions,
) -> Result<(impl Read + 'r, Vec<u8>), DataError> {
    let max_row_bytes =
        if options.matrix.is_some() { matrix::MAX_ROW_BYTES } else { MAX_ROW_BYTES };
    let mut start = Vec::new();
    let mut part = vec![0; MAX_ROW_BYTES + 2];
    while start.len() < max_row_bytes + 2 {
        let length = read_up_to(&mut reader, &mut part).map_err(|error| broken(file, &error))?;
        start.extend_from_slice(&part[..length]);
        if length < part.len() {
            break;
        }
    }
    if start.starts_with(b"\xef\xbb\xbf") {
        start.drain(..3);
    }
    Ok((Cursor::new(start.clone()).chain(reader), start))
}

/// Determines the format of a stream with the given layout; if that is `None`, the columns are
/// detected, too.
pub(super) fn format(
    start: &[u8],
    file: &str,
    layout: Option<LayoutMatch>,
    options: &ReadOptions,
) -> Result<Format, DataError> {
    let is_parquet = start.starts_with(b"PAR1");
    let broken =
        |reason: &str| DataError::Broken { file: file.to_owned(), reason: reason.to_owned() };
    match layout.map(|found| found.layout) {
        Some(Layout::Parquet) if !is_parquet => {
            Err(broken("not a Parquet file (it does not start with PAR1)"))
        }
        Some(Layout::Parquet) => Ok(Format::Parquet),
        None if is_parquet => Ok(Format::Parquet),
        Some(Layout::Netflix) => Ok(Format::Netflix),
        None if netflix::is_block(start) => Ok(Format::Netflix),
        Some(Layout::JsonLines) => json::format(start, file, options).map(Format::JsonLines),
        None if json::is_object(start) => json::format(start, file, options).map(Format::JsonLines),
        None if json::is_array(start) => Err(json::array_error(file)),
        _ if first_line(start).contains(&0) => Err(broken("neither text nor Parquet")),
        _ if options.matrix.is_some() => matrix::format(start, file, options).map(Format::Matrix),
        Some(Layout::Ml100k) => Ok(Format::Text(TextFormat::ml_100k(hint(layout)))),
        Some(Layout::Ml1m) => Ok(Format::Text(TextFormat::ml_1m(hint(layout)))),
        _ => text(start, file, layout, options).map(Format::Text),
    }
}

fn hint(layout: Option<LayoutMatch>) -> String {
    layout.map_or_else(String::new, LayoutMatch::hint)
}

fn first_line(start: &[u8]) -> &[u8] {
    let lines = start.split(|&byte| byte == b'\n');
    lines.into_iter().find(|line| !line.trim_ascii().is_empty()).unwrap_or_default()
}

/// Determines the format of text from its first rows.
fn text(
    start: &[u8],
    file: &str,
    layout: Option<LayoutMatch>,
    options: &ReadOptions,
) -> Result<TextFormat, DataError> {
    let preamble = Preamble::read(start);
    let start = &start[preamble.bytes..];
    let requested = options.delimiter.or(preamble.delimiter);
    let delimiter = match requested.or_else(|| layout_match::delimiter(layout?.layout)) {
        Some(delimiter) => delimiter,
        None => find_delimiter(start, options, file)?,
    };
    let (first, second) = first_rows(RowReader::new(start, delimiter), file)?;
    let (header, fields) = match commented_header(&preamble, delimiter, first.len(), options) {
        Some(fields) => (Header::Absent, fields),
        None => columns::from_first_rows(&first, second.as_deref(), options, file)?,
    };
    let fields = match header {
        Header::Present if has_row_names(fields, second.as_deref()) => fields.shifted(),
        _ => fields,
    };
    Ok(TextFormat {
        delimiter,
        skipped_lines: preamble.lines,
        comment: preamble.comment,
        header,
        fields,
        times: Times::AsWritten,
        hint: match (layout, options.delimiter) {
            (Some(layout), _) => layout.hint(),
            (None, Some(_)) => String::new(),
            (None, None) => " (--delimiter sets another)".to_owned(),
        },
    })
}

/// Returns the columns of a header that is written as a comment, the last of the preamble.
fn commented_header(
    preamble: &Preamble<'_>,
    delimiter: Delimiter,
    count: usize,
    options: &ReadOptions,
) -> Option<Fields> {
    let names = first_row(preamble.last_comment, delimiter, "").ok()?;
    let columns = columns::find_all(&names, options).ok().filter(|_| names.len() == count)?;
    Some(columns.into_fields(count))
}

/// Whether each row starts with a name that has no column in the header, as in tables written by R.
fn has_row_names(fields: Fields, second: Option<&[String]>) -> bool {
    second.is_some_and(|second| {
        second.len() == fields.count + 1 && second.last().is_some_and(|last| !last.is_empty())
    })
}

/// Returns the first usual delimiter with which the first row is a rating or a header; otherwise
/// the first with which it has enough fields, or a comma.
fn find_delimiter(start: &[u8], options: &ReadOptions, file: &str) -> Result<Delimiter, DataError> {
    let enough = if options.implicit.is_some() { 2 } else { 3 };
    let mut fallback = None;
    for delimiter in DELIMITERS {
        // With the wrong delimiter a quote may be unclosed.
        let Ok((first, second)) = first_rows(RowReader::new(start, delimiter), file) else {
            continue;
        };
        if first.len() < enough {
            continue;
        }
        if columns::from_first_rows(&first, second.as_deref(), options, file).is_ok() {
            return Ok(delimiter);
        }
        fallback.get_or_insert(delimiter);
    }
    Ok(fallback.unwrap_or(Delimiter::Byte(b',')))
}
