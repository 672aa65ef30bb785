//! The neighbours of stored models.

use crate::count::count;
use crate::error::{ModelError, StoreError};
use crate::fault::Fault;
use crate::model::{ModelId, ModelInfo, ModelKind};
use crate::sqlite::{Connection, lists, models};
use crate::store::Store;
use likemind::{Neighbour, NeighbourIndex, RowIdx, Side};

impl Store {
    /// The neighbours of one row (a user's or an item's index) in a model, best first; none past
    /// the last row.
    ///
    /// # Errors
    /// [`ModelError::Unknown`] if there is no such model.
    pub async fn neighbours_of(
        &self,
        model: ModelId,
        row: RowIdx,
    ) -> Result<Vec<Neighbour>, ModelError> {
        self.answered(async {
            let mut reading = self.database.reading().await?;
            match lists::of_row(&mut reading, model, row).await? {
                Some(list) => Ok(list),
                None => models::of_id(&mut reading, model).await.map(|_| Vec::new()),
            }
        })
        .await
    }

    /// All neighbours of a model, held against its digest.
    ///
    /// # Errors
    /// [`ModelError::Unknown`] if there is no such model; [`StoreError::Damaged`] if its
    /// neighbours are not those that were saved.
    pub async fn neighbour_index(&self, id: ModelId) -> Result<NeighbourIndex, ModelError> {
        self.answered(async {
            let mut reading = self.database.reading().await?;
            let info = models::of_id(&mut reading, id).await?;
            Ok(index_of(&mut reading, &info).await?)
        })
        .await
    }

    /// The model of neighbours in use on a side with all its neighbours, as both are at one moment; `None` before
    /// the first is saved.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if its neighbours are not those that were saved.
    pub async fn active_index(
        &self,
        side: Side,
    ) -> Result<Option<(ModelInfo, NeighbourIndex)>, StoreError> {
        self.named(async {
            let mut reading = self.database.reading().await?;
            let active = models::active(&mut reading, ModelKind::Neighbours, side).await?;
            let Some(info) = active else { return Ok(None) };
            let index = index_of(&mut reading, &info).await?;
            Ok(Some((info, index)))
        })
        .await
    }
}

/// All neighbours of a model, held to its digest.
async fn index_of(connection: &mut Connection, info: &ModelInfo) -> Result<NeighbourIndex, Fault> {
    let mut lists = Vec::new();
    for first in (0..info.rows as i64).step_by(lists::PAGE as usize) {
        lists.extend(lists::page(connection, info.id, first, lists::PAGE).await?);
    }
    let info = info.clone();
    let check = tokio::task::spawn_blocking(move || checked(&info, lists));
    check.await.unwrap_or_else(|error| Err(error.to_string())).map_err(Fault::Damaged)
}

/// The index, if it is the one that was saved.
fn checked(info: &ModelInfo, lists: Vec<Vec<Neighbour>>) -> Result<NeighbourIndex, String> {
    let index = NeighbourIndex::from_lists(info.side, lists).map_err(|error| error.to_string())?;
    if index.digest() != info.digest {
        return Err(format!("neighbours of model {} that do not have their digest", info.id));
    }
    Ok(index)
}

/// Looks at a model and all its lists, and returns how many there are. `last` is the data set's
/// sequence.
pub(super) async fn verify(
    connection: &mut Connection,
    id: ModelId,
    last: i64,
) -> Result<u64, Fault> {
    let Some(info) = models::find(connection, id).await? else {
        return Err(Fault::Damaged(format!("no model {id}")));
    };
    let index = index_of(connection, &info).await?;
    let stored = lists::count(connection, id).await?;
    let counts = (info.rows, info.entries);
    if counts != (stored, index.entries() as u64) || info.sequence > count(last) {
        return Err(Fault::Damaged(format!("model {id} with other lists than it says")));
    }
    Ok(info.rows)
}
