//! The statements of an import.

use super::Connection;
use super::bulk::BulkInsert;
use crate::fault::Fault;
use likemind::{ItemIdx, ItemInfo, UserIdx};
use sqlx::Arguments;
use sqlx::error::BoxDynError;
use sqlx::sqlite::SqliteArguments;

/// Deletes all users, items, ratings and models, and ends all jobs.
pub(crate) async fn clear(connection: &mut Connection) -> Result<(), Fault> {
    for change in [
        // The process that runs a job loses the lease and stops.
        "UPDATE lease SET fence = fence + 1, job = NULL, holder = NULL, since = NULL, \
         heartbeat = NULL",
        "UPDATE jobs SET state = 'failed', error = 'the data set was replaced', \
         ended_at = unixepoch() WHERE state IN ('queued', 'running')",
        "UPDATE jobs SET model = NULL",
        "DELETE FROM checkpoint_parts",
        "DELETE FROM changes",
        "DELETE FROM neighbours",
        "DELETE FROM models",
        "DELETE FROM snapshot_parts",
        "DELETE FROM ratings",
        "DELETE FROM items",
        "DELETE FROM users",
    ] {
        sqlx::query(change).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Number of rows per statement; more would not be faster.
const ROWS: usize = 500;

/// Inserts new users. `done` is called with the number of users inserted so far.
pub(crate) async fn insert_users<'a>(
    connection: &mut Connection,
    users: impl Iterator<Item = (UserIdx, &'a str)> + Send,
    done: &mut (dyn FnMut(u64) + Send),
) -> Result<(), Fault> {
    let insert = BulkInsert {
        head: "INSERT INTO users (idx, id) VALUES",
        row: "(?, ?)".to_owned(),
        tail: "",
        rows: ROWS,
    };
    let bind = |values: &mut SqliteArguments, (user, id): (UserIdx, &str)| {
        values.add(user.0)?;
        values.add(id)
    };
    insert.run(connection, users, bind, done).await?;
    Ok(())
}

/// Inserts or updates items. Fields without a value keep their stored one. `done` is called with
/// the number of items written so far.
pub(crate) async fn put_items<'a>(
    connection: &mut Connection,
    items: impl Iterator<Item = ItemRow<'a>> + Send,
    done: &mut (dyn FnMut(u64) + Send),
) -> Result<(), Fault> {
    let insert = BulkInsert {
        head: "INSERT INTO items \
               (idx, id, title, year, genres, rating_count, rating_sum) VALUES",
        row: "(?, ?, ?, ?, ?, ?, ?)".to_owned(),
        tail: "ON CONFLICT (idx) DO UPDATE SET \
               title = coalesce(excluded.title, title), \
               year = coalesce(excluded.year, year), \
               genres = coalesce(excluded.genres, genres), \
               rating_count = excluded.rating_count, rating_sum = excluded.rating_sum",
        rows: ROWS,
    };
    insert.run(connection, items, ItemRow::bind, done).await?;
    Ok(())
}

/// An item to write.
pub(crate) struct ItemRow<'a> {
    pub(crate) item: ItemIdx,
    pub(crate) id: &'a str,
    pub(crate) info: &'a ItemInfo,
    /// The genres as stored.
    pub(crate) genres: Option<String>,
    /// Number of ratings of the item, and their sum.
    pub(crate) totals: (i64, f64),
}

impl ItemRow<'_> {
    fn bind(values: &mut SqliteArguments, row: Self) -> Result<(), BoxDynError> {
        values.add(row.item.0)?;
        values.add(row.id)?;
        values.add(&row.info.title)?;
        values.add(row.info.year)?;
        values.add(row.genres)?;
        values.add(row.totals.0)?;
        values.add(row.totals.1)
    }
}
