//! Parquet files.

mod cells;
mod check;
mod deltas;
mod kinds;
mod levels;
mod pages;
mod quiet;
mod read;
mod thrift;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;

/// How many rows are taken at a time.
const ROWS: usize = 8192;
