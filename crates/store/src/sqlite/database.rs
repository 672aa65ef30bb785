//! An open database: its readers, and its one writer.

use super::file::{self, Absent};
use super::turn::Turn;
use super::{Connection, Transaction, erase, migrate};
use crate::error::{OpenError, StoreError};
use crate::fault::{Failure, Fault};
use crate::location::Location;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{ConnectOptions, Connection as _, Sqlite, SqlitePool};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long a writer waits for another process before it gives up.
const PATIENCE: Duration = Duration::from_secs(5);

/// Readers and one writer; each is a thread.
const CONNECTIONS: u32 = 8;

/// A database that is open. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    pool: SqlitePool,
    /// The file itself, whatever leads to it.
    file: Arc<Path>,
    turn: Turn,
}

impl Database {
    pub(crate) async fn open(location: &Location, absent: Absent) -> Result<Self, OpenError> {
        let Location::File(path) = location;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(PATIENCE)
            .foreign_keys(true)
            // A rating that was acknowledged survives a loss of power.
            .pragma("synchronous", "FULL")
            // What is deleted from a page is overwritten; costs no writing of pages besides.
            .pragma("secure_delete", "FAST")
            // The log shrinks to this again after an import.
            .pragma("journal_size_limit", "67108864")
            // Rows come from another thread: fewer wake-ups.
            .row_buffer_size(1_000)
            .disable_statement_logging();
        file::check(location, absent)?;
        prepare(&options, location).await.map_err(|failure| failure.at(location))?;
        let file = path.canonicalize().map_err(|error| StoreError::Unwritable {
            location: location.clone(),
            found: error.to_string(),
        })?;
        let pool = pool(CONNECTIONS, options);
        Ok(Self { pool, file: Arc::from(file), turn: Turn::default() })
    }

    /// The same database, with writers that wait for their turn however long it takes. `tell` is
    /// called when one has waited for a second.
    pub(crate) fn patient(self, tell: impl Fn() + Send + Sync + 'static) -> Self {
        Self { turn: Turn::patient(tell), ..self }
    }

    /// The path of the file itself: the same for all processes, by whatever links they came.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Waits for what is under way, and closes the database for all clones.
    pub(crate) async fn close(self) {
        self.pool.close().await;
    }

    /// A connection, for a single statement.
    pub(crate) async fn connection(&self) -> Result<PoolConnection<Sqlite>, Fault> {
        Ok(self.pool.acquire().await?)
    }

    /// A transaction that sees the database as it is now, whatever others write meanwhile.
    pub(crate) async fn reading(&self) -> Result<Transaction, Fault> {
        Ok(self.pool.begin().await?)
    }

    /// A transaction that may write; there is one at a time. Dropped, it undoes what it did.
    pub(crate) async fn writing(&self) -> Result<Transaction, Fault> {
        self.turn.begin(&self.pool).await
    }

    /// As [`writing`](Self::writing), for what is not to wait for long even in a
    /// [patient](Self::patient) database: it is tried again later, or only saves time.
    pub(crate) async fn writing_soon(&self) -> Result<Transaction, Fault> {
        Turn::default().begin(&self.pool).await
    }

    /// A writer of its own that does not look up what each row refers to: for an import, whose rows
    /// refer to what it wrote itself, that would be a third of the time.
    pub(crate) fn unchecked(&self) -> Writer {
        self.writer(|options| options.foreign_keys(false))
    }

    /// A writer of its own that overwrites pages when it frees them, holds temporary tables in
    /// memory, and does not look up what rows refer to, so that users can be written anew.
    pub(crate) fn wiping(&self) -> Writer {
        self.writer(|options| {
            let wiping = options.foreign_keys(false).pragma("secure_delete", "ON");
            wiping.pragma("temp_store", "MEMORY")
        })
    }

    /// A writer of its own that waits for nobody.
    pub(crate) fn hasty(&self) -> Writer {
        self.writer(|options| options.busy_timeout(Duration::ZERO))
    }

    fn writer(&self, with: impl FnOnce(SqliteConnectOptions) -> SqliteConnectOptions) -> Writer {
        let options = with((*self.pool.connect_options()).clone());
        Writer { pool: pool(1, options), turn: self.turn.clone() }
    }
}

/// A connection of its own, whose settings differ.
pub(crate) struct Writer {
    pool: SqlitePool,
    turn: Turn,
}

