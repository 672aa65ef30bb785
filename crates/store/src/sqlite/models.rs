//! The rows of models.

use super::Connection;
use crate::count::count;
use crate::error::ModelError;
use crate::fault::{Failure, Fault};
use crate::model::{ModelId, ModelInfo, ModelKind, ModelUpdate, NewModel};
use crate::row_digests::Fields;
use likemind::Side;
use sqlx::FromRow;
use std::fmt;

#[derive(FromRow)]
struct ModelRow {
    id: i64,
    kind: String,
    side: String,
    parameters: String,
    digest: String,
    data_digest: String,
    sequence: i64,
    row_count: i64,
    entries: i64,
    pairs: i64,
    seconds: f64,
    created_at: i64,
    active: bool,
    checksum: Option<i64>,
}

impl ModelRow {
    /// Of all columns but the checksum. The kind counts only where it is not the one that there was
    /// before there were kinds: the checksums of that time hold.
    fn sum(&self) -> i64 {
        let kind = (self.kind != ModelKind::Neighbours.name()).then_some(&self.kind);
        let fields = kind.into_iter().fold(Fields::default(), |fields, kind| fields.text(kind));
        fields
            .number(self.id)
            .text(&self.side)
            .text(&self.parameters)
            .text(&self.digest)
            .text(&self.data_digest)
            .number(self.sequence)
            .number(self.row_count)
            .number(self.entries)
            .number(self.pairs)
            .real(self.seconds)
            .number(self.created_at)
            .number(self.active.into())
            .checksum()
    }

    fn is_sound(&self) -> bool {
        self.checksum.is_none_or(|kept| kept == self.sum())
    }

    fn info(self) -> Result<ModelInfo, Fault> {
        let id = self.id;
        let damaged = |what: &dyn fmt::Display| Fault::Damaged(format!("in model {id}: {what}"));
        if !self.is_sound() {
            return Err(damaged(&"values that do not have their checksum"));
        }
        Ok(ModelInfo {
            id: ModelId(id),
            kind: ModelKind::named(&self.kind).ok_or_else(|| damaged(&"an unknown kind"))?,
            side: self.side.parse().map_err(|error| damaged(&error))?,
            parameters: serde_json::from_str(&self.parameters).map_err(|error| damaged(&error))?,
            digest: self.digest,
            data_digest: self.data_digest,
            sequence: count(self.sequence),
            rows: count(self.row_count),
            entries: count(self.entries),
            pairs: count(self.pairs),
            seconds: self.seconds,
            created_at: self.created_at,
            active: self.active,
        })
    }
}

/// All models, oldest first.
pub(crate) async fn all(connection: &mut Connection) -> Result<Vec<ModelInfo>, Fault> {
    let all = sqlx::query_as("SELECT * FROM models ORDER BY id");
    let rows: Vec<ModelRow> = all.fetch_all(connection).await?;
    rows.into_iter().map(ModelRow::info).collect()
}

/// The model with this number.
pub(crate) async fn of_id(
    connection: &mut Connection,
    id: ModelId,
) -> Result<ModelInfo, Failure<ModelError>> {
    Ok(find(connection, id).await?.ok_or(ModelError::Unknown { id })?)
}

/// The model with this number, if there is one.
pub(crate) async fn find(
    connection: &mut Connection,
    id: ModelId,
) -> Result<Option<ModelInfo>, Fault> {
    row(connection, id).await?.map(ModelRow::info).transpose()
}

/// Whether the model with this number, be it damaged, is in use.
pub(crate) async fn is_active(
    connection: &mut Connection,
    id: ModelId,
) -> Result<bool, Failure<ModelError>> {
    Ok(row(connection, id).await?.ok_or(ModelError::Unknown { id })?.active)
}

/// The model in use of a kind, on a side.
pub(crate) async fn active(
    connection: &mut Connection,
    kind: ModelKind,
    side: Side,
) -> Result<Option<ModelInfo>, Fault> {
    let query = "SELECT * FROM models WHERE active = 1 AND kind = ? AND side = ?";
    let query = sqlx::query_as(query).bind(kind.name()).bind(side.name());
    let row: Option<ModelRow> = query.fetch_optional(connection).await?;
    row.map(ModelRow::info).transpose()
}

async fn row(connection: &mut Connection, id: ModelId) -> Result<Option<ModelRow>, Fault> {
    let query = sqlx::query_as("SELECT * FROM models WHERE id = ?").bind(id.0);
    Ok(query.fetch_optional(connection).await?)
}

/// Whether there is any model.
pub(crate) async fn exist(connection: &mut Connection) -> Result<bool, Fault> {
    let exist = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM models)");
    Ok(exist.fetch_one(connection).await?)
}

