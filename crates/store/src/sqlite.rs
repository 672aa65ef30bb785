//! SQLite: statements, and opening, copying and erasing files.
//!
//! Only this module uses the driver. Computations around the statements are elsewhere, so that
//! another database needs only a counterpart of these files.

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
pub(crate) mod model_parts;
pub(crate) mod models;
pub(crate) mod ratings;
pub(crate) mod snapshots;

mod bulk;
mod fault;
mod lock_wait;
mod migrate;

/// A connection, in a transaction or not.
pub(crate) type Connection = sqlx::SqliteConnection;

/// A transaction, rolled back on drop unless committed.
pub(crate) type Transaction = sqlx::Transaction<'static, sqlx::Sqlite>;
