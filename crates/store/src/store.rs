//! The way in: a database, opened, and what can be asked of it, by subject.

pub(crate) mod backup;
mod begin;
mod changes;
mod data_set;
mod forget;
pub(crate) mod glance;
pub(crate) mod held;
mod ids;
mod import;
mod items;
mod jobs;
mod lists;
pub(crate) mod matrix;
mod models;
mod rate;
mod ratings;
mod room;
mod save;
mod touched;
mod verify;
mod write_behind;

use crate::error::{OpenError, StoreError};
use crate::fault::{Failure, Fault, Refusal};
use crate::location::Location;
use crate::sqlite::database::Database;
use crate::sqlite::file::Absent;
use std::sync::Arc;

/// An open database. Clones share it.
///
/// Its futures need a tokio runtime. Most work happens on threads of the database's own;
/// [`import`](Store::import) also computes in the task that awaits it.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) database: Database,
    location: Arc<Location>,
}

impl Store {
    /// Opens the database at `location`, brought to the schema of this version. Where there is no
    /// file, or an empty one, it makes a database without ratings.
    ///
    /// # Errors
    /// [`OpenError`] if the file is no likemind database or made by a newer version (it is left
    /// untouched), damaged, or it or its folder cannot be written.
    pub async fn create_or_open(location: impl Into<Location>) -> Result<Self, OpenError> {
        Self::open(location.into(), Absent::Make).await
    }

    /// Opens the database at `location`, which must be there, brought to the schema of this version.
    ///
    /// # Errors
    /// As [`create_or_open`](Self::create_or_open); [`OpenError::Missing`] where there is no file.
    pub async fn open_existing(location: impl Into<Location>) -> Result<Self, OpenError> {
        Self::open(location.into(), Absent::Refuse).await
    }

    async fn open(location: Location, absent: Absent) -> Result<Self, OpenError> {
        let database = Database::open(&location, absent).await?;
        Ok(Self { database, location: Arc::new(location) })
    }

    /// The same database, with writers that wait for their turn however long another process writes,
    /// as an import of 25 million ratings does for half a minute; by itself a writer gives up after
    /// five seconds. `tell` is called when it has waited for a second.
    ///
    /// Whoever works on a job waits in any case, and tells so in its own way.
    #[must_use]
    pub fn patient(self, tell: impl Fn() + Send + Sync + 'static) -> Self {
        Self { database: self.database.patient(tell), ..self }
    }

    /// Where the database is.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// Waits for what is under way, and closes the database for all clones. The last process to
    /// close it moves the write-ahead log into the file.
    ///
    /// A store that is dropped instead loses nothing: the log is read at the next opening.
    pub async fn close(self) {
        self.database.close().await;
    }

    /// Runs `work`, and has its error name the database.
    pub(crate) async fn named<T>(
        &self,
        work: impl Future<Output = Result<T, Fault>> + Send,
    ) -> Result<T, StoreError> {
        work.await.map_err(|fault| fault.at(&self.location))
    }

    /// As [`named`](Self::named), for work that can also be refused.
    pub(crate) async fn answered<T, E: Refusal>(
        &self,
        work: impl Future<Output = Result<T, Failure<E>>> + Send,
    ) -> Result<T, E> {
        work.await.map_err(|failure| failure.at(&self.location))
    }
}
