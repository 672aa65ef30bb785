//! Checkpoints of jobs, stored in parts of a few megabytes.

use super::Connection;
use super::snapshots::PART_BYTES;
use crate::fault::Fault;
use crate::job::JobId;
use sqlx::Row;

/// The parts of a checkpoint are numbered from its own number times this constant, which exceeds
/// the number of parts of any checkpoint.
const PARTS: i64 = 1 << 20;

/// Reads the checkpoints of a job, ordered by number.
pub(crate) async fn all(connection: &mut Connection, job: JobId) -> Result<Vec<Vec<u8>>, Fault> {
    let last = sqlx::query_scalar("SELECT max(part) FROM checkpoint_parts WHERE job = ?");
    let last: Option<i64> = last.bind(job.0).fetch_one(&mut *connection).await?;
    let mut checkpoints = Vec::new();
    for first in (0..=last.unwrap_or(-1)).step_by(PARTS as usize) {
        let parts = sqlx::query(
            "SELECT bytes FROM checkpoint_parts \
             WHERE job = ? AND part >= ? AND part < ? ORDER BY part",
        );
        let parts = parts.bind(job.0).bind(first).bind(first + PARTS);
        let mut bytes = Vec::new();
        for row in parts.fetch_all(&mut *connection).await? {
            bytes.extend_from_slice(row.try_get(0)?);
        }
        checkpoints.push(bytes);
    }
    Ok(checkpoints)
}

/// Writes a checkpoint, replacing those with the same or a higher number.
pub(crate) async fn write(
    connection: &mut Connection,
    job: JobId,
    number: u32,
    bytes: &[u8],
) -> Result<(), Fault> {
    let first = i64::from(number) * PARTS;
    sqlx::query("DELETE FROM checkpoint_parts WHERE job = ? AND part >= ?")
        .bind(job.0)
        .bind(first)
        .execute(&mut *connection)
        .await?;
    for (part, chunk) in (first..).zip(bytes.chunks(PART_BYTES)) {
        sqlx::query("INSERT INTO checkpoint_parts (job, part, bytes) VALUES (?, ?, ?)")
            .bind(job.0)
            .bind(part)
            .bind(chunk)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Deletes the checkpoints of a job.
pub(crate) async fn clear(connection: &mut Connection, job: JobId) -> Result<(), Fault> {
    let clear = sqlx::query("DELETE FROM checkpoint_parts WHERE job = ?").bind(job.0);
    clear.execute(connection).await?;
    Ok(())
}
