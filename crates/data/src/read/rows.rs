//! Text with a rating a line.

use super::collect::Collector;
use super::unpack::broken;
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

/// Reads all rows into the collector.
pub(super) fn read(
    reader: impl BufRead,
    format: &TextFormat,
    collector: &mut Collector<'_>,
) -> Result<(), DataError> {
    match format.delimiter {
        Delimiter::Byte(byte) => read_delimited(reader, byte, format, collector),
        Delimiter::DoubleColon => read_double_colons(reader, format, collector),
    }
}

fn read_delimited(
    reader: impl BufRead,
    delimiter: u8,
    format: &TextFormat,
    collector: &mut Collector<'_>,
) -> Result<(), DataError> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .quoting(matches!(delimiter, b',' | b';'))
        .has_headers(format.header == Header::Present)
        .flexible(true)
        // With the default, which takes CRLF as one end, the reader's line numbers lag behind.
        .terminator(csv::Terminator::Any(b'\n'))
        .from_reader(reader);
    let mut record = csv::ByteRecord::new();
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(false) => return Ok(()),
            Ok(true) if record.len() == 1 && record[0].trim_ascii().is_empty() => {}
            Ok(true) => {
                let line = record.position().map_or(0, csv::Position::line);
                let row = parse(format, record.len(), |place| record.get(place).unwrap_or(&[]));
                collector.take(line, row)?;
            }
            Err(error) => return Err(csv_error(error, collector.file())),
        }
    }
}

fn csv_error(error: csv::Error, file: &str) -> DataError {
    let text = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::Io(error) => broken(file, &error),
        _ => DataError::Broken { file: file.to_owned(), reason: text },
    }
}

fn read_double_colons(
    mut reader: impl BufRead,
    format: &TextFormat,
    collector: &mut Collector<'_>,
) -> Result<(), DataError> {
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        let length = reader
            .read_until(b'\n', &mut line)
            .map_err(|error| broken(collector.file(), &error))?;
        if length == 0 {
            return Ok(());
        }
        number += 1;
        let row = line.trim_ascii_end();
        let is_header = number == 1 && format.header == Header::Present;
        if row.is_empty() || is_header {
            continue;
        }
        let mut fields = [&row[..0]; 8];
        let count = split_double_colons(row, &mut fields);
        let parsed = parse(format, count, |place| fields.get(place).copied().unwrap_or(&[]));
        collector.take(number, parsed)?;
    }
}

/// Fills in as many fields as fit, and counts all.
fn split_double_colons<'l>(line: &'l [u8], fields: &mut [&'l [u8]]) -> usize {
    let (mut start, mut count) = (0, 0);
    let ends = memchr::memmem::find_iter(line, b"::").chain([line.len()]);
    for end in ends {
        if let Some(field) = fields.get_mut(count) {
            *field = &line[start..end];
        }
        count += 1;
        start = (end + 2).min(line.len());
    }
    count
}

/// The rating of a row of `count` fields.
fn parse<'r>(
    format: &TextFormat,
    count: usize,
    field: impl Fn(usize) -> &'r [u8],
) -> Result<(&'r str, &'r str, f64, Option<i64>), RowFault> {
    let fields = &format.fields;
    if count != fields.count {
        let (expected, found) = (format!("{} fields", fields.count), format!("{count}"));
        return Err(RowFault::new(expected, found));
    }
    let text = |place, what: &str| {
        let bytes = field(place).trim_ascii();
        std::str::from_utf8(bytes)
            .map_err(|_| RowFault::new(format!("{what} in UTF-8"), quoted(bytes)))
    };
    let rating = text(fields.rating, "a rating")?;
    let rating = rating
        .parse()
        .map_err(|_| RowFault::new("a number as the rating", quoted(rating.as_bytes())))?;
    let timestamp = match fields.timestamp {
        Some(place) => time(text(place, "a time")?, format.times)?,
        None => None,
    };
    Ok((text(fields.user, "a user id")?, text(fields.item, "an item id")?, rating, timestamp))
}

fn time(text: &str, times: Times) -> Result<Option<i64>, RowFault> {
    if text.is_empty() {
        return Ok(None);
    }
    let seconds: i64 = text
        .parse()
        .map_err(|_| RowFault::new("a time in whole seconds", quoted(text.as_bytes())))?;
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
    fn double_colons_split_and_count() {
        let mut fields = [&b""[..]; 3];
        assert_eq!(split_double_colons(b"1::1193::5::9", &mut fields), 4);
        assert_eq!(fields, [&b"1"[..], b"1193", b"5"]);
        assert_eq!(split_double_colons(b"1::", &mut fields), 2);
        assert_eq!(split_double_colons(b":::", &mut fields), 2);
    }

    #[test]
    fn long_fields_are_cut_when_shown() {
        assert_eq!(quoted(b"a\tb"), "\"a\\tb\"");
        assert!(quoted(&[b'x'; 500]).len() < 80);
    }
}
