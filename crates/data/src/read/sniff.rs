//! What a stream holds, from how it begins.

use super::columns;
use super::fields::{LONGEST_ROW, RowReader};
use super::first_rows::{DELIMITERS, first_row, first_rows};
use super::found::Found;
use super::json::JsonFormat;
use super::matrix::{self, MatrixFormat};
use super::preamble::Preamble;
use super::text_format::{Fields, Header, TextFormat, Times};
use super::unpack::{broken, read_up_to};
use super::{found, json, netflix};
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

/// The start of a stream, longer than its longest row, and the whole stream without a byte order mark.
pub(super) fn peek<'r>(
    mut reader: impl Read + 'r,
    file: &str,
    options: &ReadOptions,
) -> Result<(impl Read + 'r, Vec<u8>), DataError> {
    let longest = if options.matrix.is_some() { matrix::LONGEST_ROW } else { LONGEST_ROW };
    let mut start = Vec::new();
    let mut part = vec![0; LONGEST_ROW + 2];
    while start.len() < longest + 2 {
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

/// The format of a stream of this layout; `None` finds the columns too.
pub(super) fn format(
    start: &[u8],
    file: &str,
    layout: Option<Found>,
    options: &ReadOptions,
) -> Result<Format, DataError> {
    let is_parquet = start.starts_with(b"PAR1");
    let broken =
        |reason: &str| DataError::Broken { file: file.to_owned(), reason: reason.to_owned() };
    match layout.map(|found| found.layout) {
        Some(Layout::Parquet) if !is_parquet => {
            Err(broken("no Parquet file (it does not begin with PAR1)"))
        }
        Some(Layout::Parquet) => Ok(Format::Parquet),
        None if is_parquet => Ok(Format::Parquet),
        Some(Layout::Netflix) => Ok(Format::Netflix),
        None if netflix::is_block(start) => Ok(Format::Netflix),
        Some(Layout::JsonLines) => json::format(start, file, options).map(Format::JsonLines),
        None if json::is_object(start) => json::format(start, file, options).map(Format::JsonLines),
        None if json::is_array(start) => Err(json::array(file)),
        _ if first_line(start).contains(&0) => Err(broken("neither text nor Parquet")),
        _ if options.matrix.is_some() => matrix::format(start, file, options).map(Format::Matrix),
        Some(Layout::Ml100k) => Ok(Format::Text(TextFormat::ml_100k(assumed(layout)))),
        Some(Layout::Ml1m) => Ok(Format::Text(TextFormat::ml_1m(assumed(layout)))),
        _ => text(start, file, layout, options).map(Format::Text),
    }
}

fn assumed(layout: Option<Found>) -> String {
    layout.map_or_else(String::new, Found::assumed)
}

fn first_line(start: &[u8]) -> &[u8] {
    let lines = start.split(|&byte| byte == b'\n');
    lines.into_iter().find(|line| !line.trim_ascii().is_empty()).unwrap_or_default()
}

/// The format of text, from its first rows.
fn text(
    start: &[u8],
    file: &str,
    layout: Option<Found>,
    options: &ReadOptions,
) -> Result<TextFormat, DataError> {
    let preamble = Preamble::of(start);
    let start = &start[preamble.bytes..];
    let asked = options.delimiter.or(preamble.delimiter);
    let delimiter = match asked.or_else(|| found::delimiter(layout?.layout)) {
        Some(delimiter) => delimiter,
        None => find_delimiter(start, options, file)?,
    };
    let (first, second) = first_rows(RowReader::new(start, delimiter), file)?;
    let (header, fields) = match commented_header(&preamble, delimiter, first.len(), options) {
        Some(fields) => (Header::Absent, fields),
        None => columns::of_text(&first, second.as_deref(), options, file)?,
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
        assumed: match (layout, options.delimiter) {
            (Some(found), _) => found.assumed(),
            (None, Some(_)) => String::new(),
            (None, None) => " (--delimiter takes another)".to_owned(),
        },
    })
}

/// The columns that the last comment names, if it is a header that somebody made a comment.
fn commented_header(
    preamble: &Preamble<'_>,
    delimiter: Delimiter,
    count: usize,
    options: &ReadOptions,
) -> Option<Fields> {
    let names = first_row(preamble.last_comment, delimiter, "").ok()?;
    let places = columns::named(&names, options).ok().filter(|_| names.len() == count)?;
    Some(places.of(count))
}

/// Whether the rows have a name each, in a column more than the header: R writes tables so.
fn has_row_names(fields: Fields, second: Option<&[String]>) -> bool {
    second.is_some_and(|second| {
        second.len() == fields.count + 1 && second.last().is_some_and(|last| !last.is_empty())
    })
}

/// The first usual delimiter that makes a first row of a rating or of the columns' names; else the
/// first that makes enough fields, or a comma.
fn find_delimiter(start: &[u8], options: &ReadOptions, file: &str) -> Result<Delimiter, DataError> {
    let enough = if options.implicit.is_some() { 2 } else { 3 };
    let mut wide_enough = None;
    for delimiter in DELIMITERS {
        // A quote may be one between other delimiters alone.
        let Ok((first, second)) = first_rows(RowReader::new(start, delimiter), file) else {
            continue;
        };
        if first.len() < enough {
            continue;
        }
        if columns::of_text(&first, second.as_deref(), options, file).is_ok() {
            return Ok(delimiter);
        }
        wide_enough.get_or_insert(delimiter);
    }
    Ok(wide_enough.unwrap_or(Delimiter::Byte(b',')))
}
