//! Files as people have them: what is read, found out by itself, and refused.

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