impl Writer {
    /// A transaction that may write, as [`Database::writing`] has it.
    pub(crate) async fn writing(&self) -> Result<Transaction, Fault> {
        self.turn.begin(&self.pool).await
    }

    /// The connection, between transactions.
    pub(crate) async fn connection(&self) -> Result<PoolConnection<Sqlite>, Fault> {
        Ok(self.pool.acquire().await?)
    }

    /// Closes the connection. Whatever was committed stays, should that fail.
    pub(crate) async fn close(self) {
        self.pool.close().await;
    }
}

fn pool(connections: u32, options: SqliteConnectOptions) -> SqlitePool {
    let pool = SqlitePoolOptions::new().max_connections(connections).test_before_acquire(false);
    pool.connect_lazy_with(options)
}

/// Migrates, and turns on write-ahead logging, which stays on for good.
///
/// A new database gets its schema before that: its file is then either empty or marked as ours.
async fn prepare(
    options: &SqliteConnectOptions,
    location: &Location,
) -> Result<(), Failure<OpenError>> {
    let mut connection = options.connect().await?;
    check_schema(&mut connection).await?;
    migrate::up(&mut connection, location).await?;
    // The switch does not wait for its turn by itself, and a closing process is in its way too.
    let mut tries = 0;
    while let Err(fault) = log_ahead(&mut connection).await {
        tries += 1;
        if tries == 50 || !fault.is_busy() {
            return Err(fault.into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    finish_erasing(&mut connection).await;
    Ok(connection.close().await?)
}

/// Overwrites what is left of people who were forgotten, unless somebody reads or writes. If it cannot
/// be done the next opening tries again.
async fn finish_erasing(connection: &mut Connection) {
    if erase::is_left(connection).await.unwrap_or(false)
        && sqlx::raw_sql("PRAGMA busy_timeout = 0").execute(&mut *connection).await.is_ok()
    {
        erase::finish(connection).await.ok();
    }
}

/// Refuses a schema that is not text: the driver cannot bear names of columns that are none.
async fn check_schema(connection: &mut Connection) -> Result<(), Fault> {
    let texts = sqlx::query_scalar("SELECT sql FROM sqlite_schema");
    let _: Vec<Option<String>> = texts.fetch_all(connection).await?;
    Ok(())
}

async fn log_ahead(connection: &mut Connection) -> Result<(), Fault> {
    sqlx::raw_sql("PRAGMA journal_mode = WAL").execute(connection).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::migrate::APPLICATION_ID;
    use super::*;
    use crate::{ImportBatch, ImportError, Store};
    use likemind::{RatingScale, RatingTable};
    use sqlx::Row;

    async fn pragma(store: &Store, name: &'static str) -> String {
        let value = sqlx::query(name).fetch_one(&store.database.pool).await.unwrap();
        value.try_get_unchecked::<String, _>(0).unwrap()
    }

    #[tokio::test]
    async fn what_is_acknowledged_is_on_the_disk_and_references_hold() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create_or_open(&folder.path().join("test.db")).await.unwrap();
        assert_eq!(pragma(&store, "PRAGMA journal_mode").await, "wal");
        assert_eq!(pragma(&store, "PRAGMA synchronous").await, "2", "FULL");
        assert_eq!(pragma(&store, "PRAGMA foreign_keys").await, "1");
        assert_eq!(pragma(&store, "PRAGMA application_id").await, APPLICATION_ID.to_string());
    }

    #[tokio::test]
    async fn a_full_disk_is_told_and_nothing_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create_or_open(&folder.path().join("test.db")).await.unwrap();
        let import = async |users: u32| {
            let mut table = RatingTable::new();
            for user in 0..users {
                table.push(&user.to_string(), "film", 3.0, None).unwrap();
            }
            let batch = ImportBatch::new(&table, RatingScale::FIVE_STARS);
            store.import(batch, &mut |_| ()).await
        };
        import(10).await.unwrap();
        let digest = store.data_digest().await.unwrap();
        let roomy = store.database.pool.connect_options();
        store.database.pool.set_connect_options((*roomy).clone().pragma("max_page_count", "60"));
        let error = import(20_000).await.unwrap_err();
        let full = matches!(error, ImportError::Store(StoreError::Full { .. }));
        assert!(full, "{error}");
        assert_eq!(store.data_digest().await.unwrap(), digest);
        assert_eq!(store.matrix().await.unwrap().ratings(), 10);
        store.database.pool.set_connect_options((*roomy).clone());
        assert_eq!(import(20_000).await.unwrap().added, 19_990);
    }
}
