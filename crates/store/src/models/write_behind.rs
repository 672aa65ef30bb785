//! Bringing the stored lists of a model to where they are in memory.

use super::lists::PackedList;
use super::save::check_rows;
use super::{ModelId, ModelInfo, model, seal};
use crate::bulk::BulkInsert;
use crate::changes;
use crate::error::{Fault, StoreError};
use crate::ids::count;
use crate::open::Store;
use likemind::{DenseIdx, Neighbour, RowIdx};
use sqlx::{Arguments, SqliteConnection};

/// A later state of a stored model.
#[derive(Clone, Copy, Debug)]
pub struct ModelUpdate<'a> {
    /// The sequence that the stored lists are expected at.
    pub expected_sequence: u64,
    /// The lists that changed since then, each once, and all that are new.
    pub rows: &'a [(RowIdx, &'a [Neighbour])],
    /// How many lists the model has now.
    pub row_count: u64,
    /// [`NeighbourIndex::digest`](likemind::NeighbourIndex::digest) of all lists now.
    pub digest: &'a str,
    /// The sequence of the ratings that they are exact for.
    pub sequence: u64,
    /// [`Store::data_state`] had this digest with that sequence.
    pub data_digest: &'a str,
}

/// What became of a [`ModelUpdate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum WriteBehind {
    /// The stored model is at the new sequence.
    Written,
    /// Another process has written the model meanwhile; nothing was written.
    Overtaken {
        /// The sequence that the stored lists are at.
        found: u64,
    },
}

/// Lists a statement.
const ROWS: usize = 100;

impl Store {
    /// Replaces some lists of a stored model, in one transaction, if it is at the sequence that
    /// they were brought up to date from.
    ///
    /// # Errors
    /// [`StoreError::UnknownModel`] if there is no such model, as when the data set was replaced;
    /// [`StoreError::BadModel`] if the rows and their number do not go together.
    pub async fn write_behind(
        &self,
        id: ModelId,
        update: ModelUpdate<'_>,
    ) -> Result<WriteBehind, StoreError> {
        self.named(async {
            let mut writing = self.writing_soon().await?;
            let info = model(&mut writing, id).await?;
            if info.sequence != update.expected_sequence {
                return Ok(WriteBehind::Overtaken { found: info.sequence });
            }
            check(&mut writing, &info, &update).await?;
            let entries = entries_after(&mut writing, &info, &update).await?;
            replace_lists(&mut writing, id, update.rows).await?;
            update_model(&mut writing, id, &update, entries).await?;
            changes::trim(&mut writing).await?;
            writing.commit().await?;
            Ok(WriteBehind::Written)
        })
        .await
    }
}

/// Refuses an update unless there are lists for all rows, each once, a user or an item for each, and
/// a sequence that there was.
async fn check(
    connection: &mut SqliteConnection,
    info: &ModelInfo,
    update: &ModelUpdate<'_>,
) -> Result<(), Fault> {
    let mut rows: Vec<u64> = update.rows.iter().map(|&(row, _)| u64::from(row.get())).collect();
    rows.sort_unstable();
    let new = rows.iter().filter(|&&row| row >= info.rows).count() as u64;
    let once = rows.windows(2).all(|pair| pair[0] < pair[1]);
    let within = rows.last().is_none_or(|&last| last < update.row_count);
    let complete = update.row_count.checked_sub(info.rows) == Some(new);
    if !once || !within || !complete {
        let expected = "that keeps its rows, with each changed list once and all that are new";
        let found = format!(
            "{} lists, of which {new} new, for {} rows after {}",
            rows.len(),
            update.row_count,
            info.rows
        );
        return Err(StoreError::BadModel { expected, found }.into());
    }
    let now = count(changes::current(connection).await?);
    if !(info.sequence..=now).contains(&update.sequence) {
        let expected = "of a sequence from the stored one's to the data set's";
        let found = format!("{} where these are {} and {now}", update.sequence, info.sequence);
        return Err(StoreError::BadModel { expected, found }.into());
    }
    check_rows(connection, info.side, update.row_count).await
}

/// How many neighbours all lists have together, once the new ones are there.
async fn entries_after(
    connection: &mut SqliteConnection,
    info: &ModelInfo,
    update: &ModelUpdate<'_>,
) -> Result<u64, Fault> {
    let rows: Vec<u32> = update.rows.iter().map(|&(row, _)| row.get()).collect();
    let former = "SELECT coalesce(sum(length(indices) / 4), 0) FROM neighbours \
                  WHERE model = ? AND row IN (SELECT value FROM json_each(?))";
    let rows = serde_json::Value::from(rows).to_string();
    let former: i64 =
        sqlx::query_scalar(former).bind(info.id.0).bind(rows).fetch_one(connection).await?;
    let now: usize = update.rows.iter().map(|(_, list)| list.len()).sum();
    Ok((info.entries + now as u64).saturating_sub(count(former)))
}

async fn replace_lists(
    connection: &mut SqliteConnection,
    id: ModelId,
    rows: &[(RowIdx, &[Neighbour])],
) -> Result<(), Fault> {
    let insert = BulkInsert {
        head: "INSERT INTO neighbours (model, row, indices, overlaps, similarities) VALUES",
        row: format!("({id}, ?, ?, ?, ?)"),
        tail: "ON CONFLICT (model, row) DO UPDATE SET indices = excluded.indices, \
               overlaps = excluded.overlaps, similarities = excluded.similarities",
        rows: ROWS,
    };
    insert
        .run(
            connection,
            rows.iter(),
            |values, &(row, list)| {
                let packed = PackedList::pack(list);
                values.add(row.get())?;
                values.add(packed.indices)?;
                values.add(packed.overlaps)?;
                values.add(packed.similarities)
            },
            &mut |_| (),
        )
        .await?;
    Ok(())
}

async fn update_model(
    connection: &mut SqliteConnection,
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
