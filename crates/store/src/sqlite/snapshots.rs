//! The packed ratings, stored in parts, since a value in the database cannot have 2³¹ bytes.

use super::Connection;
use crate::fault::Fault;
use sqlx::Row;

/// Size of a part in bytes.
pub(super) const PART_BYTES: usize = 4 << 20;

/// Reads the bytes of the packed copy of a sequence.
pub(crate) async fn read(connection: &mut Connection, sequence: i64) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    for part in 0_i64.. {
        let row = sqlx::query("SELECT bytes FROM snapshot_parts WHERE sequence = ? AND part = ?")
            .bind(sequence)
            .bind(part)
            .fetch_optional(&mut *connection)
            .await?;
        let Some(row) = row else { break };
        bytes.extend_from_slice(row.try_get(0)?);
    }
    Ok(bytes)
}

/// Returns the sequence of the newest packed copy up to `sequence`.
pub(crate) async fn newest(
    connection: &mut Connection,
    sequence: i64,
) -> Result<Option<i64>, Fault> {
    let newest = "SELECT max(sequence) FROM snapshot_parts WHERE sequence <= ?";
    Ok(sqlx::query_scalar(newest).bind(sequence).fetch_one(connection).await?)
}

/// Returns the sequences of all packed copies.
pub(crate) async fn all(connection: &mut Connection) -> Result<Vec<i64>, Fault> {
    let all = sqlx::query_scalar("SELECT DISTINCT sequence FROM snapshot_parts");
    Ok(all.fetch_all(connection).await?)
}

/// Writes the packed copy of `sequence`. `done` is called with the number of bytes written so far.
pub(crate) async fn write(
    connection: &mut Connection,
    sequence: i64,
    bytes: &[u8],
    done: &mut (dyn FnMut(u64) + Send),
) -> Result<(), Fault> {
    let mut written = 0;
    for (part, chunk) in (0_i64..).zip(bytes.chunks(PART_BYTES)) {
        sqlx::query("INSERT INTO snapshot_parts (sequence, part, bytes) VALUES (?, ?, ?)")
            .bind(sequence)
            .bind(part)
            .bind(chunk.to_vec())
            .execute(&mut *connection)
            .await?;
        written += chunk.len();
        done(written as u64);
    }
    Ok(())
}

/// Deletes the copy of `sequence`, and all others that no unfinished job would resume from.
pub(crate) async fn clear_for(connection: &mut Connection, sequence: i64) -> Result<(), Fault> {
    let others = "DELETE FROM snapshot_parts WHERE sequence = ? OR sequence NOT IN \
         (SELECT coalesce((SELECT max(parts.sequence) FROM snapshot_parts AS parts \
           WHERE parts.sequence <= jobs.sequence), -1) \
          FROM jobs WHERE state IN ('queued', 'running'))";
    sqlx::query(others).bind(sequence).execute(connection).await?;
    Ok(())
}

/// Deletes all packed copies.
pub(crate) async fn clear(connection: &mut Connection) -> Result<(), Fault> {
    sqlx::query("DELETE FROM snapshot_parts").execute(connection).await?;
    Ok(())
}
