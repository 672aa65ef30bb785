//! Finds the columns of a table by name, by position, or by their values.

use super::numbers;
use super::text_format::{Fields, Header};
use super::times;
use crate::error::DataError;
use crate::options::{ColumnChoice, ColumnMeaning, ReadOptions};

// The usual names of the columns, in lower case and without word separators, in order of
// precedence.

const USER_NAMES: [&str; 10] = [
    "userid",
    "user",
    "uid",
    "customerid",
    "person",
    "reviewerid",
    "visitorid",
    "customer",
    "reviewer",
    "visitor",
];
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
/// Names that in a table of items may be those of a property: an artist is one of a song.
const ITEM_WORDS: [&str; 5] = ["product", "track", "song", "book", "artist"];
const RATING_NAMES: [&str; 9] =
    ["rating", "score", "stars", "weight", "value", "count", "overall", "bookrating", "plays"];
const TIMESTAMP_NAMES: [&str; 5] = ["timestamp", "time", "ts", "unixreviewtime", "date"];
const TITLE_NAMES: [&str; 10] = [
    "title",
    "name",
    "itemname",
    "movietitle",
    "booktitle",
    "artistname",
    "trackname",
    "productname",
    "producttitle",
    "itemtitle",
];
const YEAR_NAMES: [&str; 4] = ["year", "releaseyear", "yearofpublication", "publicationyear"];
const GENRE_NAMES: [&str; 6] = ["genres", "genre", "categories", "category", "tags", "class"];

/// In a file without a header, only numbers from here on (1973) are taken for times.
const MIN_TIME: i64 = 100_000_000;

/// The indices of the columns of a table of ratings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ColumnIndices {
    pub(crate) user: usize,
    pub(crate) item: usize,
    /// `None` if rows have no rating.
    pub(crate) rating: Option<usize>,
    pub(crate) timestamp: Option<usize>,
}

impl ColumnIndices {
    pub(super) fn into_fields(self, count: usize) -> Fields {
        let Self { user, item, rating, timestamp } = self;
        Fields { count, user, item, rating, timestamp }
    }
}

/// The indices of the columns of a table of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ItemColumns {
    pub(super) item: usize,
    pub(super) title: usize,
    pub(super) year: Option<usize>,
    pub(super) genres: Option<usize>,
}

/// Determines whether the first row is a header, and where the columns are. The second row is used
/// to distinguish a header with unknown names from a row without a rating.
pub(super) fn from_first_rows(
    first: &[String],
    second: Option<&[String]>,
    options: &ReadOptions,
    file: &str,
) -> Result<(Header, Fields), DataError> {
    match &options.columns {
        ColumnChoice::Positions(meanings) => {
            Ok((Header::Absent, by_position(meanings, options)?.into_fields(meanings.len())))
        }
        ColumnChoice::Named { user: None, item: None, rating: None, timestamp }
            if timestamp.as_deref().is_none_or(|name| name == "-") =>
        {
            let fields = match options.implicit {
                None => reads_as_rating(first),
                Some(_) => {
                    reads_as_event(first, second).filter(|_| find_all(first, options).is_err())
                }
            };
            match fields {
                Some(fields) if timestamp.is_some() => {
                    Ok((Header::Absent, Fields { timestamp: None, ..fields }))
                }
                Some(fields) => Ok((Header::Absent, fields)),
                None => Ok((Header::Present, from_header(first, second, options, file)?)),
            }
        }
        ColumnChoice::Named { .. } => {
            Ok((Header::Present, from_header(first, second, options, file)?))
        }
    }
}

/// Finds the columns of a header. A column `date` that was not requested is used only if its first
/// value is a time.
fn from_header(
    names: &[String],
    second: Option<&[String]>,
    options: &ReadOptions,
    file: &str,
) -> Result<Fields, DataError> {
    let columns = by_name(names, options, file)?;
    let is_other_date = |index: &usize| {
        normalised(&names[*index]) == "date"
            && !matches!(&options.columns, ColumnChoice::Named { timestamp: Some(_), .. })
            && second
                .and_then(|row| row.get(*index))
                .is_some_and(|date| times::parse(date).is_none())
    };
    let timestamp = columns.timestamp.filter(|index| !is_other_date(index));
    Ok(ColumnIndices { timestamp, ..columns }.into_fields(names.len()))
}

/// Returns the fields of a first row that is a rating and not a header: it has three or four
/// fields, of which the third is a number and the first two are not empty.
pub(super) fn reads_as_rating(row: &[String]) -> Option<Fields> {
    let is_rating = matches!(row.len(), 3 | 4)
        && !row[0].is_empty()
        && !row[1].is_empty()
        && numbers::parse(&row[2]).is_some();
    let timestamp = (row.len() == 4).then_some(3);
    is_rating.then_some(Fields { count: row.len(), user: 0, item: 1, rating: Some(2), timestamp })
}

/// Returns the fields of a first row that is an event without a rating and not a header: it has two
/// to four fields, of which the first two are not empty and one of the others may be a time.
fn reads_as_event(row: &[String], second: Option<&[String]>) -> Option<Fields> {
    if !matches!(row.len(), 2..=4) || row[0].is_empty() || row[1].is_empty() {
        return None;
    }
    let is_number = |text: &String| text.parse::<f64>().is_ok();
    let names_numbers = |second: &[String]| {
        row.iter().zip(second).any(|(name, value)| !is_number(name) && is_number(value))
    };
    if second.is_some_and(names_numbers) {
        return None;
    }
    let is_time = |text: &str| times::parse(text).is_some_and(|seconds| seconds >= MIN_TIME);
    let timestamp = (2..row.len()).find(|&index| is_time(&row[index]));
    Some(Fields { count: row.len(), user: 0, item: 1, rating: None, timestamp })
}

