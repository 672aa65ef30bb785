//! The table of models.

use super::Connection;
use crate::count::count;
use crate::error::ModelError;
use crate::fault::{Failure, Fault};
use crate::model::{ModelId, ModelInfo, ModelUpdate, NeighbourModelInfo};
use crate::row_digests::Fields;
use crate::spec::{ModelKind, ModelSpec};
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
    /// Computes the checksum of all other columns. The kind is omitted if it is
    /// [`ModelKind::Neighbours`], so that checksums from before there were kinds remain valid.
    fn computed_checksum(&self) -> i64 {
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
        self.checksum.is_none_or(|stored| stored == self.computed_checksum())
    }

    fn info(self) -> Result<ModelInfo, Fault> {
        let id = self.id;
        let damaged = |what: &dyn fmt::Display| Fault::Damaged(format!("in model {id}: {what}"));
        if !self.is_sound() {
            return Err(damaged(&"values that do not match their checksum"));
        }
        let kind = ModelKind::from_name(&self.kind).ok_or_else(|| damaged(&"an unknown kind"))?;
        let parameters = ModelSpec::from_json(kind, &self.parameters);
        Ok(ModelInfo {
            id: ModelId(id),
            kind,
            side: self.side.parse().map_err(|error| damaged(&error))?,
            parameters: parameters.map_err(|error| damaged(&error))?,
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

/// Reads all models, oldest first.
pub(crate) async fn all(connection: &mut Connection) -> Result<Vec<ModelInfo>, Fault> {
    let all = sqlx::query_as("SELECT * FROM models ORDER BY id");
    let rows: Vec<ModelRow> = all.fetch_all(connection).await?;
    rows.into_iter().map(ModelRow::info).collect()
}

/// Reads the model with this number.
pub(crate) async fn get(
    connection: &mut Connection,
    id: ModelId,
) -> Result<ModelInfo, Failure<ModelError>> {
    Ok(find(connection, id).await?.ok_or(ModelError::Unknown { id })?)
}

/// Reads the model of neighbours with this number.
pub(crate) async fn get_neighbours(
    connection: &mut Connection,
    id: ModelId,
) -> Result<NeighbourModelInfo, Failure<ModelError>> {
    let info = get(connection, id).await?;
    let (expected, found) = ("of neighbours", format!("{id}, which is of kind {}", info.kind));
    Ok(info.neighbours().ok_or(ModelError::Inconsistent { expected, found })?)
}

/// Reads the model with this number; `None` if there is none.
pub(crate) async fn find(
    connection: &mut Connection,
    id: ModelId,
) -> Result<Option<ModelInfo>, Fault> {
    row(connection, id).await?.map(ModelRow::info).transpose()
}

/// Whether the model with this number is active. Also works for a damaged model.
pub(crate) async fn is_active(
    connection: &mut Connection,
    id: ModelId,
) -> Result<bool, Failure<ModelError>> {
    Ok(row(connection, id).await?.ok_or(ModelError::Unknown { id })?.active)
}

/// Reads the active model of a kind and side.
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

/// Reads the active model of the neighbours of a side.
pub(crate) async fn active_neighbours(
    connection: &mut Connection,
    side: Side,
) -> Result<Option<NeighbourModelInfo>, Fault> {
    let active = active(connection, ModelKind::Neighbours, side).await?;
    Ok(active.and_then(ModelInfo::neighbours))
}

async fn row(connection: &mut Connection, id: ModelId) -> Result<Option<ModelRow>, Fault> {
    let query = sqlx::query_as("SELECT * FROM models WHERE id = ?").bind(id.0);
    Ok(query.fetch_optional(connection).await?)
}

/// Whether there are any models.
pub(crate) async fn any(connection: &mut Connection) -> Result<bool, Fault> {
    let any = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM models)");
    Ok(any.fetch_one(connection).await?)
}

/// Returns the numbers of all models, oldest first.
pub(crate) async fn ids(connection: &mut Connection) -> Result<Vec<ModelId>, Fault> {
    let ids = sqlx::query_scalar("SELECT id FROM models ORDER BY id");
    let ids: Vec<i64> = ids.fetch_all(connection).await?;
    Ok(ids.into_iter().map(ModelId).collect())
}

/// Updates the checksum of a model after its values, which must have been valid, changed.
pub(crate) async fn write_checksum(connection: &mut Connection, id: ModelId) -> Result<(), Fault> {
    let sum = row(connection, id).await?.map(|row| row.computed_checksum());
    let update = sqlx::query("UPDATE models SET checksum = ? WHERE id = ?").bind(sum).bind(id.0);
    update.execute(connection).await?;
    Ok(())
}

/// Makes a model the active one of its kind and side, replacing the current one.
pub(crate) async fn activate(
    connection: &mut Connection,
    id: ModelId,
    kind: ModelKind,
    side: Side,
) -> Result<(), Fault> {
    let former = "SELECT id FROM models WHERE active = 1 AND kind = ? AND side = ?";
    let former = sqlx::query_scalar(former).bind(kind.name()).bind(side.name());
    let former: Option<i64> = former.fetch_optional(&mut *connection).await?;
    // Deactivate the former model first: a unique index allows only one active model of each kind
    // and side at any moment.
    if let Some(former) = former {
        set_usage(connection, ModelId(former), Usage::Inactive).await?;
    }
    set_usage(connection, id, Usage::Active).await
}

/// Whether a model is in use.
#[derive(Clone, Copy, PartialEq)]
enum Usage {
    Active,
    Inactive,
}

async fn set_usage(connection: &mut Connection, id: ModelId, usage: Usage) -> Result<(), Fault> {
    let was_sound = row(connection, id).await?.is_some_and(|row| row.is_sound());
    let change = sqlx::query("UPDATE models SET active = ? WHERE id = ?");
    change.bind(usage == Usage::Active).bind(id.0).execute(&mut *connection).await?;
    // A damaged model must not get a valid checksum.
    if was_sound { write_checksum(connection, id).await } else { Ok(()) }
}

/// Deletes a model with its contents.
pub(crate) async fn delete(connection: &mut Connection, id: ModelId) -> Result<(), Fault> {
    sqlx::query("DELETE FROM models WHERE id = ?").bind(id.0).execute(connection).await?;
    Ok(())
}

/// The columns of a new model.
pub(crate) struct NewRow<'a> {
    pub(crate) kind: ModelKind,
    pub(crate) side: Side,
    /// As JSON.
    pub(crate) parameters: &'a str,
    pub(crate) digest: &'a str,
    pub(crate) data_digest: &'a str,
    pub(crate) sequence: u64,
    pub(crate) rows: u64,
    pub(crate) entries: u64,
    pub(crate) pairs: u64,
    pub(crate) seconds: f64,
}

/// Inserts an inactive model, without its contents.
pub(crate) async fn insert(connection: &mut Connection, new: NewRow<'_>) -> Result<ModelId, Fault> {
    let id = sqlx::query_scalar(
        "INSERT INTO models (kind, side, parameters, digest, data_digest, sequence, row_count, \
         entries, pairs, seconds, created_at, active) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, unixepoch(), 0) RETURNING id",
    )
    .bind(new.kind.name())
    .bind(new.side.name())
    .bind(new.parameters)
    .bind(new.digest)
    .bind(new.data_digest)
    .bind(new.sequence as i64)
    .bind(new.rows as i64)
    .bind(new.entries as i64)
    .bind(new.pairs as i64)
    .bind(new.seconds)
    .fetch_one(connection)
    .await?;
    Ok(ModelId(id))
}

/// Stores the new values of an updated model.
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
    write_checksum(connection, id).await
}

/// Returns the models of a kind and side except the `keep` to keep (the active one and the newest
/// others), oldest first.
pub(crate) async fn prunable(
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
