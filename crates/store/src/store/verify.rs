//! Whether everything is as it was written.

mod ratings;
mod repair;

use super::{jobs, lists, matrix};
use crate::data_set::DataSet;
use crate::error::StoreError;
use crate::fault::Fault;
use crate::ids::AllIds;
use crate::sqlite::{Connection, changes, data_set, file, ids, items, models};
use crate::store::Store;
use crate::verified::{Part, Verified, VerifiedPart};
use likemind::{ItemIdx, RatingMatrix, UserIdx};

impl Store {
    /// Looks at everything that the database holds: whether the pages of the file are in order, and
    /// whether all rows are those that were written last. A bit that changes by itself on a disk, or
    /// a row that another program changes, is found. `tell` is told each part that is begun.
    ///
    /// Reads the database as it is at one moment, while others go on. Takes about as long as reading
    /// all rows: one to two seconds a million ratings. Much of it is done in the task that awaits it.
    ///
    /// Jobs, checkpoints and the lease are only read: no rating or model depends on what they say.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read for another reason than damage.
    pub async fn verify(
        &self,
        tell: &mut (dyn FnMut(Part) + Send),
    ) -> Result<Verified, StoreError> {
        self.named(async {
            let mut reading = self.database.reading().await?;
            let mut verifying = Verifying { store: self, parts: Vec::new(), tell };
            let data_set = verifying.all(&mut reading).await?;
            reading.rollback().await?;
            let had_digests = data_set.as_ref().is_some_and(|data_set| data_set.rows.are_kept());
            let verified = Verified { parts: verifying.parts, had_digests };
            if let Some(data_set) = data_set.filter(|_| !had_digests && verified.is_sound()) {
                repair::take_digests(self, &data_set).await?;
            }
            Ok(verified)
        })
        .await
    }
}

struct Verifying<'a> {
    store: &'a Store,
    parts: Vec<VerifiedPart>,
    tell: &'a mut (dyn FnMut(Part) + Send),
}

impl Verifying<'_> {
    /// Looks at all parts, and returns the data set if that is sound.
    async fn all(&mut self, connection: &mut Connection) -> Result<Option<DataSet>, Fault> {
        (self.tell)(Part::File);
        let found = file::check_pages(connection).await;
        self.note(Part::File, found, |&pages| pages)?;
        let found = data_set::read(connection).await;
        let Some(data_set) = self.note(Part::DataSet, found, |_| 1)? else { return Ok(None) };
        let kept = data_set.rows;
        let rows = |ids: usize| ids as u64;
        let found = ids::all::<UserIdx>(connection, &kept).await;
        let users = self.note(Part::Users, found, |ids| rows(ids.len()))?;
        let found = ids::all::<ItemIdx>(connection, &kept).await;
        let items = self.note(Part::Items, found, |ids| rows(ids.len()))?;
        let found = titles(connection, &data_set).await;
        self.note(Part::Titles, found, |&rows| rows)?;
        let found = changes::verify(connection, data_set.sequence).await;
        self.note(Part::Changes, found, |&rows| rows)?;
        let ids = users.zip(items).map(|(users, items)| AllIds { users, items });
        let packed = self.packed(connection, &data_set, ids.as_ref()).await?;
        if let Some(ids) = &ids {
            (self.tell)(Part::Ratings);
            let found = ratings::verify(connection, &data_set, ids, packed.as_ref()).await;
            self.note(Part::Ratings, found, |&rows| rows)?;
        }
        drop(packed);
        let found = models::ids(connection).await;
        let ids = self.note(Part::Models, found, |ids| rows(ids.len()))?;
        for id in ids.into_iter().flatten() {
            (self.tell)(Part::Model(id));
            let found = lists::verify(connection, id, data_set.sequence).await;
            self.note(Part::Model(id), found, |&lists| lists)?;
        }
        let found = jobs::verify(connection, self.store.database.file()).await;
        self.note(Part::Jobs, found, |&rows| rows)?;
        Ok(Some(data_set))
    }

    /// Looks at the packed ratings, and returns those of the present, if there are any.
    async fn packed(
        &mut self,
        connection: &mut Connection,
        data_set: &DataSet,
        ids: Option<&AllIds>,
    ) -> Result<Option<RatingMatrix>, Fault> {
        (self.tell)(Part::PackedRatings);
        let found = async {
            matrix::verify_packed(connection).await?;
            let packed = matrix::from_packed(connection, data_set.sequence).await?;
            if let (Some(matrix), Some(ids)) = (&packed, ids) {
                ratings::expect_digest(data_set, matrix, ids)?;
            }
            Ok(packed)
        };
        let rows = |packed: &Option<RatingMatrix>| packed.as_ref().map_or(0, RatingMatrix::ratings);
        let found = found.await;
        Ok(self.note(Part::PackedRatings, found, |packed| rows(packed) as u64)?.flatten())
    }

    /// Notes what was found of a part, and returns it if it is sound.
    fn note<T>(
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

    /// What is damaged, unless something else was in the way.
    fn damage(&self, fault: Fault) -> Result<String, Fault> {
        match fault {
            Fault::Damaged(found) => Ok(found),
            Fault::Driver(said) => Ok(said.to_string()),
            Fault::NoRatings => Ok(fault.at(self.store.location()).to_string()),
            Fault::Locked | Fault::Full | Fault::Unwritable(_) => Err(fault),
        }
    }
}

/// Looks at what takes about a second for 25 million ratings: the ids, the titles and the packed
/// ratings.
pub(crate) async fn expect_sound_in_short(connection: &mut Connection) -> Result<(), Fault> {
    let data_set = data_set::read(connection).await?;
    let ids = ids::all_of_both(connection, &data_set.rows).await?;
    titles(connection, &data_set).await?;
    match matrix::from_packed(connection, data_set.sequence).await? {
        Some(packed) => ratings::expect_digest(&data_set, &packed, &ids),
        None => Ok(()),
    }
}

async fn titles(connection: &mut Connection, data_set: &DataSet) -> Result<u64, Fault> {
    let infos = items::all_infos(connection, &data_set.rows).await?;
    let count = infos.len() as u64;
    infos.into_iter().try_for_each(|row| row.info().map(|_| ()))?;
    Ok(count)
}
