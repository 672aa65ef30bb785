//! Parquet files.

mod cells;
mod kinds;
mod pages;
mod read;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;
