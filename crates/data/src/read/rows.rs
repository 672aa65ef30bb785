//! Text with a rating a line.

use super::collect::Collector;
use super::fields::RowReader;
use super::{numbers, times};
use crate::error::{DataError, RowFault};
use crate::options::Delimiter;
use std::io::BufRead;

/// How the lines of a text file are to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TextFormat {
    pub(super) delimiter: Delimiter,
    pub(super) header: Header,
    pub(super) fields: Fields,
    pub(super) times: Times,
}

impl TextFormat {
    /// `u.data` and its parts: user, item, rating, time between tabs.
    pub(super) fn ml_100k() -> Self {
        Self::without_header(Delimiter::Byte(b'\t'), Times::AsWritten)
    }

    /// `ratings.dat`: user, item, rating, time between `::`.
    pub(super) fn ml_1m() -> Self {
        Self::without_header(Delimiter::DoubleColon, Times::ZeroIsUnknown)
    }

    fn without_header(delimiter: Delimiter, times: Times) -> Self {
        let fields = Fields { count: 4, user: 0, item: 1, rating: 2, timestamp: Some(3) };
        Self { delimiter, header: Header::Absent, fields, times }
    }
}

/// Whether the first line names the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Header {
    Present,
    Absent,
}

/// Where the fields stand in a row, from 0, and how many a row has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) count: usize,
    pub(super) user: usize,
    pub(super) item: usize,
    pub(super) rating: usize,
    pub(super) timestamp: Option<usize>,
}

/// What a time of 0 means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Times {
    AsWritten,
    ZeroIsUnknown,
}

const TIME: &str =
    "a time (in seconds since 1970, or a date such as 2009-05-13 or 2009-05-13T16:44:24Z)";

/// User, item, rating and time of a row.
type Parsed<'r> = (&'r str, &'r str, f64, Option<i64>);

/// Reads all rows into the collector.
pub(super) fn read(
    reader: impl BufRead,
    format: &TextFormat,
    collector: &mut Collector<'_>,
) -> Result<(), DataError> {
    let mut rows = RowReader::new(reader, format.delimiter);
    if format.header == Header::Present {
        rows.next_row(collector.file())?;
    }
    while let Some(line) = rows.next_row(collector.file())? {
        collector.take(line, parse(format, &rows))?;
    }
    Ok(())
}

/// The rating in a row.
fn parse<'r>(
    format: &TextFormat,
    row: &'r RowReader<impl BufRead>,
) -> Result<Parsed<'r>, RowFault> {
    let fields = &format.fields;
    if row.len() != fields.count {
        return Err(RowFault::new(format!("{} fields", fields.count), row.len().to_string()));
    }
    let number = row.field(fields.rating).trim_ascii();
    let rating = std::str::from_utf8(number)
        .ok()
        .and_then(numbers::parse)
        .ok_or_else(|| RowFault::new("a number as the rating", quoted(number)))?;
    let timestamp = match fields.timestamp {
        Some(place) => time(row.field(place).trim_ascii(), format.times)?,
        None => None,
    };
    let user = id(row.field(fields.user), "a user id")?;
    Ok((user, id(row.field(fields.item), "an item id")?, rating, timestamp))
}

fn id<'r>(bytes: &'r [u8], what: &str) -> Result<&'r str, RowFault> {
    std::str::from_utf8(bytes).map_err(|_| RowFault::new(format!("{what} in UTF-8"), quoted(bytes)))
}

fn time(text: &[u8], times: Times) -> Result<Option<i64>, RowFault> {
    if text.is_empty() {
        return Ok(None);
    }
    let seconds = std::str::from_utf8(text)
        .ok()
        .and_then(times::parse)
        .ok_or_else(|| RowFault::new(TIME, quoted(text)))?;
    Ok((seconds != 0 || times == Times::AsWritten).then_some(seconds))
}

/// A field as it can be shown: cut short, with control characters escaped.
fn quoted(bytes: &[u8]) -> String {
    let shown = &bytes[..bytes.len().min(60)];
    let dots = if shown.len() < bytes.len() { "…" } else { "" };
    format!("{:?}{dots}", String::from_utf8_lossy(shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_may_be_unknown() {
        assert_eq!(time(b"", Times::AsWritten), Ok(None));
        assert_eq!(time(b"0", Times::AsWritten), Ok(Some(0)));
        assert_eq!(time(b"0", Times::ZeroIsUnknown), Ok(None));
        assert!(time(b"\xff", Times::AsWritten).is_err());
    }

    #[test]
    fn long_fields_are_cut_when_shown() {
        assert_eq!(quoted(b"a\tb"), "\"a\\tb\"");
        assert!(quoted(&[b'x'; 500]).len() < 80);
    }
}
