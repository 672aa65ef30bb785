//! Finished models: which there are, and which are in use.

mod lists;
mod prune;
mod save;
mod write_behind;

#[cfg(fuzzing)]
pub(crate) use lists::PackedList;
pub(crate) use lists::list_of;
pub(crate) use prune::prune;
pub(crate) use save::save_in;
pub use save::{NewModel, SaveProgress};
pub use write_behind::{ModelUpdate, WriteBehind};

use crate::changes;
use crate::error::{Fault, StoreError};
use crate::ids::count;
use crate::open::Store;
use crate::row_digests::Fields;
use likemind::{ModelParameters, Side};
use serde::{Deserialize, Serialize};
use sqlx::{FromRow, SqliteConnection};
use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

/// The number of a stored model, from 1. Never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ModelId(pub i64);

impl fmt::Display for ModelId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl FromStr for ModelId {
    type Err = ParseIntError;
    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self)
    }
}

/// A stored model, without its neighbours.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModelInfo {
    /// Its number.
    pub id: ModelId,
    /// Whose neighbours.
    pub side: Side,
    /// What it was made with.
    pub parameters: ModelParameters,
    /// [`NeighbourIndex::digest`](likemind::NeighbourIndex::digest) of its neighbours.
    pub digest: String,
    /// [`Store::data_digest`] of the data that it was made of.
    pub data_digest: String,
    /// The sequence of that data.
    pub sequence: u64,
    /// How many users, or items, it has a list for.
    pub rows: u64,
    /// How many neighbours all lists hold.
    pub entries: u64,
    /// How many pairs were compared.
    pub pairs: u64,
    /// How long that took.
    pub seconds: f64,
    /// When it was stored, in seconds since 1970.
    pub created_at: i64,
    /// Whether it is the one in use on its side.
    pub active: bool,
}

#[derive(FromRow)]
struct ModelRow {
    id: i64,
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
    /// Of all columns but the checksum.
    fn sum(&self) -> i64 {
        Fields::default()
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

/// The model with this number.
async fn model(connection: &mut SqliteConnection, id: ModelId) -> Result<ModelInfo, Fault> {
    row_of(connection, id).await?.info()
}

/// The model in use on a side.
pub(crate) async fn active(
    connection: &mut SqliteConnection,
    side: Side,
) -> Result<Option<ModelInfo>, Fault> {
    let query = "SELECT * FROM models WHERE active = 1 AND side = ?";
    let query = sqlx::query_as(query).bind(side.name());
    let row: Option<ModelRow> = query.fetch_optional(connection).await?;
    row.map(ModelRow::info).transpose()
}

async fn row_of(connection: &mut SqliteConnection, id: ModelId) -> Result<ModelRow, Fault> {
    let query = sqlx::query_as("SELECT * FROM models WHERE id = ?").bind(id.0);
    let row: Option<ModelRow> = query.fetch_optional(connection).await?;
    Ok(row.ok_or(StoreError::UnknownModel { id })?)
}

/// The numbers of all models, oldest first.
pub(crate) async fn ids(connection: &mut SqliteConnection) -> Result<Vec<ModelId>, Fault> {
    let ids = sqlx::query_scalar("SELECT id FROM models ORDER BY id");
    let ids: Vec<i64> = ids.fetch_all(connection).await?;
    Ok(ids.into_iter().map(ModelId).collect())
}

/// Looks at a model and all its lists, and returns how many there are. `last` is the data set's
/// sequence.
pub(crate) async fn verify(
    connection: &mut SqliteConnection,
    id: ModelId,
    last: i64,
) -> Result<u64, Fault> {
    let info = model(connection, id).await?;
    let index = lists::index_of(connection, &info).await?;
    let stored = sqlx::query_scalar("SELECT count(*) FROM neighbours WHERE model = ?");
    let stored: i64 = stored.bind(id.0).fetch_one(connection).await?;
    let counts = (info.rows, info.entries);
    if counts != (count(stored), index.entries() as u64) || info.sequence > count(last) {
        let found = format!("model {id} with other lists than it says");
        return Err(Fault::Damaged(found));
    }
    Ok(info.rows)
}

/// Gives a model its checksum, after its values, which were sound, changed.
pub(crate) async fn seal(connection: &mut SqliteConnection, id: ModelId) -> Result<(), Fault> {
    let sum = row_of(connection, id).await?.sum();
    let seal = sqlx::query("UPDATE models SET checksum = ? WHERE id = ?").bind(sum).bind(id.0);
    seal.execute(connection).await?;
    Ok(())
}

/// Makes `id` the active model of `side` in place of the one that is.
async fn activate(connection: &mut SqliteConnection, id: ModelId, side: Side) -> Result<(), Fault> {
    let former = sqlx::query_scalar("SELECT id FROM models WHERE active = 1 AND side = ?");
    let former: Option<i64> = former.bind(side.name()).fetch_optional(&mut *connection).await?;
    // First: an index holds a side to one active model at any moment.
    if let Some(former) = former {
        set_active(connection, ModelId(former), false).await?;
    }
    set_active(connection, id, true).await
}

async fn set_active(
    connection: &mut SqliteConnection,
    id: ModelId,
    active: bool,
) -> Result<(), Fault> {
    let was_sound = row_of(connection, id).await?.is_sound();
    let change = sqlx::query("UPDATE models SET active = ? WHERE id = ?").bind(active).bind(id.0);
    change.execute(&mut *connection).await?;
    // What is damaged is not to look sound.
    if was_sound { seal(connection, id).await } else { Ok(()) }
}

impl Store {
    /// The stored models, oldest first; none before the first is saved.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn models(&self) -> Result<Vec<ModelInfo>, StoreError> {
        self.named(async {
            let rows: Vec<ModelRow> =
                sqlx::query_as("SELECT * FROM models ORDER BY id").fetch_all(&self.pool).await?;
            rows.into_iter().map(ModelRow::info).collect()
        })
        .await
    }

    /// The model in use on a side; `None` before the first is saved.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn active_model(&self, side: Side) -> Result<Option<ModelInfo>, StoreError> {
        self.named(async { active(&mut *self.pool.acquire().await?, side).await }).await
    }

    /// Makes a stored model the one in use on its side, in one transaction.
    ///
    /// # Errors
    /// [`StoreError::UnknownModel`] if there is no such model.
    pub async fn activate_model(&self, id: ModelId) -> Result<(), StoreError> {
        self.named(async {
            let mut writing = self.writing().await?;
            let info = model(&mut writing, id).await?;
            activate(&mut writing, id, info.side).await?;
            Ok(writing.commit().await?)
        })
        .await
    }

    /// Deletes a model that is not in use.
    ///
    /// # Errors
    /// [`StoreError::UnknownModel`] if there is no such model, [`StoreError::ActiveModel`] if it is
    /// in use.
    pub async fn delete_model(&self, id: ModelId) -> Result<(), StoreError> {
        self.named(async {
            let mut writing = self.writing().await?;
            // A damaged one can be deleted, too.
            if row_of(&mut writing, id).await?.active {
                let ModelInfo { id, side, .. } = model(&mut writing, id).await?;
                return Err(StoreError::ActiveModel { id, side }.into());
            }
            let delete = sqlx::query("DELETE FROM models WHERE id = ?").bind(id.0);
            delete.execute(&mut *writing).await?;
            changes::trim(&mut writing).await?;
            Ok(writing.commit().await?)
        })
        .await
    }
}
