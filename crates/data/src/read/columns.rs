//! Which column of a table means what.

use super::numbers;
use super::text_format::{Fields, Header};
use super::times;
use crate::error::DataError;
use crate::options::{ColumnChoice, Meaning, ReadOptions};

/// The usual names of the columns, in lower case without what parts words; the first that a header has
/// counts.
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

/// Without a header, a number from here on is a time, and a smaller one is something else: 1973 on.
const TIMES_FROM: i64 = 100_000_000;

/// Where the columns of ratings stand among the names of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) user: usize,
    pub(crate) item: usize,
    /// `None` for rows that have no rating.
    pub(crate) rating: Option<usize>,
    pub(crate) timestamp: Option<usize>,
}

impl Places {
    pub(super) fn of(self, count: usize) -> Fields {
        let Self { user, item, rating, timestamp } = self;
        Fields { count, user, item, rating, timestamp }
    }
}

/// Where the columns of an items' table stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ItemPlaces {
    pub(super) item: usize,
    pub(super) title: usize,
    pub(super) year: Option<usize>,
    pub(super) genres: Option<usize>,
}

/// Whether the first row is a header, and where the columns are. The second row tells a header of
/// unknown names from a row without a rating.
pub(super) fn of_text(
    first: &[String],
    second: Option<&[String]>,
    options: &ReadOptions,
    file: &str,
) -> Result<(Header, Fields), DataError> {
    match &options.columns {
        ColumnChoice::Positions(meanings) => {
            Ok((Header::Absent, by_position(meanings, options)?.of(meanings.len())))
        }
        ColumnChoice::Named { user: None, item: None, rating: None, timestamp }
            if timestamp.as_deref().is_none_or(|name| name == "-") =>
        {
            let fields = match options.implicit {
                None => reads_as_rating(first),
                Some(_) => reads_as_event(first, second).filter(|_| named(first, options).is_err()),
            };
            match fields {
                Some(fields) if timestamp.is_some() => {
                    Ok((Header::Absent, Fields { timestamp: None, ..fields }))
                }
                Some(fields) => Ok((Header::Absent, fields)),
                None => Ok((Header::Present, headed(first, second, options, file)?)),
            }
        }
        ColumnChoice::Named { .. } => Ok((Header::Present, headed(first, second, options, file)?)),
    }
}

/// The columns of a header. A column `date` that nobody asked for is one of times if its first value is.
fn headed(
    names: &[String],
    second: Option<&[String]>,
    options: &ReadOptions,
    file: &str,
) -> Result<Fields, DataError> {
    let places = by_name(names, options, file)?;
    let is_odd = |place: &usize| {
        plain(&names[*place]) == "date"
            && !matches!(&options.columns, ColumnChoice::Named { timestamp: Some(_), .. })
            && second
                .and_then(|row| row.get(*place))
                .is_some_and(|date| times::parse(date).is_none())
    };
    let timestamp = places.timestamp.filter(|place| !is_odd(place));
    Ok(Places { timestamp, ..places }.of(names.len()))
}

/// The fields of a first row that holds a rating and not names: the third of three or four fields is
/// a number, and none of the first two is empty.
pub(super) fn reads_as_rating(row: &[String]) -> Option<Fields> {
    let is_rating = matches!(row.len(), 3 | 4)
        && !row[0].is_empty()
        && !row[1].is_empty()
        && numbers::parse(&row[2]).is_some();
    let timestamp = (row.len() == 4).then_some(3);
    is_rating.then_some(Fields { count: row.len(), user: 0, item: 1, rating: Some(2), timestamp })
}

/// The same of a row that has no rating: user and item, or these and a time, or what a rating has.
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
    let is_time = |text: &str| times::parse(text).is_some_and(|seconds| seconds >= TIMES_FROM);
    let timestamp = (2..row.len()).find(|&place| is_time(&row[place]));
    Some(Fields { count: row.len(), user: 0, item: 1, rating: None, timestamp })
}

fn by_position(meanings: &[Option<Meaning>], options: &ReadOptions) -> Result<Places, DataError> {
    let place = |wanted| meanings.iter().position(|&meaning| meaning == Some(wanted));
    let needed = |wanted, name: &str| {
        place(wanted).ok_or_else(|| DataError::Options {
            expected: format!("{name} among the columns"),
            found: "none".to_owned(),
        })
    };
    Ok(Places {
        user: needed(Meaning::User, "user")?,
        item: needed(Meaning::Item, "item")?,
        rating: match options.implicit {
            Some(_) => None,
            None => {
                Some(needed(Meaning::Rating, "rating (or --implicit, for rows that have none)")?)
            }
        },
        timestamp: place(Meaning::Timestamp),
    })
}

