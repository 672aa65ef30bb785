//! SQLite: its statements, and how its files are opened, copied and erased.
//!
//! This folder alone names the driver. What is worked out around the statements is elsewhere: another
//! database would need these files again, and no others.

pub(crate) mod changes;
pub(crate) mod checkpoints;
pub(crate) mod data_set;
pub(crate) mod database;
pub(crate) mod erase;
pub(crate) mod file;
pub(crate) mod ids;
pub(crate) mod import;
pub(crate) mod items;
pub(crate) mod jobs;
pub(crate) mod lease;
pub(crate) mod lists;
pub(crate) mod models;
pub(crate) mod ratings;
pub(crate) mod snapshots;

mod bulk;
mod fault;
mod migrate;
mod turn;

/// A connection, inside a transaction or between them.
pub(crate) type Connection = sqlx::SqliteConnection;

/// A transaction, undone unless it is committed.
pub(crate) type Transaction = sqlx::Transaction<'static, sqlx::Sqlite>;
