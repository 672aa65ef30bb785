//! The bytes of models that are stored as a whole, in parts.

use super::Connection;
use super::snapshots::PART_BYTES;
use crate::count::count;
use crate::fault::Fault;
use crate::model::{ModelId, SaveProgress};
use sqlx::Row;

/// Inserts the bytes of a model.
pub(crate) async fn insert(
    connection: &mut Connection,
    model: ModelId,
    bytes: &[u8],
    progress: &mut (dyn FnMut(SaveProgress) + Send),
) -> Result<(), Fault> {
    let parts = bytes.chunks(PART_BYTES);
    let total = parts.len() as u64;
    for (part, chunk) in (0_i64..).zip(parts) {
        progress(SaveProgress { done: count(part), total });
        sqlx::query("INSERT INTO model_parts (model, part, bytes) VALUES (?, ?, ?)")
            .bind(model.0)
            .bind(part)
            .bind(chunk)
            .execute(&mut *connection)
            .await?;
    }
    progress(SaveProgress { done: total, total });
    Ok(())
}

/// Reads the bytes of a model; empty if it has none.
pub(crate) async fn read(connection: &mut Connection, model: ModelId) -> Result<Vec<u8>, Fault> {
    let parts = sqlx::query("SELECT bytes FROM model_parts WHERE model = ? ORDER BY part");
    let mut bytes = Vec::new();
    for row in parts.bind(model.0).fetch_all(connection).await? {
        bytes.extend_from_slice(row.try_get(0)?);
    }
    Ok(bytes)
}
