//! What a stream holds, from how it begins.

use super::fields::{LONGEST_ROW, RowReader};
use super::numbers;
use super::rows::{Fields, Header, TextFormat, Times};
use super::unpack::{broken, read_up_to};
use crate::dataset::Layout;
use crate::error::DataError;
use crate::options::{ColumnChoice, Delimiter, Meaning, ReadOptions};
use std::io::{Cursor, Read};

/// How much of a stream is looked at: more than the longest row.
const PEEKED: usize = LONGEST_ROW + 2;

/// The usual names of the columns, in lower case without `_`; the first that a header has counts.
const USER_NAMES: [&str; 7] =
    ["userid", "user", "uid", "customerid", "person", "reviewerid", "visitorid"];
const ITEM_NAMES: [&str; 13] = [
    "itemid",
    "item",
    "movieid",
    "movie",
    "artistid",
    "productid",
    "bookid",
    "iid",
    "isbn",
    "asin",
    "businessid",
    "trackid",
    "songid",
];
const RATING_NAMES: [&str; 9] =
    ["rating", "score", "stars", "weight", "value", "count", "overall", "bookrating", "plays"];
const TIMESTAMP_NAMES: [&str; 4] = ["timestamp", "time", "ts", "unixreviewtime"];

/// What may stand between fields, in the order in which it is tried.
const DELIMITERS: [Delimiter; 6] = [
    Delimiter::DoubleColon,
    Delimiter::Byte(b'\t'),
    Delimiter::Byte(b','),
    Delimiter::Byte(b';'),
    Delimiter::Byte(b'|'),
    Delimiter::Blanks,
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
        None => find_delimiter(start, &options.columns, file)?,
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
    Ok((0..rows.len()).map(name).collect())
}

/// The first usual delimiter that makes a first row of a rating or of the columns' names, and its
/// fields; else the first that makes three fields or more.
fn find_delimiter(
    start: &[u8],
    choice: &ColumnChoice,
    file: &str,
) -> Result<(Delimiter, Vec<String>), DataError> {
    let mut wide_enough = None;
    for delimiter in DELIMITERS {
        let names = first_row(start, delimiter, file)?;
        if names.len() < 3 {
            continue;
        }
        if columns(&names, choice, file).is_ok() {
            return Ok((delimiter, names));
        }
        wide_enough.get_or_insert((delimiter, names));
    }
    match wide_enough {
        Some(found) => Ok(found),
        None => {
            let comma = Delimiter::Byte(b',');
            Ok((comma, first_row(start, comma, file)?))
        }
    }
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

/// Whether a first row holds a rating and not names: the third of three or four fields is a number, and
/// none of the first two is empty.
fn reads_as_rating(fields: &[String]) -> bool {
    matches!(fields.len(), 3 | 4)
        && !fields[0].is_empty()
        && !fields[1].is_empty()
        && numbers::parse(&fields[2]).is_some()
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

/// A column's name in lower case without what parts its words, and without the type that RecBole's
/// files have in it, as in `user_id:token`.
fn plain(name: &str) -> String {
    let name = match name.split_once(':') {
        Some((name, "token" | "token_seq" | "float" | "float_seq")) => name,
        _ => name,
    };
    name.to_lowercase().replace(['_', '-', '.', ' '], "")
}
