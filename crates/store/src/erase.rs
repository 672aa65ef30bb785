//! The end of a forgetting: what the write-ahead log holds of a person goes.
//!
//! The log cannot be emptied while a reader still sees the database as it was. So that it is emptied
//! later, whoever forgets leaves a row in `erasures`, in the same transaction. It goes when the log was
//! emptied: by the same process, by the next that opens the database, or by a service that has it open.

use crate::error::{Fault, StoreError};
use crate::open::Store;
use sqlx::SqliteConnection;

impl Store {
    /// Overwrites what is left of people who were forgotten while a reader was in the way, unless one
    /// still is, and returns whether nothing is left. Waits for nobody. Opening a database does this;
    /// made for calling every few seconds where it stays open for long.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read or written.
    pub async fn finish_erasing(&self) -> Result<bool, StoreError> {
        self.named(async {
            if !is_left(&mut *self.pool.acquire().await?).await? {
                return Ok(true);
            }
            let writer = self.hasty();
            let finished = finish(&mut *writer.connection().await?).await;
            writer.close().await;
            finished
        })
        .await
    }
}

/// Notes, in the transaction that forgets somebody, that the log is to be emptied.
pub(crate) async fn begin(connection: &mut SqliteConnection, sequence: i64) -> Result<(), Fault> {
    let begin = sqlx::query("INSERT OR REPLACE INTO erasures (sequence) VALUES (?)");
    begin.bind(sequence).execute(connection).await?;
    Ok(())
}

/// Whether the log is to be emptied.
pub(crate) async fn is_left(connection: &mut SqliteConnection) -> Result<bool, Fault> {
    let left = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM erasures)");
    Ok(left.fetch_one(connection).await?)
}

/// Moves the log into the file and empties it; `false` if a reader is in the way for longer than the
/// connection waits.
pub(crate) async fn finish(connection: &mut SqliteConnection) -> Result<bool, Fault> {
    // A person forgotten after this is another's to finish.
    let last = sqlx::query_scalar("SELECT max(sequence) FROM erasures");
    let last: Option<i64> = last.fetch_one(&mut *connection).await?;
    let Some(last) = last else { return Ok(true) };
    let empty = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)");
    let (busy, _, _): (i64, i64, i64) = empty.fetch_one(&mut *connection).await?;
    if busy != 0 {
        return Ok(false);
    }
    let done = sqlx::query("DELETE FROM erasures WHERE sequence <= ?").bind(last);
    match done.execute(connection).await.map_err(Fault::from) {
        // Nothing is left; the row goes the next time.
        Err(fault) if fault.is_busy() => Ok(true),
        done => done.map(|_| true),
    }
}
