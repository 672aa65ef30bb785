//! The neighbours of a model, one row of the database each.

use super::{ModelId, ModelInfo, active, model};
use crate::bulk::fetch_many;
use crate::error::{Fault, StoreError};
use crate::open::Store;
use likemind::{DenseIdx, Neighbour, NeighbourIndex, RowIdx, Side};
use sqlx::{FromRow, SqliteConnection};

/// How many lists are fetched at once.
const PAGE: i64 = 2_000;

/// A list as three packed arrays of the same length.
#[derive(FromRow)]
pub(crate) struct PackedList {
    pub(crate) indices: Vec<u8>,
    pub(crate) overlaps: Vec<u8>,
    pub(crate) similarities: Vec<u8>,
}

/// A row of `neighbours`.
#[derive(FromRow)]
struct StoredList {
    row: i64,
    #[sqlx(flatten)]
    packed: PackedList,
}

impl PackedList {
    pub(crate) fn pack(list: &[Neighbour]) -> Self {
        Self {
            indices: list.iter().flat_map(|n| n.index.get().to_le_bytes()).collect(),
            overlaps: list.iter().flat_map(|n| n.overlap.to_le_bytes()).collect(),
            similarities: list.iter().flat_map(|n| n.similarity.to_le_bytes()).collect(),
        }
    }

    /// The list; `None` if the arrays are not of the same length.
    pub(crate) fn unpack(&self) -> Option<Vec<Neighbour>> {
        let (indices, rest) = self.indices.as_chunks();
        let (overlaps, rest_of_overlaps) = self.overlaps.as_chunks();
        let (similarities, rest_of_similarities) = self.similarities.as_chunks();
        let whole = [rest, rest_of_overlaps, rest_of_similarities].concat().is_empty();
        if !whole || indices.len() != overlaps.len() || indices.len() != similarities.len() {
            return None;
        }
        let arrays = indices.iter().zip(overlaps).zip(similarities);
        let list = arrays.map(|((index, overlap), similarity)| Neighbour {
            index: RowIdx(u32::from_le_bytes(*index)),
            overlap: u32::from_le_bytes(*overlap),
            similarity: f64::from_le_bytes(*similarity),
        });
        Some(list.collect())
    }
}

/// The lists of a model from row `first` on, as many as there are of `rows`.
async fn page(
    connection: &mut SqliteConnection,
    id: ModelId,
    first: i64,
    rows: i64,
) -> Result<Vec<Vec<Neighbour>>, Fault> {
    let query = sqlx::query(
        "SELECT row, indices, overlaps, similarities FROM neighbours \
         WHERE model = ?1 AND row >= ?2 AND row < ?2 + ?3 ORDER BY row",
    )
    .bind(id.0)
    .bind(first)
    .bind(rows);
    let stored: Vec<StoredList> = fetch_many(connection, query).await?;
    let lists = (first..).zip(&stored).map(|(row, stored)| {
        let list = stored.packed.unpack().filter(|_| stored.row == row);
        list.ok_or_else(|| Fault::Damaged(format!("model {id} without a sound list of row {row}")))
    });
    lists.collect()
}

/// The list of one row of a model, if it has one.
pub(crate) async fn list_of(
    connection: &mut SqliteConnection,
    id: ModelId,
    row: RowIdx,
) -> Result<Option<Vec<Neighbour>>, Fault> {
    Ok(page(connection, id, row.get().into(), 1).await?.pop())
}

/// All neighbours of a model, held to its digest.
pub(super) async fn index_of(
    connection: &mut SqliteConnection,
    info: &ModelInfo,
) -> Result<NeighbourIndex, Fault> {
    let mut lists = Vec::new();
    for first in (0..info.rows as i64).step_by(PAGE as usize) {
        lists.extend(page(connection, info.id, first, PAGE).await?);
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

impl Store {
    /// The neighbours of one row (a user's or an item's index) in a model, best first; none past
    /// the last row.
    ///
    /// # Errors
    /// [`StoreError::UnknownModel`] if there is no such model.
    pub async fn neighbours_of(
        &self,
        model: ModelId,
        row: RowIdx,
    ) -> Result<Vec<Neighbour>, StoreError> {
        self.named(async {
            let mut reading = self.reading().await?;
            match list_of(&mut reading, model, row).await? {
                Some(list) => Ok(list),
                None => super::model(&mut reading, model).await.map(|_| Vec::new()),
            }
        })
        .await
    }

    /// All neighbours of a model, held against its digest.
    ///
    /// # Errors
    /// [`StoreError::UnknownModel`] if there is no such model; [`StoreError::Damaged`] if its
    /// neighbours are not those that were saved.
    pub async fn neighbour_index(&self, id: ModelId) -> Result<NeighbourIndex, StoreError> {
        self.named(async {
            let mut reading = self.reading().await?;
            let info = model(&mut reading, id).await?;
            index_of(&mut reading, &info).await
        })
        .await
    }

    /// The model in use on a side with all its neighbours, as both are at one moment; `None` before
    /// the first is saved.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if its neighbours are not those that were saved.
    pub async fn active_index(
        &self,
        side: Side,
    ) -> Result<Option<(ModelInfo, NeighbourIndex)>, StoreError> {
        self.named(async {
            let mut reading = self.reading().await?;
            let Some(info) = active(&mut reading, side).await? else { return Ok(None) };
            let index = index_of(&mut reading, &info).await?;
            Ok(Some((info, index)))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_back_bit_for_bit() {
        let list = [(7, 3, 0.1 + 0.2), (0, u32::MAX, f64::MIN_POSITIVE), (u32::MAX, 1, -1.0)].map(
            |(index, overlap, similarity)| Neighbour { index: RowIdx(index), overlap, similarity },
        );
        assert_eq!(PackedList::pack(&list).unpack().unwrap(), list);
        assert_eq!(PackedList::pack(&[]).unpack().unwrap(), []);
    }

    #[test]
    fn uneven_lists_are_refused() {
        let list = [Neighbour { index: RowIdx(1), overlap: 2, similarity: 0.5 }; 3];
        type Part = fn(&mut PackedList) -> &mut Vec<u8>;
        let parts: [Part; 3] = [|p| &mut p.indices, |p| &mut p.overlaps, |p| &mut p.similarities];
        for part in parts {
            for cut in [1, 4, 8] {
                let mut packed = PackedList::pack(&list);
                let bytes = part(&mut packed);
                bytes.truncate(bytes.len() - cut);
                assert!(packed.unpack().is_none(), "{cut}");
            }
        }
    }
}
