//! The data set that was read, its layout, and its source.

use crate::error::{BadRow, DataError};
use likemind::{Catalogue, RatingScale, RatingTable};
use std::convert::Infallible;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// A rating table with everything else that was read with it.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// The name of the layout or file, such as `ml-1m`.
    pub name: String,
    /// The layout of the source.
    pub layout: Layout,
    /// The ratings, at most one per user and item. Items without ratings come after the rated ones.
    pub ratings: RatingTable,
    /// Titles, years and genres, where the source has them.
    pub catalogue: Catalogue,
    /// The rating scale; every rating is on it.
    pub scale: RatingScale,
    /// The origin of the scale.
    pub scale_origin: ScaleOrigin,
    /// Number of ratings that were replaced by a later one of the same user and item.
    pub duplicates: usize,
    /// Outliers, if a few ratings lie far from all others and the scale was detected from the
    /// ratings.
    pub outliers: Option<Outliers>,
    /// Number of rows, or cells of a matrix, that say that there is no rating.
    pub without_rating: usize,
    /// The skipped rows; empty unless the options say to skip bad rows.
    pub skipped: SkippedRows,
}

/// A few ratings that lie far from all others. They are often not ratings at all, but for example
/// timestamps.
#[derive(Clone, Debug, PartialEq)]
pub struct Outliers {
    /// Number of such ratings.
    pub count: usize,
    /// The first such rating.
    pub value: f64,
    /// The id of its user.
    pub user: String,
    /// The id of its item.
    pub item: String,
    /// The lowest and the highest of all other ratings.
    pub others: (f64, f64),
}

/// Rows that were skipped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SkippedRows {
    /// Number of skipped rows.
    pub count: usize,
    /// The first few, in the order read.
    pub first: Vec<BadRow>,
}

/// The origin of a rating scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScaleOrigin {
    /// It was set in the options.
    Given,
    /// It is documented by the publisher of the layout.
    Layout,
    /// It was detected: the smallest common scale that contains all ratings.
    Detected,
}

/// The layout of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// MovieLens 100K: `u.data`, tab-separated.
    Ml100k,
    /// MovieLens 1M and 10M: `ratings.dat`, with `::` between fields.
    Ml1m,
    /// MovieLens latest, latest-small, 20M, 25M and 32M: `ratings.csv`.
    MlLatest,
    /// HetRec 2011 Last.fm: `user_artists.dat`, listening counts.
    Lastfm2k,
    /// Netflix Prize: a line `movie:`, followed by lines `user,rating,date`.
    Netflix,
    /// A text file with one rating per line, or with a rating matrix.
    Csv,
    /// A text file with one JSON object per line.
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

/// A source of ratings. Parsed from text, `-` is standard input and anything else a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The path of a folder, an archive or a file.
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
