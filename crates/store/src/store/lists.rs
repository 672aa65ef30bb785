//! Reading the neighbours of stored models.

use crate::error::{ModelError, StoreError};
use crate::fault::Fault;
use crate::model::{ModelId, NeighbourModelInfo};
use crate::sqlite::lists::{self, Part};
use crate::sqlite::{Connection, models};
use crate::store::Store;
use likemind::{Neighbour, NeighbourIndex, NeighbourIndexBuilder, RowIdx, Side};

impl Store {
    /// Returns the neighbours of one row (the index of a user or an item) in a model, best first.
    /// Empty if the row lies beyond the last one.
    ///
    /// # Errors
    /// [`ModelError::Unknown`] if there is no such model.
    pub async fn neighbours_of(
        &self,
        model: ModelId,
        row: RowIdx,
    ) -> Result<Vec<Neighbour>, ModelError> {
        self.run_operation(async {
            let mut tx = self.database.begin_read().await?;
            match lists::of_row(&mut tx, model, row).await? {
                Some(list) => Ok(list),
                None => models::get_neighbours(&mut tx, model).await.map(|_| Vec::new()),
            }
        })
        .await
    }

    /// Returns all neighbours of a model, verified against its digest.
    ///
    /// # Errors
    /// [`ModelError::Unknown`] if there is no such model; [`StoreError::Damaged`] if its neighbours
    /// do not match the digest.
    pub async fn neighbour_index(&self, id: ModelId) -> Result<NeighbourIndex, ModelError> {
        self.run_operation(async {
            let mut tx = self.database.begin_read().await?;
            let info = models::get_neighbours(&mut tx, id).await?;
            Ok(read_index(&mut tx, &info, Part::First).await?)
        })
        .await
    }

    /// Returns the active model of `side` with all its neighbours, read in one transaction. `None`
    /// if no model was saved yet.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if its neighbours do not match the digest.
    pub async fn active_index(
        &self,
        side: Side,
    ) -> Result<Option<(NeighbourModelInfo, NeighbourIndex)>, StoreError> {
        self.read_active(side, Part::First).await
    }

    /// Like [`active_index`](Self::active_index), but includes spare neighbours beyond the first k,
    /// for [`Live`](likemind::Live).
    ///
    /// # Errors
    /// Same as [`active_index`](Self::active_index).
    pub async fn active_index_with_spare(
        &self,
        side: Side,
    ) -> Result<Option<(NeighbourModelInfo, NeighbourIndex)>, StoreError> {
        self.read_active(side, Part::All).await
    }

    async fn read_active(
        &self,
        side: Side,
        part: Part,
    ) -> Result<Option<(NeighbourModelInfo, NeighbourIndex)>, StoreError> {
        self.run(async {
            let mut tx = self.database.begin_read().await?;
            let active = models::active_neighbours(&mut tx, side).await?;
            let Some(info) = active else { return Ok(None) };
            let index = read_index(&mut tx, &info, part).await?;
            Ok(Some((info, index)))
        })
        .await
    }
}

/// Reads all neighbours of a model and verifies their digest.
async fn read_index(
    connection: &mut Connection,
    info: &NeighbourModelInfo,
    part: Part,
) -> Result<NeighbourIndex, Fault> {
    let (mut builder, rows) = (NeighbourIndexBuilder::new(info.side), info.rows as i64);
    for first in (0..rows).step_by(lists::PAGE as usize) {
        let page = first..rows.min(first + lists::PAGE);
        let page = lists::page(connection, info.id, page, part).await?;
        page.iter().for_each(|list| builder.push(list));
    }
    let info = info.clone();
    let check = tokio::task::spawn_blocking(move || checked(&info, builder));
    check.await.unwrap_or_else(|error| Err(error.to_string())).map_err(Fault::Damaged)
}

/// Returns the index after verifying its lists and digest.
fn checked(
    info: &NeighbourModelInfo,
    lists: NeighbourIndexBuilder,
) -> Result<NeighbourIndex, String> {
    let index = lists.finish().map_err(|error| error.to_string())?;
    if index.digest_of_first(info.parameters.k()) != info.digest {
        return Err(format!("neighbours of model {} that do not match their digest", info.id));
    }
    Ok(index)
}

/// Verifies all lists of a model, and returns their number. `last` is the current sequence of the data
/// set.
pub(super) async fn verify(
    connection: &mut Connection,
    info: &NeighbourModelInfo,
    last: u64,
) -> Result<u64, Fault> {
    let index = read_index(connection, info, Part::First).await?;
    let stored = lists::count(connection, info.id).await?;
    let counts = (info.rows, info.entries);
    if counts != (stored, index.entries() as u64) || info.sequence > last {
        let found = format!("model {} whose lists do not match its counts", info.id);
        return Err(Fault::Damaged(found));
    }
    Ok(info.rows)
}
