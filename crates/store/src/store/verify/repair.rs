//! Rebuilding what can be derived from intact rows.

use crate::data_set::DataSet;
use crate::error::StoreError;
use crate::fault::Fault;
use crate::row_digests::{IdRow, RowDigests};
use crate::sqlite::{Connection, changes, data_set, ids, items, models, ratings, snapshots};
use crate::store::{Store, matrix};

impl Store {
    /// Rebuilds the packed ratings from the rows, which must be intact, and marks damaged changes
    /// as unfollowable: models that lag behind these must be fitted again. For databases whose
    /// packed ratings or changes were found damaged by [`verify`](Self::verify).
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the rows are damaged, and [`StoreError::NoRatings`] before the
    /// first import.
    pub async fn repack(&self) -> Result<(), StoreError> {
        self.run(async {
            let mut tx = self.database.begin_write().await?;
            let data_set = data_set::read(&mut tx).await?;
            let matrix = matrix::from_rows(&mut tx, &data_set).await?;
            let digests = &data_set.rows;
            let ids = ids::all_of_both(&mut tx, digests).await?;
            super::ratings::check_digest(&data_set, &matrix, &ids)?;
            changes::mark_damaged(&mut tx).await?;
            // This includes copies that a job would resume from: it starts again.
            snapshots::clear(&mut tx).await?;
            let (sequence, mut quiet) = (data_set.sequence, |_, _| ());
            matrix::write_snapshot(&mut tx, &matrix, sequence, &mut quiet).await?;
            Ok(tx.commit().await?)
        })
        .await
    }
}

/// Computes and stores the digests of all rows of a database that has none, unless it has changed
/// since it was verified as `sound`.
pub(super) async fn store_digests(store: &Store, sound: &DataSet) -> Result<(), Fault> {
    let mut tx = store.database.begin_write().await?;
    let mut data_set = data_set::read(&mut tx).await?;
    if data_set.sequence != sound.sequence || data_set.rows.are_recorded() {
        return Ok(());
    }
    data_set.rows = digests_of(&mut tx).await?;
    data_set::write(&mut tx, &data_set).await?;
    for id in models::ids(&mut tx).await? {
        models::write_checksum(&mut tx, id).await?;
    }
    Ok(tx.commit().await?)
}

async fn digests_of(connection: &mut Connection) -> Result<RowDigests, Fault> {
    let (mut digests, unknown) = (RowDigests::empty(), RowDigests::unknown());
    let ids = ids::all_of_both(connection, &unknown).await?;
    ids.users.iter().for_each(|(index, id)| digests.add(&IdRow { index, id }));
    ids.items.iter().for_each(|(index, id)| digests.add(&IdRow { index, id }));
    let infos = items::all_infos(connection, &unknown).await?;
    infos.iter().for_each(|row| digests.add(&row.digested()));
    let ratings = ratings::for_each(connection, &unknown, ids.counts(), |_| Ok(())).await?;
    Ok(digests.combine(ratings))
}
