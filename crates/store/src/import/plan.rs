//! What an import will write, worked out and checked before anything is written.

use super::ImportBatch;
use super::incoming::Incoming;
use super::merge::{Merged, merge};
use super::scale::Chosen;
use super::times::staying;
use crate::data_set::DataSet;
use crate::digest::DataDigest;
use crate::error::{Fault, StoreError};
use crate::{ids, matrix, rows};
use likemind::ids::IdError;
use likemind::{DenseIdx, Ids, ItemIdx, RatingMatrix, UserIdx};
use sqlx::SqliteConnection;

/// What the database holds before an import.
pub(super) struct Before {
    pub(super) data_set: DataSet,
    users: Ids<UserIdx>,
    items: Ids<ItemIdx>,
    /// `None` before the first import.
    matrix: Option<RatingMatrix>,
}

impl Before {
    pub(super) async fn read(connection: &mut SqliteConnection) -> Result<Self, Fault> {
        let data_set = DataSet::read(connection).await?;
        let matrix = match data_set.scale {
            Some(_) => Some(matrix::read(connection, &data_set).await?),
            None => None,
        };
        let kept = data_set.rows;
        let users = ids::all(connection, &kept).await?;
        let items = ids::all(connection, &kept).await?;
        Ok(Self { data_set, users, items, matrix })
    }
}

/// All that an import writes.
pub(super) struct Plan<'a> {
    pub(super) batch: &'a ImportBatch<'a>,
    /// As it was, but for the name, the scale and the digest.
    pub(super) data_set: DataSet,
    pub(super) scale_changes: bool,
    pub(super) users: Ids<UserIdx>,
    pub(super) items: Ids<ItemIdx>,
    /// How many users and items there were.
    pub(super) known: (usize, usize),
    /// The database's index of each item of the table.
    pub(super) item_of: Vec<ItemIdx>,
    pub(super) incoming: Incoming<'a>,
    pub(super) merged: Merged,
}

impl<'a> Plan<'a> {
    /// Works out an import after which the scale is `chosen`.
    pub(super) async fn new(
        connection: &mut SqliteConnection,
        before: Before,
        batch: &'a ImportBatch<'a>,
        chosen: Chosen,
    ) -> Result<Self, Fault> {
        check_infos(batch)?;
        let Before { mut data_set, mut users, mut items, matrix } = before;
        let known = (users.len(), items.len());
        let scale = chosen.0;
        let scale_changes = data_set.scale.map(|(scale, _)| scale) != Some(scale);
        let user_of = taken_in(&mut users, batch.table.users())?;
        let item_of = taken_in(&mut items, batch.table.items())?;
        let incoming = Incoming::new(batch.table, &user_of, &item_of, &scale)?;
        let old = matrix.map_or_else(|| rows::no_ratings(scale), Ok)?;
        // On another scale every rating has another code, so the digest starts anew.
        let (digest, counted) = match scale_changes {
            true => (DataDigest::default(), (0, 0)),
            false => (data_set.digest, known),
        };
        let staying = staying(connection, batch.keep, &old, &incoming).await?;
        let mut merged = merge(&old, &incoming, staying, (scale, (&users, &items)), digest)?;
        merged.digest.add_ids(&users, counted.0);
        merged.digest.add_ids(&items, counted.1);
        data_set.name = data_set.name.or_else(|| batch.name.map(str::to_owned));
        data_set.scale = Some(chosen);
        data_set.digest = merged.digest;
        let plan =
            Self { batch, data_set, scale_changes, users, items, known, item_of, incoming, merged };
        Ok(plan)
    }

    pub(super) fn new_users(&self) -> usize {
        self.users.len() - self.known.0
    }

    pub(super) fn new_items(&self) -> usize {
        self.items.len() - self.known.1
    }

    /// The number of this import's first change, if it makes one.
    pub(super) fn next_sequence(&self) -> i64 {
        self.data_set.sequence + 1
    }
}

fn check_infos(batch: &ImportBatch<'_>) -> Result<(), StoreError> {
    batch.catalogue.iter().try_for_each(|(item, info)| {
        let id = || batch.table.items().name(item).unwrap_or_default().to_owned();
        info.check().map_err(|error| StoreError::InfoTooLong { item: id(), error })
    })
}

/// Adds the ids that are new, and returns the index of each.
fn taken_in<I: DenseIdx>(known: &mut Ids<I>, ids: &Ids<I>) -> Result<Vec<I>, IdError> {
    ids.iter().map(|(_, id)| known.intern(id)).collect()
}