fn by_position(
    meanings: &[Option<ColumnMeaning>],
    options: &ReadOptions,
) -> Result<ColumnIndices, DataError> {
    let position = |meaning| meanings.iter().position(|&found| found == Some(meaning));
    let required = |meaning, name: &str| {
        position(meaning).ok_or_else(|| DataError::Options {
            expected: format!("{name} among the columns"),
            found: "none".to_owned(),
        })
    };
    Ok(ColumnIndices {
        user: required(ColumnMeaning::User, "user")?,
        item: required(ColumnMeaning::Item, "item")?,
        rating: match options.implicit {
            Some(_) => None,
            None => Some(required(
                ColumnMeaning::Rating,
                "rating (or --implicit, for rows that have none)",
            )?),
        },
        timestamp: position(ColumnMeaning::Timestamp),
    })
}

/// Finds the columns of a header, by the requested names or the usual ones.
pub(crate) fn by_name(
    names: &[String],
    options: &ReadOptions,
    file: &str,
) -> Result<ColumnIndices, DataError> {
    if let ColumnChoice::Positions(meanings) = &options.columns
        && meanings.len() != names.len()
    {
        let expected = format!("for each of the {} positions of --columns", meanings.len());
        return Err(DataError::no_such_column(file, expected, names));
    }
    find_all(names, options).map_err(|expected| DataError::no_such_column(file, expected, names))
}

/// Like [`by_name`], but the error is only a description of the expected column.
pub(super) fn find_all(names: &[String], options: &ReadOptions) -> Result<ColumnIndices, String> {
    let (user, item, rating, timestamp) = match &options.columns {
        ColumnChoice::Named { user, item, rating, timestamp } => (user, item, rating, timestamp),
        ColumnChoice::Positions(meanings) => {
            return by_position(meanings, options).map_err(|error| error.to_string());
        }
    };
    let timestamp = match timestamp.as_deref() {
        Some("-") if !names.iter().any(|name| name == "-") => None,
        Some(_) => Some(find(names, timestamp, &TIMESTAMP_NAMES, "timestamp")?),
        None => find_usual(names, &TIMESTAMP_NAMES),
    };
    Ok(ColumnIndices {
        user: find(names, user, &USER_NAMES, "user")?,
        item: find(names, item, &[&ITEM_NAMES[..], &ITEM_WORDS].concat(), "item")?,
        rating: match options.implicit {
            Some(_) => None,
            None => Some(find(names, rating, &RATING_NAMES, "rating").map_err(|expected| {
                format!("{expected}; --implicit for rows that have no rating")
            })?),
        },
        timestamp,
    })
}

/// Whether a name is usual for a column of user or item ids, or for the corner of a matrix.
pub(super) fn is_id_column(name: &str) -> bool {
    let usual = USER_NAMES.iter().chain(&ITEM_NAMES).chain(&ITEM_WORDS).chain(&["", "id"]);
    usual.into_iter().any(|usual| normalised(name) == *usual)
}

/// Finds the columns of a table of items by their usual names. Without a header they are id, title,
/// year and genres.
pub(super) fn item_columns(
    names: &[String],
    options: &ReadOptions,
) -> Result<(Header, ItemColumns), String> {
    let requested = match &options.columns {
        ColumnChoice::Named { item, .. } => item.clone(),
        ColumnChoice::Positions(_) => None,
    };
    // The table of items may use another name for the ids than the ratings do.
    let requested = requested.filter(|requested| names.contains(requested));
    let title = find_usual(names, &TITLE_NAMES);
    let item = find(names, &requested, &ITEM_NAMES, "item").or_else(|expected| {
        find_usual(names, &["id", "mid"]).or_else(|| find_usual(names, &ITEM_WORDS)).ok_or(expected)
    });
    match (item, title) {
        (Ok(item), Some(title)) => {
            let (year, genres) = (find_usual(names, &YEAR_NAMES), find_usual(names, &GENRE_NAMES));
            Ok((Header::Present, ItemColumns { item, title, year, genres }))
        }
        (Err(_), None) if matches!(names.len(), 2..=4) => {
            let (year, genres) = match names.len() {
                3 if names[2].parse::<i32>().is_err() => (None, Some(2)),
                count => ((count > 2).then_some(2), (count > 3).then_some(3)),
            };
            Ok((Header::Absent, ItemColumns { item: 0, title: 1, year, genres }))
        }
        (Err(expected), _) => Err(expected),
        (_, None) => Err(format!("called {}", TITLE_NAMES.join(", "))),
    }
}

fn find(
    names: &[String],
    requested: &Option<String>,
    usual_names: &[&str],
    flag: &str,
) -> Result<usize, String> {
    match requested {
        Some(requested) => {
            names.iter().position(|name| name == requested).ok_or_else(|| format!("{requested:?}"))
        }
        None => find_usual(names, usual_names).ok_or_else(|| {
            format!("called {} (--{flag}-column takes another name)", usual_names.join(", "))
        }),
    }
}

fn find_usual(names: &[String], usual_names: &[&str]) -> Option<usize> {
    usual_names.iter().find_map(|usual| names.iter().position(|name| normalised(name) == *usual))
}

/// Returns a column name in lower case and without word separators, and also without the type that
/// RecBole appends, as in `user_id:token`.
fn normalised(name: &str) -> String {
    let name = match name.split_once(':') {
        Some((name, "token" | "token_seq" | "float" | "float_seq")) => name,
        _ => name,
    };
    name.to_lowercase().replace(['_', '-', '.', ' '], "")
}