/// The numbers of all models, oldest first.
pub(crate) async fn ids(connection: &mut Connection) -> Result<Vec<ModelId>, Fault> {
    let ids = sqlx::query_scalar("SELECT id FROM models ORDER BY id");
    let ids: Vec<i64> = ids.fetch_all(connection).await?;
    Ok(ids.into_iter().map(ModelId).collect())
}

/// Gives a model its checksum, after its values, which were sound, changed.
pub(crate) async fn seal(connection: &mut Connection, id: ModelId) -> Result<(), Fault> {
    let sum = row(connection, id).await?.map(|row| row.sum());
    let seal = sqlx::query("UPDATE models SET checksum = ? WHERE id = ?").bind(sum).bind(id.0);
    seal.execute(connection).await?;
    Ok(())
}

/// Makes a model the active one of its kind and side in place of the one that is.
pub(crate) async fn activate(
    connection: &mut Connection,
    id: ModelId,
    kind: ModelKind,
    side: Side,
) -> Result<(), Fault> {
    let former = "SELECT id FROM models WHERE active = 1 AND kind = ? AND side = ?";
    let former = sqlx::query_scalar(former).bind(kind.name()).bind(side.name());
    let former: Option<i64> = former.fetch_optional(&mut *connection).await?;
    // First: an index holds a kind and side to one active model at any moment.
    if let Some(former) = former {
        set(connection, ModelId(former), Use::Former).await?;
    }
    set(connection, id, Use::Active).await
}

/// Whether a model answers.
#[derive(Clone, Copy, PartialEq)]
enum Use {
    Active,
    Former,
}

async fn set(connection: &mut Connection, id: ModelId, usage: Use) -> Result<(), Fault> {
    let was_sound = row(connection, id).await?.is_some_and(|row| row.is_sound());
    let change = sqlx::query("UPDATE models SET active = ? WHERE id = ?");
    change.bind(usage == Use::Active).bind(id.0).execute(&mut *connection).await?;
    // What is damaged is not to look sound.
    if was_sound { seal(connection, id).await } else { Ok(()) }
}

/// Deletes a model with its lists.
pub(crate) async fn delete(connection: &mut Connection, id: ModelId) -> Result<(), Fault> {
    sqlx::query("DELETE FROM models WHERE id = ?").bind(id.0).execute(connection).await?;
    Ok(())
}

/// Inserts a model of neighbours that is not in use, without its lists.
pub(crate) async fn insert(
    connection: &mut Connection,
    new: &NewModel<'_>,
    parameters: &str,
) -> Result<ModelId, Fault> {
    let id = sqlx::query_scalar(
        "INSERT INTO models (kind, side, parameters, digest, data_digest, sequence, row_count, \
         entries, pairs, seconds, created_at, active) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, unixepoch(), 0) RETURNING id",
    )
    .bind(ModelKind::Neighbours.name())
    .bind(new.index.side().name())
    .bind(parameters)
    .bind(new.digest)
    .bind(new.data_digest)
    .bind(new.sequence as i64)
    .bind(new.index.rows() as i64)
    .bind(new.index.entries() as i64)
    .bind(new.pairs as i64)
    .bind(new.seconds)
    .fetch_one(connection)
    .await?;
    Ok(ModelId(id))
}

/// Writes the values of a later state of a model.
pub(crate) async fn update(
    connection: &mut Connection,
    id: ModelId,
    update: &ModelUpdate<'_>,
    entries: u64,
) -> Result<(), Fault> {
    sqlx::query(
        "UPDATE models SET digest = ?, data_digest = ?, sequence = ?, row_count = ?, entries = ? \
         WHERE id = ?",
    )
    .bind(update.digest)
    .bind(update.data_digest)
    .bind(update.sequence as i64)
    .bind(update.row_count as i64)
    .bind(entries as i64)
    .bind(id.0)
    .execute(&mut *connection)
    .await?;
    seal(connection, id).await
}

/// The models of a kind and side but the active one and the newest, `keep` in all, oldest first.
pub(crate) async fn beyond(
    connection: &mut Connection,
    kind: ModelKind,
    side: Side,
    keep: usize,
) -> Result<Vec<ModelId>, Fault> {
    let old = sqlx::query_scalar(
        "SELECT id FROM models WHERE kind = ?1 AND side = ?2 AND id NOT IN \
         (SELECT id FROM models WHERE kind = ?1 AND side = ?2 \
          ORDER BY active DESC, id DESC LIMIT ?3) ORDER BY id",
    );
    let keep = i64::try_from(keep).unwrap_or(i64::MAX);
    let old = old.bind(kind.name()).bind(side.name()).bind(keep);
    let old: Vec<i64> = old.fetch_all(connection).await?;
    Ok(old.into_iter().map(ModelId).collect())
}
