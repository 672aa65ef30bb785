//! Whether everything is as it was written.

mod ratings;
mod repair;

use crate::changes;
use crate::data_set::DataSet;
use crate::error::{Fault, StoreError};
use crate::ids;
use crate::items::all_infos;
use crate::jobs;
use crate::matrix;
use crate::models::{self, ModelId};
use crate::open::Store;
use likemind::{Ids, ItemIdx, RatingMatrix, UserIdx};
use serde::Serialize;
use sqlx::SqliteConnection;
use std::fmt;

/// A part of a database that can be damaged by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Part {
    /// The file's pages, its tables, and what refers to what.
    File,
    /// The scale, the name, the sequence, and the digests of all others.
    DataSet,
    /// The users' ids.
    Users,
    /// The items' ids.
    Items,
    /// The titles, years and genres.
    Titles,
    /// The log of changes.
    Changes,
    /// The ratings packed, as they are opened.
    PackedRatings,
    /// The ratings row by row, as they are exported.
    Ratings,
    /// Which models there are.
    Models,
    /// The lists of neighbours of a model, and what it was made with.
    Model(ModelId),
    /// What was asked for, and what became of it.
    Jobs,
}

impl fmt::Display for Part {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::File => "file",
            Self::DataSet => "data set",
            Self::Users => "users",
            Self::Items => "items",
            Self::Titles => "titles",
            Self::Changes => "changes",
            Self::PackedRatings => "packed ratings",
            Self::Ratings => "ratings",
            Self::Models => "models",
            Self::Model(id) => return write!(out, "model {id}"),
            Self::Jobs => "jobs",
        })
    }
}

/// A part that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VerifiedPart {
    /// Which.
    pub part: Part,
    /// How many rows it has, where they could be read; for the file, pages; for a model, lists.
    pub rows: u64,
    /// What is wrong with it first; `None` if it is as it was written.
    pub damage: Option<String>,
}

/// What [`Store::verify`] found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// The parts in the order in which they were looked at. Where the data set is damaged they end
    /// with it: the digests that the others are held against are in it.
    pub parts: Vec<VerifiedPart>,
    /// Whether there were digests of all rows to hold them against. There are none in a database of
    /// a version that kept none, until it is found sound otherwise: then they are taken.
    pub had_digests: bool,
}

impl Verified {
    /// Whether everything is as it was written.
    pub fn is_sound(&self) -> bool {
        self.damaged().next().is_none()
    }

    /// The damaged parts.
    pub fn damaged(&self) -> impl Iterator<Item = &VerifiedPart> {
        self.parts.iter().filter(|part| part.damage.is_some())
    }
}

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
            let mut reading = self.reading().await?;
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
    async fn all(&mut self, connection: &mut SqliteConnection) -> Result<Option<DataSet>, Fault> {
        (self.tell)(Part::File);
        let found = file(connection).await;
        self.note(Part::File, found, |&pages| pages)?;
        let found = DataSet::read(connection).await;
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
        let ids = users.zip(items);
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
            let found = models::verify(connection, id, data_set.sequence).await;
            self.note(Part::Model(id), found, |&lists| lists)?;
        }
        let found = jobs::verify(connection, self.store.file()).await;
        self.note(Part::Jobs, found, |&rows| rows)?;
        Ok(Some(data_set))
    }

    /// Looks at the packed ratings, and returns those of the present, if there are any.
    async fn packed(
        &mut self,
        connection: &mut SqliteConnection,
        data_set: &DataSet,
        ids: Option<&(Ids<UserIdx>, Ids<ItemIdx>)>,
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
        match fault.at(self.store.path()) {
            StoreError::Damaged { found, .. } => Ok(found),
            StoreError::Database { source, .. } => Ok(source.to_string()),
            other @ (StoreError::Locked { .. }
            | StoreError::Full { .. }
            | StoreError::Unwritable { .. }) => Err(other.into()),
            // Refused as new input would be: nothing of the kind was ever written.
            refused => Ok(refused.to_string()),
        }
    }
}

/// Looks at what takes about a second for 25 million ratings: the ids, the titles and the packed
/// ratings.
pub(crate) async fn expect_sound_in_short(connection: &mut SqliteConnection) -> Result<(), Fault> {
    let data_set = DataSet::read(connection).await?;
    let users = ids::all(connection, &data_set.rows).await?;
    let items = ids::all(connection, &data_set.rows).await?;
    titles(connection, &data_set).await?;
    match matrix::from_packed(connection, data_set.sequence).await? {
        Some(packed) => ratings::expect_digest(&data_set, &packed, &(users, items)),
        None => Ok(()),
    }
}

/// Has SQLite look at every page, and returns how many there are.
async fn file(connection: &mut SqliteConnection) -> Result<u64, Fault> {
    let check = sqlx::query_scalar("PRAGMA integrity_check(1)");
    let found: String = check.fetch_one(&mut *connection).await?;
    if found != "ok" {
        return Err(Fault::Damaged(found));
    }
    let orphans = sqlx::query("PRAGMA foreign_key_check").fetch_optional(&mut *connection).await?;
    if orphans.is_some() {
        return Err(Fault::Damaged("a row that refers to one that is not there".to_owned()));
    }
    let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(connection).await?;
    Ok(ids::count(pages))
}

async fn titles(connection: &mut SqliteConnection, data_set: &DataSet) -> Result<u64, Fault> {
    let infos = all_infos(connection, &data_set.rows).await?;
    let count = infos.len() as u64;
    infos.into_iter().try_for_each(|row| row.info().map(|_| ()))?;
    Ok(count)
}
