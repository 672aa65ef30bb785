//! [`Store`], an open database, and its operations by subject.

pub(crate) mod backup;
mod begin;
mod changes;
mod data_set;
mod forget;
pub(crate) mod held;
mod ids;
mod import;
mod item_models;
mod items;
mod jobs;
mod lists;
pub(crate) mod matrix;
mod models;
pub(crate) mod partial;
mod rate;
mod ratings;
mod row_limit;
mod save;
mod touched;
mod verify;
mod write_behind;

use crate::error::{OpenError, StoreError};
use crate::fault::{Failure, Fault, Refusal};
use crate::location::Location;
use crate::sqlite::database::Database;
use crate::sqlite::file::IfMissing;
use std::sync::Arc;

/// An open database. Clones share the same connections.
///
/// The futures need a tokio runtime. Most work runs on the threads of the database;
/// [`import`](Store::import) also computes in the task that awaits it.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) database: Database,
    location: Arc<Location>,
}

impl Store {
    /// Opens the database at `location` and migrates it to the schema of this version. If the file
    /// is missing or empty, creates a database without ratings.
    ///
    /// # Errors
    /// [`OpenError`] if the file is not a likemind database, was written by a later version or is in
    /// a mounted bucket (it is left untouched), if it is damaged, or if it or its folder is not
    /// writable.
    pub async fn create_or_open(location: impl Into<Location>) -> Result<Self, OpenError> {
        Self::open(location.into(), IfMissing::Create).await
    }

    /// Opens the existing database at `location` and migrates it to the schema of this version.
    ///
    /// # Errors
    /// As for [`create_or_open`](Self::create_or_open), and [`OpenError::Missing`] if there is no
    /// file.
    pub async fn open_existing(location: impl Into<Location>) -> Result<Self, OpenError> {
        Self::open(location.into(), IfMissing::Fail).await
    }

    async fn open(location: Location, if_missing: IfMissing) -> Result<Self, OpenError> {
        let database = Database::open(&location, if_missing).await?;
        Ok(Self { database, location: Arc::new(location) })
    }

    /// Makes writers wait for other processes without a time limit: importing 25 million ratings,
    /// for example, blocks others for half a minute. By default a writer gives up after five
    /// seconds. `report` is called once a writer has waited for a second.
    ///
    /// This does not apply to the writes of a running job, whose caller retries and reports them
    /// itself.
    #[must_use]
    pub fn patient(self, report: impl Fn() + Send + Sync + 'static) -> Self {
        Self { database: self.database.patient(report), ..self }
    }

    /// Returns the location of the database.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// Waits for pending work and closes the database for all clones. The last process to close it
    /// moves the write-ahead log into the file.
    ///
    /// Dropping a store instead loses nothing: the log is replayed when the database is opened
    /// next.
    pub async fn close(self) {
        self.database.close().await;
    }

    /// Runs `work` and adds the location of the database to any error.
    pub(crate) async fn run<T>(
        &self,
        work: impl Future<Output = Result<T, Fault>> + Send,
    ) -> Result<T, StoreError> {
        work.await.map_err(|fault| fault.at(&self.location))
    }

    /// Same as [`run`](Self::run) for work that can also be refused.
    pub(crate) async fn run_operation<T, E: Refusal>(
        &self,
        work: impl Future<Output = Result<T, Failure<E>>> + Send,
    ) -> Result<T, E> {
        work.await.map_err(|failure| failure.at(&self.location))
    }
}
