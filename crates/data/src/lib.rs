//! Reads rating data sets for [`likemind`]: every published layout of MovieLens, HetRec Last.fm,
//! the Netflix Prize, and any CSV, TSV, JSON Lines or Parquet file with a user, an item and a
//! rating in each row. Rows without ratings and rating matrices are supported, too.
//!
//! [`read`] reads a folder, a publisher's .zip, a file (plain or .gz) or standard input and returns
//! a [`Dataset`]: ratings without duplicates, a catalogue of the items, and the rating scale. On an
//! error nothing is returned; the error names the file, the line, what was expected and what was
//! found.
//!
//! The crate also contains [`Split`] for cross-validation and other hold-out methods, [`generate`]
//! for synthetic ratings, [`sample`] for a small invented data set, `download` for published data
//! sets, and [`write_table`] for writing results as CSV,
//! JSON Lines or Parquet.
//!
//! # Features
//!
//! - `parquet` (default): reads and writes Parquet files. Without it, they are rejected with an
//!   error that says so.
//! - `download` (default): adds `download`, which needs an HTTP client with TLS.
//! - `polars`: converts ratings from and to data frames.

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

pub use dataset::{Dataset, Layout, Outliers, ScaleOrigin, SkippedRows, Source};
#[cfg(feature = "download")]
pub use download::{Checked, DownloadProgress, Downloaded, KNOWN_DATASETS, download};
pub use error::{BadRow, DataError};
pub use export::{Column, TableFormat, Values, write_batches, write_table};
pub use generate::{GeneratedRating, Shape, generate, write_generated};
pub use options::{
    BadRows, ColumnChoice, ColumnMeaning, Delimiter, Encoding, Implicit, Matrix, ReadOptions,
};
pub use read::{read, read_from};
pub use sample::sample;
pub use splits::{Fold, HeldOutRating, Split};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
