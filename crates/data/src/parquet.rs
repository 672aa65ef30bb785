//! Reads and writes Parquet files.

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

/// Number of rows read at a time.
const BATCH_ROWS: usize = 8192;
