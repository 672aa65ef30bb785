//! What a stream holds, from how it begins.

use super::rows::{Fields, Header, TextFormat, Times};
use super::unpack::{broken, read_up_to};
use crate::dataset::Layout;
use crate::error::DataError;
use crate::options::{ColumnChoice, Delimiter, Meaning, ReadOptions};
use std::io::{Cursor, Read};

/// How much of a stream is looked at.
const PEEKED: usize = 64 << 10;

/// The usual names of the columns, in lower case without `_`.
const USER_NAMES: [&str; 5] = ["user", "userid", "uid", "person", "customerid"];
const ITEM_NAMES: [&str; 8] =
    ["item", "itemid", "movieid", "movie", "artistid", "productid", "bookid", "iid"];
const RATING_NAMES: [&str; 6] = ["rating", "score", "weight", "stars", "value", "count"];
const TIMESTAMP_NAMES: [&str; 4] = ["timestamp", "time", "ts", "date"];

pub(super) enum Format {
    Parquet,
    Text(TextFormat),
}

/// The start of a stream, and the whole stream without a byte order mark.
pub(super) fn peek<'r>(
    mut reader: impl Read + 'r,
    file: &str,
) -> Result<(impl Read + 'r, Vec<u8>), DataError> {
    let mut start = vec![0; PEEKED];
    let length = read_up_to(&mut reader, &mut start).map_err(|error| broken(file, &error))?;
    start.truncate(length);
    if start.starts_with(b"\xef\xbb\xbf") {
        start.drain(..3);
    }
    Ok((Cursor::new(start.clone()).chain(reader), start))
}

pub(super) fn format(start: &[u8], file: &str, options: &ReadOptions) -> Result<Format, DataError> {
    let is_parquet = start.starts_with(b"PAR1");
    match options.layout {
        Some(Layout::Parquet) if !is_parquet => Err(DataError::Broken {
            file: file.to_owned(),
            reason: "no Parquet file (it does not begin with PAR1)".to_owned(),
        }),
        Some(Layout::Parquet) | None if is_parquet => Ok(Format::Parquet),
        _ => text(start, file, options).map(Format::Text),
    }
}

/// The format of text, from its first line that is not blank.
pub(super) fn text(
    start: &[u8],
    file: &str,
    options: &ReadOptions,
) -> Result<TextFormat, DataError> {
    let mut lines = start.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let Some(line) = lines.find(|line| !line.is_empty()) else {
        return Err(DataError::Empty { file: file.to_owned() });
    };
    if line.contains(&0) {
        let reason = "neither text nor Parquet".to_owned();
        return Err(DataError::Broken { file: file.to_owned(), reason });
    }
    let line = String::from_utf8_lossy(line);
    let delimiter = options
        .delimiter
        .or_else(|| published(options.layout))
        .unwrap_or_else(|| find_delimiter(&line));
    let names = split(&line, delimiter);
    let (header, fields) = match &options.columns {
        ColumnChoice::Positions(meanings) => (Header::Absent, by_position(meanings)),
        ColumnChoice::Named { user: None, item: None, rating: None, timestamp: None }
            if reads_as_rating(&names) =>
        {
            let timestamp = (names.len() > 3).then_some(3);
            let fields = Fields { count: names.len(), user: 0, item: 1, rating: 2, timestamp };
            (Header::Absent, fields)
        }
        named => (Header::Present, by_name(&names, named, file)?),
    };
    let times = match options.layout {
        Some(Layout::Ml1m) => Times::ZeroIsUnknown,
        _ => Times::AsWritten,
    };
    Ok(TextFormat { delimiter, header, fields, times })
}

/// The delimiter of a published layout that a single file was said to be of.
fn published(layout: Option<Layout>) -> Option<Delimiter> {
    match layout? {
        Layout::Ml100k | Layout::Lastfm2k => Some(Delimiter::Byte(b'\t')),
        Layout::Ml1m => Some(Delimiter::DoubleColon),
        Layout::MlLatest => Some(Delimiter::Byte(b',')),
        Layout::Csv | Layout::Parquet => None,
    }
}

fn find_delimiter(line: &str) -> Delimiter {
    if line.contains("::") {
        return Delimiter::DoubleColon;
    }
    let usual = [b'\t', b',', b';', b'|', b' '];
    let found = usual.into_iter().find(|&byte| line.as_bytes().contains(&byte));
    Delimiter::Byte(found.unwrap_or(b','))
}

fn split(line: &str, delimiter: Delimiter) -> Vec<String> {
    let clean = |name: &str| name.trim().trim_matches('"').to_owned();
    match delimiter {
        Delimiter::DoubleColon => line.split("::").map(clean).collect(),
        Delimiter::Byte(byte) => line.split(char::from(byte)).map(clean).collect(),
    }
}

/// Whether a first row holds a rating and not names: its third field is a number.
fn reads_as_rating(fields: &[String]) -> bool {
    fields.len() >= 3 && fields[2].parse::<f64>().is_ok()
}

fn by_position(meanings: &[Option<Meaning>]) -> Fields {
    let place = |wanted| meanings.iter().position(|&meaning| meaning == Some(wanted));
    Fields {
        count: meanings.len(),
        // A column list has each of the three, by its parser.
        user: place(Meaning::User).unwrap_or(0),
        item: place(Meaning::Item).unwrap_or(1),
        rating: place(Meaning::Rating).unwrap_or(2),
        timestamp: place(Meaning::Timestamp),
    }
}

fn by_name(names: &[String], choice: &ColumnChoice, file: &str) -> Result<Fields, DataError> {
    let places = places_by_name(names, choice, file)?;
    Ok(Fields {
        count: names.len(),
        user: places.user,
        item: places.item,
        rating: places.rating,
        timestamp: places.timestamp,
    })
}

/// Where the columns stand among the names of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) user: usize,
    pub(crate) item: usize,
    pub(crate) rating: usize,
    pub(crate) timestamp: Option<usize>,
}

/// Finds the columns of a header, by the names asked for or the usual ones.
pub(crate) fn places_by_name(
    names: &[String],
    choice: &ColumnChoice,
    file: &str,
) -> Result<Places, DataError> {
    let (user, item, rating, timestamp) = match choice {
        ColumnChoice::Named { user, item, rating, timestamp } => (user, item, rating, timestamp),
        ColumnChoice::Positions(meanings) => {
            let Fields { user, item, rating, timestamp, .. } = by_position(meanings);
            return Ok(Places { user, item, rating, timestamp });
        }
    };
    let missing = |expected: String| DataError::NoSuchColumn {
        file: file.to_owned(),
        expected,
        found: names.join(", "),
    };
    let find = |asked: &Option<String>, usual: &[&str]| match asked {
        Some(asked) => {
            names.iter().position(|name| name == asked).ok_or_else(|| missing(format!("{asked:?}")))
        }
        None => names
            .iter()
            .position(|name| usual.contains(&name.to_lowercase().replace(['_', ' '], "").as_str()))
            .ok_or_else(|| missing(format!("called {}", usual.join(", ")))),
    };
    Ok(Places {
        user: find(user, &USER_NAMES)?,
        item: find(item, &ITEM_NAMES)?,
        rating: find(rating, &RATING_NAMES)?,
        timestamp: match timestamp {
            Some(_) => Some(find(timestamp, &TIMESTAMP_NAMES)?),
            None => find(timestamp, &TIMESTAMP_NAMES).ok(),
        },
    })
}
