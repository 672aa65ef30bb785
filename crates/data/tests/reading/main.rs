//! Reading files in the wild: what is read, detected and rejected.

mod common;
mod events;
mod files;
mod finding;
mod layouts;
mod lengths;
mod matrices;
mod parquet_types;
#[cfg(unix)]
mod streams;
mod texts;
mod titles;