/// Finds the columns of a header, by the names asked for or the usual ones.
pub(crate) fn by_name(
    names: &[String],
    options: &ReadOptions,
    file: &str,
) -> Result<Places, DataError> {
    if let ColumnChoice::Positions(meanings) = &options.columns
        && meanings.len() != names.len()
    {
        let expected = format!("for each of the {} positions of --columns", meanings.len());
        return Err(DataError::no_such_column(file, expected, names));
    }
    named(names, options).map_err(|expected| DataError::no_such_column(file, expected, names))
}

/// The same, or which column was expected.
pub(super) fn named(names: &[String], options: &ReadOptions) -> Result<Places, String> {
    let (user, item, rating, timestamp) = match &options.columns {
        ColumnChoice::Named { user, item, rating, timestamp } => (user, item, rating, timestamp),
        ColumnChoice::Positions(meanings) => {
            return by_position(meanings, options).map_err(|error| error.to_string());
        }
    };
    let timestamp = match timestamp.as_deref() {
        Some("-") if !names.iter().any(|name| name == "-") => None,
        Some(_) => Some(find(names, timestamp, &TIMESTAMP_NAMES, "timestamp")?),
        None => usual(names, &TIMESTAMP_NAMES),
    };
    Ok(Places {
        user: find(names, user, &USER_NAMES, "user")?,
        item: find(names, item, &ITEM_NAMES, "item")?,
        rating: match options.implicit {
            Some(_) => None,
            None => Some(find(names, rating, &RATING_NAMES, "rating").map_err(|expected| {
                format!("{expected}; --implicit for rows that have no rating")
            })?),
        },
        timestamp,
    })
}

/// Whether a name is usual for a column of users or items, or for the corner of a matrix.
pub(super) fn names_a_column(name: &str) -> bool {
    let usual = USER_NAMES.iter().chain(&ITEM_NAMES).chain(&["", "id"]);
    usual.into_iter().any(|usual| plain(name) == *usual)
}

/// Where the columns of a table of items stand: by the usual names, or, without a header, id, title,
/// year and genres.
pub(super) fn of_items(
    names: &[String],
    options: &ReadOptions,
) -> Result<(Header, ItemPlaces), String> {
    let asked = match &options.columns {
        ColumnChoice::Named { item, .. } => item.clone(),
        ColumnChoice::Positions(_) => None,
    };
    // The items' table of a data set may call their ids otherwise than the ratings do.
    let asked = asked.filter(|asked| names.contains(asked));
    let title = usual(names, &TITLE_NAMES);
    let item = find(names, &asked, &ITEM_NAMES, "item")
        .or_else(|expected| usual(names, &["id", "mid"]).ok_or(expected));
    match (item, title) {
        (Ok(item), Some(title)) => {
            let (year, genres) = (usual(names, &YEAR_NAMES), usual(names, &GENRE_NAMES));
            Ok((Header::Present, ItemPlaces { item, title, year, genres }))
        }
        (Err(_), None) if matches!(names.len(), 2..=4) => {
            let (year, genres) = match names.len() {
                3 if names[2].parse::<i32>().is_err() => (None, Some(2)),
                count => ((count > 2).then_some(2), (count > 3).then_some(3)),
            };
            Ok((Header::Absent, ItemPlaces { item: 0, title: 1, year, genres }))
        }
        (Err(expected), _) => Err(expected),
        (_, None) => Err(format!("called {}", TITLE_NAMES.join(", "))),
    }
}

fn find(
    names: &[String],
    asked: &Option<String>,
    usual_names: &[&str],
    flag: &str,
) -> Result<usize, String> {
    match asked {
        Some(asked) => {
            names.iter().position(|name| name == asked).ok_or_else(|| format!("{asked:?}"))
        }
        None => usual(names, usual_names).ok_or_else(|| {
            format!("called {} (--{flag}-column takes another name)", usual_names.join(", "))
        }),
    }
}

fn usual(names: &[String], usual_names: &[&str]) -> Option<usize> {
    usual_names.iter().find_map(|usual| names.iter().position(|name| plain(name) == *usual))
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
