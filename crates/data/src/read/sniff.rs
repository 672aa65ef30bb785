//! What a stream holds, from how it begins.

use super::fields::{LONGEST_ROW, RowReader};
use super::rows::{Fields, Header, TextFormat, Times};
use super::unpack::{broken, read_up_to};
use crate::dataset::Layout;
use crate::error::DataError;
use crate::options::{ColumnChoice, Delimiter, Meaning, ReadOptions};
use std::io::{Cursor, Read};

/// How much of a stream is looked at: more than the longest row.
const PEEKED: usize = LONGEST_ROW + 2;

/// The usual names of the columns, in lower case without `_`; the first that a header has counts.
const USER_NAMES: [&str; 5] = ["userid", "user", "uid", "customerid", "person"];
const ITEM_NAMES: [&str; 8] =
    ["itemid", "item", "movieid", "movie", "artistid", "productid", "bookid", "iid"];
const RATING_NAMES: [&str; 6] = ["rating", "score", "stars", "weight", "value", "count"];
const TIMESTAMP_NAMES: [&str; 3] = ["timestamp", "time", "ts"];

/// What may stand between fields, in the order in which it is tried.
const DELIMITERS: [Delimiter; 6] = [
    Delimiter::DoubleColon,
    Delimiter::Byte(b'\t'),
    Delimiter::Byte(b','),
    Delimiter::Byte(b';'),
    Delimiter::Byte(b'|'),
    Delimiter::Byte(b' '),
];

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

/// The format of a stream of this layout; `None` finds the columns too.
pub(super) fn format(
    start: &[u8],
    file: &str,
    layout: Option<Layout>,
    options: &ReadOptions,
) -> Result<Format, DataError> {
    let is_parquet = start.starts_with(b"PAR1");
    match layout {
        Some(Layout::Parquet) if !is_parquet => Err(DataError::Broken {
            file: file.to_owned(),
            reason: "no Parquet file (it does not begin with PAR1)".to_owned(),
        }),
        Some(Layout::Parquet) => Ok(Format::Parquet),
        None if is_parquet => Ok(Format::Parquet),
        Some(Layout::Ml100k) => Ok(Format::Text(TextFormat::ml_100k())),
        Some(Layout::Ml1m) => Ok(Format::Text(TextFormat::ml_1m())),
        _ => text(start, file, layout, options).map(Format::Text),
    }
}

/// The format of text, from its first row.
fn text(
    start: &[u8],
    file: &str,
    layout: Option<Layout>,
    options: &ReadOptions,
) -> Result<TextFormat, DataError> {
    let first_line = start.split(|&byte| byte == b'\n').find(|line| !line.trim_ascii().is_empty());
    if first_line.is_some_and(|line| line.contains(&0)) {
        let reason = "neither text nor Parquet".to_owned();
        return Err(DataError::Broken { file: file.to_owned(), reason });
    }
    let (delimiter, names) = match options.delimiter.or_else(|| delimiter_of(layout)) {
        Some(delimiter) => (delimiter, first_row(start, delimiter, file)?),
        None => find_delimiter(start, file)?,
    };
    let (header, fields) = columns(&names, &options.columns, file)?;
    Ok(TextFormat { delimiter, header, fields, times: Times::AsWritten })
}

fn delimiter_of(layout: Option<Layout>) -> Option<Delimiter> {
    match layout? {
        Layout::MlLatest => Some(Delimiter::Byte(b',')),
        Layout::Lastfm2k => Some(Delimiter::Byte(b'\t')),
        _ => None,
    }
}

/// The fields of the first row that is not blank.
pub(super) fn first_row(
    start: &[u8],
    delimiter: Delimiter,
    file: &str,
) -> Result<Vec<String>, DataError> {
    let mut rows = RowReader::new(start, delimiter);
    if rows.next_row(file)?.is_none() {
        return Err(DataError::Empty { file: file.to_owned() });
    }
    let name = |place| String::from_utf8_lossy(rows.field(place)).trim().to_owned();
    let names: Vec<String> = (0..rows.len()).map(name).collect();
    // Between tabs and the like, quotes are part of a field; around a column's name they are not.
    Ok(names.into_iter().map(|name| name.trim_matches('"').to_owned()).collect())
}

/// The first usual delimiter that makes a first row of three fields or more, and those.
fn find_delimiter(start: &[u8], file: &str) -> Result<(Delimiter, Vec<String>), DataError> {
    for delimiter in DELIMITERS {
        let names = first_row(start, delimiter, file)?;
        if names.len() >= 3 {
            return Ok((delimiter, names));
        }
    }
    let comma = Delimiter::Byte(b',');
    Ok((comma, first_row(start, comma, file)?))
}

/// Whether the first row is a header, and where the columns are.
fn columns(
    first: &[String],
    choice: &ColumnChoice,
    file: &str,
) -> Result<(Header, Fields), DataError> {
    match choice {
        ColumnChoice::Positions(meanings) => Ok((Header::Absent, by_position(meanings))),
        ColumnChoice::Named { user: None, item: None, rating: None, timestamp: None }
            if reads_as_rating(first) =>
        {
            let timestamp = (first.len() == 4).then_some(3);
            let fields = Fields { count: first.len(), user: 0, item: 1, rating: 2, timestamp };
            Ok((Header::Absent, fields))
        }
        named => Ok((Header::Present, by_name(first, named, file)?)),
    }
}

/// Whether a first row holds a rating and not names: its third field of three or four is a number.
fn reads_as_rating(fields: &[String]) -> bool {
    matches!(fields.len(), 3 | 4) && fields[2].parse::<f64>().is_ok()
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
        ColumnChoice::Positions(meanings) if meanings.len() == names.len() => {
            let Fields { user, item, rating, timestamp, .. } = by_position(meanings);
            return Ok(Places { user, item, rating, timestamp });
        }
        ColumnChoice::Positions(meanings) => {
            return Err(DataError::NoSuchColumn {
                file: file.to_owned(),
                expected: format!("for each of the {} positions", meanings.len()),
                found: names.join(", "),
            });
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
        None => usual
            .iter()
            .find_map(|usual| names.iter().position(|name| plain(name) == *usual))
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

/// A column's name in lower case without `_` and spaces.
fn plain(name: &str) -> String {
    name.to_lowercase().replace(['_', ' '], "")
}
