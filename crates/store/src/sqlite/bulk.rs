//! Reading and writing many rows.

use super::Connection;
use crate::fault::Fault;
use sqlx::error::BoxDynError;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{AssertSqlSafe, FromRow, Sqlite};
use std::sync::Arc;

/// An INSERT of many rows: inserting several rows per statement is a hundred times as fast as one
/// at a time.
pub(crate) struct BulkInsert {
    /// The start of the statement, up to and including `VALUES`.
    pub(crate) head: &'static str,
    /// The placeholders of one row, such as `(?, ?)`.
    pub(crate) row: String,
    /// The end of the statement: the conflict clause, or nothing.
    pub(crate) tail: &'static str,
    /// Maximum number of rows per statement.
    pub(crate) rows: usize,
}

impl BulkInsert {
    /// Inserts `rows`, converting each to values with `bind`, and returns the number of rows that
    /// changed. `done` is called after every statement with the number of rows sent so far.
    pub(crate) async fn run<T: Send>(
        &self,
        connection: &mut Connection,
        mut rows: impl Iterator<Item = T> + Send,
        mut bind: impl FnMut(&mut SqliteArguments, T) -> Result<(), BoxDynError> + Send,
        done: &mut (dyn FnMut(u64) + Send),
    ) -> Result<u64, Fault> {
        let full = self.statement(self.rows);
        let (mut sent, mut changed) = (0, 0);
        loop {
            let (mut values, mut count) = (SqliteArguments::default(), 0);
            for row in rows.by_ref().take(self.rows) {
                bind(&mut values, row).map_err(sqlx::Error::Encode)?;
                count += 1;
            }
            if count == 0 {
                return Ok(changed);
            }
            let sql = if count == self.rows { Arc::clone(&full) } else { self.statement(count) };
            let query = sqlx::query_with(AssertSqlSafe(sql), values).persistent(count == self.rows);
            changed += query.execute(&mut *connection).await?.rows_affected();
            sent += count as u64;
            done(sent);
        }
    }

    fn statement(&self, rows: usize) -> Arc<str> {
        let values = vec![self.row.as_str(); rows].join(",");
        Arc::from(format!("{} {values} {}", self.head, self.tail))
    }
}

/// Returns all rows of `query`. For many rows this takes a steadier time than `query_as` (a second
/// per million rather than one to six), which frees each row while the thread of the database
/// allocates the next, under one lock.
pub(crate) async fn fetch_many<T: for<'r> FromRow<'r, SqliteRow>>(
    connection: &mut Connection,
    query: Query<'_, Sqlite, SqliteArguments>,
) -> Result<Vec<T>, Fault> {
    let rows = query.fetch_all(connection).await?;
    Ok(rows.iter().map(T::from_row).collect::<Result<_, _>>()?)
}
