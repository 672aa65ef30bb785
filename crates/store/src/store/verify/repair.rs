//! Making anew what follows from sound rows.

use crate::data_set::DataSet;
use crate::error::StoreError;
use crate::fault::Fault;
use crate::row_digests::{IdRow, RowDigests};
use crate::sqlite::{Connection, changes, data_set, ids, items, models, ratings, snapshots};
use crate::store::{Store, matrix};

impl Store {
    /// Makes the packed ratings anew from the rows, which must be sound, and marks damaged changes as
    /// ones that cannot be followed: models that are behind these must be made anew. For a database
    /// whose packed ratings or changes [`verify`](Self::verify) found damaged.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the rows are not as they were written, and
    /// [`StoreError::NoRatings`] before the first import.
    pub async fn repack(&self) -> Result<(), StoreError> {
        self.named(async {
            let mut writing = self.database.writing().await?;
            let data_set = data_set::read(&mut writing).await?;
            let matrix = matrix::of_rows(&mut writing, &data_set).await?;
            let kept = &data_set.rows;
            let ids = ids::all_of_both(&mut writing, kept).await?;
            super::ratings::expect_digest(&data_set, &matrix, &ids)?;
            changes::mark_damaged(&mut writing).await?;
            // Those that a job goes back to as well: it begins anew.
            snapshots::clear(&mut writing).await?;
            let (sequence, mut quiet) = (data_set.sequence, |_, _| ());
            matrix::write_snapshot(&mut writing, &matrix, sequence, &mut quiet).await?;
            Ok(writing.commit().await?)
        })
        .await
    }
}

/// Takes the digests of all rows of a database that has none, unless it has others by now than those
/// that were found sound.
pub(super) async fn take_digests(store: &Store, sound: &DataSet) -> Result<(), Fault> {
    let mut writing = store.database.writing().await?;
    let mut data_set = data_set::read(&mut writing).await?;
    if data_set.sequence != sound.sequence || data_set.rows.are_kept() {
        return Ok(());
    }
    data_set.rows = digests_of(&mut writing).await?;
    data_set::write(&mut writing, &data_set).await?;
    for id in models::ids(&mut writing).await? {
        models::seal(&mut writing, id).await?;
    }
    Ok(writing.commit().await?)
}

async fn digests_of(connection: &mut Connection) -> Result<RowDigests, Fault> {
    let (mut digests, unknown) = (RowDigests::of_nothing(), RowDigests::unknown());
    let ids = ids::all_of_both(connection, &unknown).await?;
    ids.users.iter().for_each(|(index, id)| digests.add(&IdRow { index, id }));
    ids.items.iter().for_each(|(index, id)| digests.add(&IdRow { index, id }));
    let infos = items::all_infos(connection, &unknown).await?;
    infos.iter().for_each(|row| digests.add(&row.digested()));
    let ratings = ratings::for_each(connection, &unknown, ids.counts(), |_| Ok(())).await?;
    Ok(digests.and(ratings))
}
