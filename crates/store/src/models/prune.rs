//! Making room: of each side only the newest models are kept to go back to.

use super::ModelId;
use crate::changes;
use crate::error::Fault;
use likemind::Side;
use sqlx::SqliteConnection;

/// Deletes the models of `side` but the active one and the newest, `keep` in all, and returns which
/// went, oldest first.
pub(crate) async fn prune(
    connection: &mut SqliteConnection,
    side: Side,
    keep: usize,
) -> Result<Vec<ModelId>, Fault> {
    let old = sqlx::query_scalar(
        "SELECT id FROM models WHERE side = ?1 AND id NOT IN \
         (SELECT id FROM models WHERE side = ?1 ORDER BY active DESC, id DESC LIMIT ?2) ORDER BY id",
    );
    let keep = i64::try_from(keep).unwrap_or(i64::MAX);
    let old: Vec<i64> = old.bind(side.name()).bind(keep).fetch_all(&mut *connection).await?;
    for &id in &old {
        let delete = sqlx::query("DELETE FROM models WHERE id = ?").bind(id);
        delete.execute(&mut *connection).await?;
    }
    if !old.is_empty() {
        changes::trim(connection).await?;
    }
    Ok(old.into_iter().map(ModelId).collect())
}
