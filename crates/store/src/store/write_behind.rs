//! Storing lists that were updated in memory.

use super::save::check_rows;
use crate::count::count;
use crate::error::ModelError;
use crate::fault::Failure;
use crate::model::{ModelId, ModelUpdate, NeighbourModelInfo, WriteBehind};
use crate::sqlite::{Connection, changes, lists, models};
use crate::store::Store;
use likemind::{DenseIdx, RowIdx};

impl Store {
    /// Replaces some lists of a stored model in one transaction, provided that the stored model is
    /// still at `expected_sequence`.
    ///
    /// # Errors
    /// [`ModelError::Unknown`] if there is no such model (the data set may have been replaced);
    /// [`ModelError::Inconsistent`] if the rows, their number and the sequence are inconsistent.
    pub async fn write_behind(
        &self,
        id: ModelId,
        update: ModelUpdate<'_>,
    ) -> Result<WriteBehind, ModelError> {
        self.run_operation(async {
            let mut tx = self.database.try_begin_write().await?;
            let info = models::get_neighbours(&mut tx, id).await?;
            if info.sequence != update.expected_sequence {
                return Ok(WriteBehind::Overtaken { found: info.sequence });
            }
            check(&mut tx, &info, &update).await?;
            let rows: Vec<RowIdx> = update.rows.iter().map(|&(row, _)| row).collect();
            let before = lists::entries_of(&mut tx, id, &rows).await?;
            let k = info.parameters.k();
            let now: usize = update.rows.iter().map(|(_, list)| list.len().min(k)).sum();
            let entries = (info.entries + now as u64).saturating_sub(before);
            lists::replace(&mut tx, &info, update.rows).await?;
            models::update(&mut tx, id, &update, entries).await?;
            changes::trim(&mut tx).await?;
            tx.commit().await?;
            Ok(WriteBehind::Written)
        })
        .await
    }
}

/// Checks that the update contains no row twice, all new rows, no more rows than there are users
/// (or items), and a sequence between the stored one and the current one.
async fn check(
    connection: &mut Connection,
    info: &NeighbourModelInfo,
    update: &ModelUpdate<'_>,
) -> Result<(), Failure<ModelError>> {
    let mut rows: Vec<u64> = update.rows.iter().map(|&(row, _)| u64::from(row.get())).collect();
    rows.sort_unstable();
    let new = rows.iter().filter(|&&row| row >= info.rows).count() as u64;
    let once = rows.windows(2).all(|pair| pair[0] < pair[1]);
    let within = rows.last().is_none_or(|&last| last < update.row_count);
    let complete = update.row_count.checked_sub(info.rows) == Some(new);
    if !once || !within || !complete {
        let expected = "that keeps its rows, with each changed list once and all new lists";
        let found = format!(
            "{} lists, of which {new} new, for {} rows after {}",
            rows.len(),
            update.row_count,
            info.rows
        );
        return Err(ModelError::Inconsistent { expected, found }.into());
    }
    let now = count(changes::current_sequence(connection).await?);
    if !(info.sequence..=now).contains(&update.sequence) {
        let expected = "with a sequence from the stored one to the current one";
        let found = format!("{} where these are {} and {now}", update.sequence, info.sequence);
        return Err(ModelError::Inconsistent { expected, found }.into());
    }
    check_rows(connection, info.side, update.row_count).await
}
