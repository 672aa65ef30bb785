//! Verifying the integrity of the database.

mod ratings;
mod repair;

use super::{jobs, matrix, models as stored_models};
use crate::count::count;
use crate::data_set::DataSet;
use crate::error::StoreError;
use crate::fault::Fault;
use crate::ids::AllIds;
use crate::sqlite::{Connection, changes, data_set, file, ids, items, models};
use crate::store::Store;
use crate::verified::{Part, Verified, VerifiedPart};
use likemind::{ItemIdx, RatingMatrix, UserIdx};

impl Store {
    /// Verifies the entire database: that the pages of the file are consistent, and that all rows
    /// are as they were last written. This finds bits that flip on a disk and rows that another
    /// program changed. `report` is called as each part begins.
    ///
    /// Reads in one transaction, so other processes can continue. Takes about as long as reading
    /// all rows: one to two seconds per million ratings. Much of the work runs in the task that
    /// awaits it.
    ///
    /// Jobs and the lease are only read, not checked against a digest: no rating or model depends
    /// on them.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read for a reason other than damage.
    pub async fn verify(
        &self,
        report: &mut (dyn FnMut(Part) + Send),
    ) -> Result<Verified, StoreError> {
        self.run(async {
            let mut tx = self.database.begin_read().await?;
            let mut verifier = Verifier { store: self, parts: Vec::new(), report };
            let data_set = verifier.all(&mut tx).await?;
            tx.rollback().await?;
            let had_digests =
                data_set.as_ref().is_some_and(|data_set| data_set.rows.are_recorded());
            let verified = Verified { parts: verifier.parts, had_digests };
            if let Some(data_set) = data_set.filter(|_| !had_digests && verified.is_sound()) {
                repair::store_digests(self, &data_set).await?;
            }
            Ok(verified)
        })
        .await
    }
}

struct Verifier<'a> {
    store: &'a Store,
    parts: Vec<VerifiedPart>,
    report: &'a mut (dyn FnMut(Part) + Send),
}

impl Verifier<'_> {
    /// Verifies all parts, and returns the data set if it is intact.
    async fn all(&mut self, connection: &mut Connection) -> Result<Option<DataSet>, Fault> {
        (self.report)(Part::File);
        let found = file::check_pages(connection).await;
        self.record(Part::File, found, |&pages| pages)?;
        let found = data_set::read(connection).await;
        let Some(data_set) = self.record(Part::DataSet, found, |_| 1)? else { return Ok(None) };
        let digests = data_set.rows;
        let rows = |ids: usize| ids as u64;
        let found = ids::all::<UserIdx>(connection, &digests).await;
        let users = self.record(Part::Users, found, |ids| rows(ids.len()))?;
        let found = ids::all::<ItemIdx>(connection, &digests).await;
        let items = self.record(Part::Items, found, |ids| rows(ids.len()))?;
        let found = titles(connection, &data_set).await;
        self.record(Part::Titles, found, |&rows| rows)?;
        let found = changes::verify(connection, data_set.sequence).await;
        self.record(Part::Changes, found, |&rows| rows)?;
        let ids = users.zip(items).map(|(users, items)| AllIds { users, items });
        let packed = self.packed(connection, &data_set, ids.as_ref()).await?;
        if let Some(ids) = &ids {
            (self.report)(Part::Ratings);
            let found = ratings::verify(connection, &data_set, ids, packed.as_ref()).await;
            self.record(Part::Ratings, found, |&rows| rows)?;
        }
        drop(packed);
        let found = models::ids(connection).await;
        let ids = self.record(Part::Models, found, |ids| rows(ids.len()))?;
        for id in ids.into_iter().flatten() {
            (self.report)(Part::Model(id));
            let found = stored_models::verify(connection, id, count(data_set.sequence)).await;
            self.record(Part::Model(id), found, |&lists| lists)?;
        }
        let found = jobs::verify(connection, self.store.database.file()).await;
        self.record(Part::Jobs, found, |&rows| rows)?;
        Ok(Some(data_set))
    }

    /// Verifies the packed ratings, and returns the current ones if there are any.
    async fn packed(
        &mut self,
        connection: &mut Connection,
        data_set: &DataSet,
        ids: Option<&AllIds>,
    ) -> Result<Option<RatingMatrix>, Fault> {
        (self.report)(Part::PackedRatings);
        let found = async {
            matrix::verify_packed(connection).await?;
            let packed = matrix::from_packed(connection, data_set.sequence).await?;
            if let (Some(matrix), Some(ids)) = (&packed, ids) {
                ratings::check_digest(data_set, matrix, ids)?;
            }
            Ok(packed)
        };
        let rows = |packed: &Option<RatingMatrix>| packed.as_ref().map_or(0, RatingMatrix::ratings);
        let found = found.await;
        Ok(self.record(Part::PackedRatings, found, |packed| rows(packed) as u64)?.flatten())
    }

    /// Records the result for a part, and returns its content if it is intact.
    fn record<T>(
        &mut self,
        part: Part,
        found: Result<T, Fault>,
        rows: impl FnOnce(&T) -> u64,
    ) -> Result<Option<T>, Fault> {
        let (found, damage) = match found {
            Ok(found) => (Some(found), None),
            Err(fault) => (None, Some(self.damage(fault)?)),
        };
        let rows = found.as_ref().map_or(0, rows);
        self.parts.push(VerifiedPart { part, rows, damage });
        Ok(found)
    }

    /// Returns a description of the damage, or the fault itself if it is not damage.
    fn damage(&self, fault: Fault) -> Result<String, Fault> {
        match fault {
            Fault::Damaged(found) => Ok(found),
            Fault::Driver(error) => Ok(error.to_string()),
            Fault::NoRatings => Ok(fault.at(self.store.location()).to_string()),
            Fault::Locked | Fault::Full | Fault::Unwritable(_) => Err(fault),
        }
    }
}

/// Verifies the parts that take about a second for 25 million ratings: the ids, the titles and the
/// packed ratings.
pub(crate) async fn quick_check(connection: &mut Connection) -> Result<(), Fault> {
    let data_set = data_set::read(connection).await?;
    let ids = ids::all_of_both(connection, &data_set.rows).await?;
    titles(connection, &data_set).await?;
    match matrix::from_packed(connection, data_set.sequence).await? {
        Some(packed) => ratings::check_digest(&data_set, &packed, &ids),
        None => Ok(()),
    }
}

async fn titles(connection: &mut Connection, data_set: &DataSet) -> Result<u64, Fault> {
    let infos = items::all_infos(connection, &data_set.rows).await?;
    let count = infos.len() as u64;
    infos.into_iter().try_for_each(|row| row.info().map(|_| ()))?;
    Ok(count)
}
