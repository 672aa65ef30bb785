//! Reads text with one rating per line.

use super::collect::{Collector, Row};
use super::fields::RowReader;
use super::missing::MissingMarker;
use super::text_format::{Header, TextFormat, Times};
use super::{numbers, times};
use crate::error::{DataError, RowFault};
use std::io::BufRead;

pub(super) const TIME: &str =
    "a time (in seconds since 1970, or a date such as 2009-05-13 or 2009-05-13T16:44:24Z)";

/// Reads all rows into the collector.
pub(super) fn read(
    reader: impl BufRead,
    format: &TextFormat,
    collector: &mut Collector<'_>,
) -> Result<(), DataError> {
    let file = collector.file().to_owned();
    let mut rows = RowReader::new(reader, format.delimiter);
    rows.skip_lines(format.skipped_lines, &file)?;
    if format.header == Header::Present {
        rows.next_row(&file)?;
    }
    loop {
        let Some(next) = collector.skip_if_bad(rows.next_row(&file))? else { continue };
        let Some(line) = next else { break };
        let row = parse(format, &rows, collector.missing());
        let is_comment = || format.comment.is_some_and(|marker| rows.starts_with(marker));
        if row.is_ok() || !is_comment() {
            collector.push(line, row)?;
        }
    }
    Ok(())
}

/// Parses the rating in a row.
fn parse<'r>(
    format: &TextFormat,
    row: &'r RowReader<impl BufRead>,
    missing: Option<&MissingMarker>,
) -> Result<Row<'r>, RowFault> {
    let TextFormat { delimiter, fields, hint, .. } = format;
    if row.len() != fields.count {
        let expected = format!("{} fields between {delimiter}{hint}", fields.count);
        return Err(RowFault::new(expected, row.len().to_string()));
    }
    let rating = match fields.rating {
        Some(index) => rating(row.field(index), missing)?,
        None => Some(1.0),
    };
    let timestamp = match fields.timestamp {
        Some(index) => time(row.field(index).trim_ascii(), format.times)?,
        None => None,
    };
    let user = id(row.field(fields.user), "a user id")?;
    Ok(Row { user, item: id(row.field(fields.item), "an item id")?, rating, timestamp })
}

/// Parses the rating in a field; `None` if it is marked as missing.
pub(super) fn rating(
    field: &[u8],
    missing: Option<&MissingMarker>,
) -> Result<Option<f64>, RowFault> {
    let text = field.trim_ascii();
    if missing.is_some_and(|missing| missing.matches(text)) {
        return Ok(None);
    }
    match std::str::from_utf8(text).ok().and_then(numbers::parse) {
        Some(number) => Ok(Some(number)),
        None => Err(RowFault::new("a number as the rating", quoted(text))),
    }
}

pub(super) fn id<'r>(bytes: &'r [u8], what: &str) -> Result<&'r str, RowFault> {
    std::str::from_utf8(bytes).map_err(|_| {
        let expected = format!("{what} in UTF-8 (--encoding reads others, such as latin1)");
        RowFault::new(expected, quoted(bytes))
    })
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

/// Formats a field for an error: quoted, truncated, and with control characters escaped.
pub(super) fn quoted(bytes: &[u8]) -> String {
    let shown = &bytes[..bytes.len().min(60)];
    let dots = if shown.len() < bytes.len() { "…" } else { "" };
    format!("{:?}{dots}", String::from_utf8_lossy(shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_times_are_none() {
        assert_eq!(time(b"", Times::AsWritten), Ok(None));
        assert_eq!(time(b"0", Times::AsWritten), Ok(Some(0)));
        assert_eq!(time(b"0", Times::ZeroIsUnknown), Ok(None));
        assert!(time(b"\xff", Times::AsWritten).is_err());
    }

    #[test]
    fn quotes_escaped_and_truncated_fields() {
        assert_eq!(quoted(b"a\tb"), "\"a\\tb\"");
        assert!(quoted(&[b'x'; 500]).len() < 80);
    }
}
