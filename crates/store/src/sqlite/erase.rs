//! Erasing the traces of forgotten users from the file.
//!
//! The write-ahead log cannot be emptied while a reader still sees an earlier state of the
//! database. The transaction that forgets a user therefore inserts a row into `erasures`. The row
//! is deleted once the log has been emptied: by the same process, by the next one that opens the
//! database, or by a service that holds it open.
//!
//! SQLite also leaves deleted content in freed pages and unused parts of pages. It is erased as
//! follows:
//!
//! - All connections use `secure_delete = FAST`, which overwrites content deleted from a page.
//! - Forgetting uses `secure_delete = ON`, which also overwrites pages that it frees.
//! - Pages freed earlier (by former packed copies, for example) are allocated and freed again.
//! - The table of users is rewritten: when a page is split, rows that move to another page leave
//!   copies in the unused part of the old one, which nothing overwrites.
//! - The write-ahead log is moved into the file and emptied, later if necessary.

use super::Connection;
use crate::fault::Fault;

/// Records, in the transaction that forgets a user, that the log must be emptied.
pub(crate) async fn begin(connection: &mut Connection, sequence: i64) -> Result<(), Fault> {
    let begin = sqlx::query("INSERT OR REPLACE INTO erasures (sequence) VALUES (?)");
    begin.bind(sequence).execute(connection).await?;
    Ok(())
}

/// Whether the log must be emptied.
pub(crate) async fn is_pending(connection: &mut Connection) -> Result<bool, Fault> {
    let pending = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM erasures)");
    Ok(pending.fetch_one(connection).await?)
}

/// Moves the log into the file and empties it; returns `false` if a reader blocks this for longer
/// than the busy timeout of the connection.
pub(crate) async fn finish(connection: &mut Connection) -> Result<bool, Fault> {
    // Users who are forgotten after this point are left to a later call.
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
        // The log is empty; the row is deleted next time.
        Err(fault) if fault.is_busy() => Ok(true),
        done => done.map(|_| true),
    }
}

/// Rewrites the table of users and its index to new pages. The rows are kept in memory meanwhile,
/// since a temporary file could contain traces, too.
pub(crate) async fn rewrite_users(connection: &mut Connection) -> Result<(), Fault> {
    for step in [
        "CREATE TEMPORARY TABLE kept AS SELECT idx, id FROM users",
        "DELETE FROM users",
        "INSERT INTO users (idx, id) SELECT idx, id FROM kept ORDER BY idx",
        "DROP TABLE kept",
    ] {
        sqlx::query(step).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Maximum size of one value in bytes; SQLite allows 10⁹.
pub(crate) const LARGEST_BLOB: i64 = 64 << 20;

/// Overwrites the free pages by filling them with zeros and freeing them again.
pub(crate) async fn wipe_free_pages(connection: &mut Connection) -> Result<(), Fault> {
    let pragma = async |connection: &mut Connection, sql: &'static str| {
        sqlx::query_scalar::<_, i64>(sql).fetch_one(connection).await
    };
    let pages = pragma(connection, "PRAGMA freelist_count").await?;
    let page_size = pragma(connection, "PRAGMA page_size").await?;
    sqlx::query("CREATE TABLE wiped (zeros BLOB)").execute(&mut *connection).await?;
    let mut bytes = pages * page_size;
    while bytes > 0 {
        let fill = sqlx::query("INSERT INTO wiped VALUES (zeroblob(?))");
        fill.bind(bytes.min(LARGEST_BLOB)).execute(&mut *connection).await?;
        bytes -= LARGEST_BLOB;
    }
    sqlx::query("DROP TABLE wiped").execute(connection).await?;
    Ok(())
}
