//! The end of a forgetting: what the write-ahead log holds of a person goes.
//!
//! The log cannot be emptied while a reader still sees the database as it was. So that it is emptied
//! later, whoever forgets leaves a row in `erasures`, in the same transaction. It goes when the log was
//! emptied: by the same process, by the next that opens the database, or by a service that has it open.
//!
//! SQLite leaves deleted content in the pages that it frees, too. Here is what becomes of it:
//!
//! - All connections write with `secure_delete = FAST`: what goes from a page is overwritten.
//! - Forgetting deletes with `secure_delete = ON`: pages that it frees are overwritten.
//! - Pages that others freed (of former packed copies, say) are taken up and freed once more.
//! - The users are written anew: where a page was split, what moved elsewhere stays behind, out of
//!   use, and nothing overwrites it.
//! - The write-ahead log is moved into the file and emptied, if need be later.

use super::Connection;
use crate::fault::Fault;

/// Notes, in the transaction that forgets somebody, that the log is to be emptied.
pub(crate) async fn begin(connection: &mut Connection, sequence: i64) -> Result<(), Fault> {
    let begin = sqlx::query("INSERT OR REPLACE INTO erasures (sequence) VALUES (?)");
    begin.bind(sequence).execute(connection).await?;
    Ok(())
}

/// Whether the log is to be emptied.
pub(crate) async fn is_left(connection: &mut Connection) -> Result<bool, Fault> {
    let left = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM erasures)");
    Ok(left.fetch_one(connection).await?)
}

/// Moves the log into the file and empties it; `false` if a reader is in the way for longer than the
/// connection waits.
pub(crate) async fn finish(connection: &mut Connection) -> Result<bool, Fault> {
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

/// Writes the table of users and its index to fresh pages. Kept in memory meanwhile: a temporary
/// file would be another place to look for traces in.
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

/// How many bytes one value takes at most: SQLite allows 10⁹.
pub(crate) const LARGEST_BLOB: i64 = 64 << 20;

/// Overwrites the free pages: fills them with zeros and frees them once more.
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
