//! An open database: its pool of connections and its writers.

use super::file::{self, IfMissing};
use super::lock_wait::LockWait;
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

/// Time that a writer waits for another process before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Maximum number of connections, each with a thread: readers and one writer.
const CONNECTIONS: u32 = 8;

/// An open database. Clones share the same connections.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    pool: SqlitePool,
    /// The file itself, with symbolic links resolved.
    file: Arc<Path>,
    lock_wait: LockWait,
}

impl Database {
    pub(crate) async fn open(
        location: &Location,
        if_missing: IfMissing,
    ) -> Result<Self, OpenError> {
        let Location::File(path) = location;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true)
            // Acknowledged ratings survive a loss of power.
            .pragma("synchronous", "FULL")
            // Deleted content is overwritten within its page, without additional page writes.
            .pragma("secure_delete", "FAST")
            // The log is truncated to this size after an import.
            .pragma("journal_size_limit", "67108864")
            // Rows come from another thread; a larger buffer means fewer wake-ups.
            .row_buffer_size(1_000)
            .disable_statement_logging();
        file::check(location, if_missing)?;
        prepare(&options, location).await.map_err(|failure| failure.at(location))?;
        let file = path.canonicalize().map_err(|error| StoreError::Unwritable {
            location: location.clone(),
            found: error.to_string(),
        })?;
        let pool = pool(CONNECTIONS, options);
        Ok(Self { pool, file: Arc::from(file), lock_wait: LockWait::default() })
    }

    /// Makes writers wait without a time limit. `report` is called once a writer has waited for a
    /// second.
    pub(crate) fn patient(self, report: impl Fn() + Send + Sync + 'static) -> Self {
        Self { lock_wait: LockWait::patient(report), ..self }
    }

    /// Returns the path of the file with symbolic links resolved, which is the same for all
    /// processes.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Waits for pending work and closes the database for all clones.
    pub(crate) async fn close(self) {
        self.pool.close().await;
    }

    /// Returns a connection for a single statement.
    pub(crate) async fn connection(&self) -> Result<PoolConnection<Sqlite>, Fault> {
        Ok(self.pool.acquire().await?)
    }

    /// Begins a read transaction, which sees a snapshot of the database.
    pub(crate) async fn begin_read(&self) -> Result<Transaction, Fault> {
        Ok(self.pool.begin().await?)
    }

    /// Begins a write transaction; there is at most one at a time. Rolled back on drop.
    pub(crate) async fn begin_write(&self) -> Result<Transaction, Fault> {
        self.lock_wait.begin(&self.pool).await
    }

    /// Same as [`begin_write`](Self::begin_write), but gives up after [`BUSY_TIMEOUT`] even in a
    /// [patient](Self::patient) database. For work that is retried later or only saves time.
    pub(crate) async fn try_begin_write(&self) -> Result<Transaction, Fault> {
        LockWait::default().begin(&self.pool).await
    }

    /// Returns a separate writer that does not check foreign keys. An import writes the rows that
    /// its own rows refer to, so checking them would be wasted; it would take a third of the time.
    pub(crate) fn unchecked_writer(&self) -> Writer {
        self.writer(|options| options.foreign_keys(false))
    }

    /// Returns a separate writer that overwrites pages when it frees them, keeps temporary tables
    /// in memory, and does not check foreign keys, so that the table of users can be rewritten.
    pub(crate) fn wiping_writer(&self) -> Writer {
        self.writer(|options| {
            let wiping = options.foreign_keys(false).pragma("secure_delete", "ON");
            wiping.pragma("temp_store", "MEMORY")
        })
    }

    /// Returns a separate writer that never waits for other processes.
    pub(crate) fn no_wait_writer(&self) -> Writer {
        self.writer(|options| options.busy_timeout(Duration::ZERO))
    }

    fn writer(&self, with: impl FnOnce(SqliteConnectOptions) -> SqliteConnectOptions) -> Writer {
        let options = with((*self.pool.connect_options()).clone());
        Writer { pool: pool(1, options), lock_wait: self.lock_wait.clone() }
    }
}

