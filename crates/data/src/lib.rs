//! Reads rating data sets for [`likemind`]: every published layout of MovieLens, HetRec Last.fm, the
//! Netflix Prize, and any CSV, TSV, JSON Lines or Parquet file with a user, an item and a rating in a
//! row; also rows without ratings, and matrices.
//!
//! [`read`] takes a folder, a publisher's .zip, a file (also .gz) or standard input and returns a
//! [`Dataset`]: ratings without duplicates, what is known of the items, and the rating scale.
//! It reads everything or nothing, and an error names the file, the line, what was expected and
//! what was found.
//!
//! Besides: [`Split`] for cross-validation and other ways to hold ratings out, [`generate`] for synthetic ratings, [`sample`] for a
//! small made-up data set, `download` for data sets from their publishers, and [`write_table`]
//! for results as CSV or Parquet.
//!
//! # Features
//!
//! - `parquet` (default): Parquet files. Without it, one is refused with an error that says so.
//! - `download` (default): `download`, which needs an HTTP client with TLS.
//! - `polars`: ratings from and to data frames.

mod dataset;
#[cfg(feature = "download")]
mod download;
mod error;
mod export;
#[cfg(feature = "polars")]
mod frames;
mod generate;
mod options;
mod out_file;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(not(feature = "parquet"))]
#[path = "without_parquet.rs"]
mod parquet;
mod read;
mod sample;
mod splits;

pub use dataset::{Dataset, FarValues, Layout, ScaleOrigin, SkippedRows, Source};
#[cfg(feature = "download")]
pub use download::{Checked, DownloadProgress, Downloaded, KNOWN_DATASETS, download};
pub use error::{BadRow, DataError};
pub use export::{Column, TableFormat, Values, write_table};
pub use generate::{GeneratedRating, Shape, generate, write_generated};
pub use options::{
    BadRows, ColumnChoice, Delimiter, Encoding, Implicit, Matrix, Meaning, ReadOptions,
};
pub use read::{read, read_from};
pub use sample::sample;
pub use splits::{Choice, Fold, Split};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
