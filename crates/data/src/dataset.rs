//! A data set that was read, and where from.

use crate::error::{BadRow, DataError};
use likemind::{Catalogue, RatingScale, RatingTable};
use std::convert::Infallible;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Ratings with all that came along.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// The layout's or file's name, such as `ml-1m`.
    pub name: String,
    /// How the source was laid out.
    pub layout: Layout,
    /// The ratings, one a user and item. Items without ratings come after the rated ones.
    pub ratings: RatingTable,
    /// Titles, years and genres, where the source has them.
    pub catalogue: Catalogue,
    /// The scale that every rating is on.
    pub scale: RatingScale,
    /// Where the scale comes from.
    pub scale_origin: ScaleOrigin,
    /// How many ratings gave way to a later one of the same user and item.
    pub duplicates: usize,
    /// Ratings that lie far from all others, if a few do and the scale was found from them.
    pub far: Option<FarValues>,
    /// How many rows, or cells of a matrix, said that there is no rating.
    pub without_rating: usize,
    /// The rows that were left out; none unless asked for.
    pub skipped: SkippedRows,
}

/// A few ratings that lie far from all others: often something else in the place of a rating, such as
/// a time.
#[derive(Clone, Debug, PartialEq)]
pub struct FarValues {
    /// How many.
    pub count: usize,
    /// The first of them.
    pub value: f64,
    /// Whose it is.
    pub user: String,
    /// Of which item.
    pub item: String,
    /// The lowest and the highest of the others.
    pub others: (f64, f64),
}

/// Rows that were left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SkippedRows {
    /// How many.
    pub count: usize,
    /// The first few, in reading order.
    pub first: Vec<BadRow>,
}

/// Where a scale comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScaleOrigin {
    /// It was given with the options.
    Given,
    /// The layout's publisher documents it.
    Layout,
    /// It is the smallest usual scale that holds all ratings.
    Found,
}

/// How a data set is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// MovieLens 100K: `u.data`, tab-separated.
    Ml100k,
    /// MovieLens 1M and 10M: `ratings.dat`, with `::` between fields.
    Ml1m,
    /// MovieLens latest, latest-small, 20M, 25M, 32M: `ratings.csv`.
    MlLatest,
    /// HetRec 2011 Last.fm: `user_artists.dat`, listening counts.
    Lastfm2k,
    /// Netflix Prize: `movie:` on a line, then `user,rating,date` a line.
    Netflix,
    /// A text file with a rating a line, or a matrix of them.
    Csv,
    /// A text file with an object in JSON a line.
    JsonLines,
    /// A Parquet file.
    Parquet,
}

const LAYOUTS: [(Layout, &str); 8] = [
    (Layout::Ml100k, "ml-100k"),
    (Layout::Ml1m, "ml-1m"),
    (Layout::MlLatest, "ml-latest"),
    (Layout::Lastfm2k, "lastfm-2k"),
    (Layout::Netflix, "netflix"),
    (Layout::Csv, "csv"),
    (Layout::JsonLines, "jsonl"),
    (Layout::Parquet, "parquet"),
];

impl fmt::Display for Layout {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = LAYOUTS.iter().find(|(layout, _)| layout == self);
        out.write_str(name.map_or("", |&(_, name)| name))
    }
}

impl FromStr for Layout {
    type Err = DataError;
    fn from_str(text: &str) -> Result<Self, DataError> {
        LAYOUTS.iter().find(|&&(_, name)| name == text).map(|&(layout, _)| layout).ok_or_else(
            || DataError::Options {
                expected:
                    "a layout (ml-100k, ml-1m, ml-latest, lastfm-2k, netflix, csv, jsonl, parquet)"
                        .into(),
                found: format!("{text:?}"),
            },
        )
    }
}

/// Where to read from. The text `-` is standard input, any other a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A folder, an archive or a file.
    Path(PathBuf),
    /// Standard input.
    StandardInput,
}

impl FromStr for Source {
    type Err = Infallible;
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(if text == "-" { Self::StandardInput } else { Self::Path(text.into()) })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.display().fmt(out),
            Self::StandardInput => out.write_str("standard input"),
        }
    }
}