/// A separate connection with different settings.
pub(crate) struct Writer {
    pool: SqlitePool,
    lock_wait: LockWait,
}

impl Writer {
    /// Begins a write transaction, as [`Database::begin_write`] does.
    pub(crate) async fn begin_write(&self) -> Result<Transaction, Fault> {
        self.lock_wait.begin(&self.pool).await
    }

    /// Returns the connection outside a transaction.
    pub(crate) async fn connection(&self) -> Result<PoolConnection<Sqlite>, Fault> {
        Ok(self.pool.acquire().await?)
    }

    /// Closes the connection. Committed transactions are durable even if that fails.
    pub(crate) async fn close(self) {
        self.pool.close().await;
    }
}

fn pool(connections: u32, options: SqliteConnectOptions) -> SqlitePool {
    let pool = SqlitePoolOptions::new().max_connections(connections).test_before_acquire(false);
    pool.connect_lazy_with(options)
}

/// Migrates the database and enables write-ahead logging, which is persistent.
///
/// A new database gets its schema first, so that its file is always either empty or marked as ours.
async fn prepare(
    options: &SqliteConnectOptions,
    location: &Location,
) -> Result<(), Failure<OpenError>> {
    let mut connection = options.connect().await?;
    check_schema(&mut connection).await?;
    migrate::up(&mut connection, location).await?;
    // Switching the journal mode does not use the busy timeout, and a closing process can block it,
    // too.
    let mut tries = 0;
    while let Err(fault) = enable_wal(&mut connection).await {
        tries += 1;
        if tries == 50 || !fault.is_busy() {
            return Err(fault.into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    finish_erasing(&mut connection).await;
    Ok(connection.close().await?)
}

/// Finishes pending erasures unless another process reads or writes. If that fails, the next
/// opening tries again.
async fn finish_erasing(connection: &mut Connection) {
    if erase::is_pending(connection).await.unwrap_or(false)
        && sqlx::raw_sql("PRAGMA busy_timeout = 0").execute(&mut *connection).await.is_ok()
    {
        erase::finish(connection).await.ok();
    }
}

/// Fails if the schema is not valid text: the driver cannot handle column names that are not.
async fn check_schema(connection: &mut Connection) -> Result<(), Fault> {
    let texts = sqlx::query_scalar("SELECT sql FROM sqlite_schema");
    let _: Vec<Option<String>> = texts.fetch_all(connection).await?;
    Ok(())
}

async fn enable_wal(connection: &mut Connection) -> Result<(), Fault> {
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
    async fn uses_full_synchronisation_and_foreign_keys() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create_or_open(&folder.path().join("test.db")).await.unwrap();
        assert_eq!(pragma(&store, "PRAGMA journal_mode").await, "wal");
        assert_eq!(pragma(&store, "PRAGMA synchronous").await, "2", "FULL");
        assert_eq!(pragma(&store, "PRAGMA foreign_keys").await, "1");
        assert_eq!(pragma(&store, "PRAGMA application_id").await, APPLICATION_ID.to_string());
    }

    #[tokio::test]
    async fn a_full_disk_is_reported_and_loses_nothing() {
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
        let unlimited = store.database.pool.connect_options();
        store
            .database
            .pool
            .set_connect_options((*unlimited).clone().pragma("max_page_count", "60"));
        let error = import(20_000).await.unwrap_err();
        let full = matches!(error, ImportError::Store(StoreError::Full { .. }));
        assert!(full, "{error}");
        assert_eq!(store.data_digest().await.unwrap(), digest);
        assert_eq!(store.matrix().await.unwrap().ratings(), 10);
        store.database.pool.set_connect_options((*unlimited).clone());
        assert_eq!(import(20_000).await.unwrap().added, 19_990);
    }
}
