//! Storing a finished model.

use super::lists::PackedList;
use super::{ModelId, activate};
use crate::bulk::BulkInsert;
use crate::changes;
use crate::error::{Fault, StoreError};
use crate::ids::count;
use crate::open::Store;
use likemind::{ModelParameters, NeighbourIndex, Side};
use serde::Serialize;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, SqliteConnection};

/// A model to store.
#[derive(Clone, Copy, Debug)]
pub struct NewModel<'a> {
    /// What it was made with.
    pub parameters: &'a ModelParameters,
    /// The neighbours.
    pub index: &'a NeighbourIndex,
    /// [`NeighbourIndex::digest`] of the neighbours.
    pub digest: &'a str,
    /// [`Store::data_digest`] of the data that it was made of.
    pub data_digest: &'a str,
    /// The sequence of that data.
    pub sequence: u64,
    /// How many pairs were compared.
    pub pairs: u64,
    /// How long that took.
    pub seconds: f64,
}

/// How far the storing of a model is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SaveProgress {
    /// Lists written.
    pub done: u64,
    /// Lists in all.
    pub total: u64,
}

/// Lists a statement: more gain nothing, since the values are large.
const ROWS: usize = 100;

impl Store {
    /// Stores a model in one transaction, makes it the active one of its side, and returns its
    /// number. The former stays, to go back to.
    ///
    /// # Errors
    /// [`StoreError::BadModel`] if parameters, neighbours and digest do not belong together, there are
    /// more lists than users (items), or the sequence is yet to come.
    pub async fn save_model(
        &self,
        new: NewModel<'_>,
        progress: &mut (dyn FnMut(SaveProgress) + Send),
    ) -> Result<ModelId, StoreError> {
        self.named(async {
            if new.index.digest() != new.digest {
                let expected = "with the digest of its neighbours";
                return Err(StoreError::BadModel { expected, found: new.digest.into() }.into());
            }
            let mut writing = self.writing().await?;
            let id = save_in(&mut writing, new, progress).await?;
            writing.commit().await?;
            Ok(id)
        })
        .await
    }
}

/// Stores a model, whose digest the caller answers for, and makes it the active one of its side.
pub(crate) async fn save_in(
    connection: &mut SqliteConnection,
    new: NewModel<'_>,
    progress: &mut (dyn FnMut(SaveProgress) + Send),
) -> Result<ModelId, Fault> {
    let parameters = stored_parameters(&new)?;
    check_rows(connection, new.index.side(), new.index.rows() as u64).await?;
    check_sequence(connection, new.sequence).await?;
    let id = insert_model(connection, &new, &parameters).await?;
    insert_lists(connection, id, new.index, progress).await?;
    activate(connection, id, new.index.side()).await?;
    Ok(id)
}

/// The parameters as text, if the same can be read back.
fn stored_parameters(new: &NewModel<'_>) -> Result<String, StoreError> {
    let (side, found) = (new.parameters.side(), new.index.side());
    if side != found {
        let expected = "with parameters and neighbours of one side";
        return Err(StoreError::BadModel { expected, found: format!("{side} and {found}") });
    }
    let text = serde_json::to_string(new.parameters).unwrap_or_default();
    match serde_json::from_str::<ModelParameters>(&text) {
        Ok(read) if read == *new.parameters => Ok(text),
        _ => {
            let expected = "whose parameters can be stored (finite numbers)";
            Err(StoreError::BadModel { expected, found: format!("{:?}", new.parameters.options()) })
        }
    }
}

/// Refuses more lists than the side has users, or items.
pub(super) async fn check_rows(
    connection: &mut SqliteConnection,
    side: Side,
    rows: u64,
) -> Result<(), Fault> {
    let query = match side {
        Side::Users => "SELECT count(*) FROM users",
        Side::Items => "SELECT count(*) FROM items",
    };
    let most = count(sqlx::query_scalar(query).fetch_one(connection).await?);
    if rows > most {
        let expected = "of the users and items that the database has";
        let found = format!("lists for {rows} {side} where there are {most}");
        return Err(StoreError::BadModel { expected, found }.into());
    }
    Ok(())
}

/// Refuses a model of ratings that are yet to come.
async fn check_sequence(connection: &mut SqliteConnection, found: u64) -> Result<(), Fault> {
    let last = count(changes::current(connection).await?);
    if found > last {
        let expected = "of ratings that the database has";
        let found = format!("sequence {found} where {last} is the last");
        return Err(StoreError::BadModel { expected, found }.into());
    }
    Ok(())
}

async fn insert_model(
    connection: &mut SqliteConnection,
    new: &NewModel<'_>,
    parameters: &str,
) -> Result<ModelId, Fault> {
    let id = sqlx::query_scalar(
        "INSERT INTO models (side, parameters, digest, data_digest, sequence, row_count, entries, \
         pairs, seconds, created_at, active) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, unixepoch(), 0) RETURNING id",
    )
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

async fn insert_lists(
    connection: &mut SqliteConnection,
    id: ModelId,
    index: &NeighbourIndex,
    progress: &mut (dyn FnMut(SaveProgress) + Send),
) -> Result<(), Fault> {
    let insert = BulkInsert {
        head: "INSERT INTO neighbours (model, row, indices, overlaps, similarities) VALUES",
        row: format!("({id}, ?, ?, ?, ?)"),
        tail: "",
        rows: ROWS,
    };
    let lists = (0_i64..).zip(index.lists());
    let bind = |values: &mut SqliteArguments, (row, list): (i64, &[_])| {
        let packed = PackedList::pack(list);
        values.add(row)?;
        values.add(packed.indices)?;
        values.add(packed.overlaps)?;
        values.add(packed.similarities)
    };
    let total = index.rows() as u64;
    let mut report = |done| progress(SaveProgress { done, total });
    insert.run(connection, lists, bind, &mut report).await?;
    Ok(())
}
