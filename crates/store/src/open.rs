//! Opening and making databases.

use crate::erase;
use crate::error::{Fault, StoreError};
use crate::migrate::{self, APPLICATION_ID};
use crate::turn::Turn;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{ConnectOptions, Connection, Sqlite, SqliteConnection, SqlitePool, Transaction};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How long a writer waits for another process before it gives up.
const PATIENCE: Duration = Duration::from_secs(5);

/// Readers and one writer; each is a thread.
const CONNECTIONS: u32 = 8;

/// An open database. Clones share it.
///
/// Its futures need a tokio runtime. Most work happens on threads of the database's own;
/// [`import`](Store::import) also computes in the task that awaits it.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) pool: SqlitePool,
    path: Arc<Path>,
    /// The file itself, whatever leads to it.
    file: Arc<Path>,
    turn: Turn,
}

/// What to do where there is no file.
#[derive(Clone, Copy, PartialEq)]
enum Absent {
    Make,
    Refuse,
}

impl Store {
    /// Opens the database at `path`, brought to the schema of this version. Where there is no file,
    /// or an empty one, it makes a database without ratings.
    ///
    /// # Errors
    /// [`StoreError`] if the file is no likemind database or made by a newer version (it is left
    /// untouched), damaged, or it or its folder cannot be written.
    pub async fn create_or_open(path: &Path) -> Result<Self, StoreError> {
        Self::open(path, Absent::Make, PATIENCE).await
    }

    /// Opens the database at `path`, which must be there, brought to the schema of this version.
    ///
    /// # Errors
    /// As [`create_or_open`](Self::create_or_open); [`StoreError::Missing`] where there is no file.
    pub async fn open_existing(path: &Path) -> Result<Self, StoreError> {
        Self::open(path, Absent::Refuse, PATIENCE).await
    }

    async fn open(path: &Path, absent: Absent, patience: Duration) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(patience)
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
        check_file(path, absent)?;
        prepare(&options, path).await.map_err(|fault| fault.at(path))?;
        let file = path.canonicalize().map_err(|error| {
            let found = error.to_string();
            StoreError::Unwritable { path: path.to_owned(), found }
        })?;
        let pool = pool(CONNECTIONS, options);
        Ok(Self { pool, path: Arc::from(path), file: Arc::from(file), turn: Turn::default() })
    }

    /// The same database, with writers that wait for their turn however long another process writes,
    /// as an import of 25 million ratings does for half a minute; by itself a writer gives up after
    /// five seconds. `tell` is called when it has waited for a second.
    ///
    /// A [`fit`](Self::fit) waits in any case, and tells so in its own way.
    #[must_use]
    pub fn patient(self, tell: impl Fn() + Send + Sync + 'static) -> Self {
        Self { turn: Turn::patient(tell), ..self }
    }

    /// Where the database is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of the file itself: the same for all processes, by whatever links they came.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Waits for what is under way, and closes the database for all clones. The last process to
    /// close it moves the write-ahead log into the file.
    ///
    /// A store that is dropped instead loses nothing: the log is read at the next opening.
    pub async fn close(self) {
        self.pool.close().await;
    }

    /// A transaction that sees the database as it is now, whatever others write meanwhile.
    pub(crate) async fn reading(&self) -> Result<Transaction<'static, Sqlite>, Fault> {
        Ok(self.pool.begin().await?)
    }

    /// A transaction that may write; there is one at a time. Dropped, it undoes what it did.
    pub(crate) async fn writing(&self) -> Result<Transaction<'static, Sqlite>, Fault> {
        self.turn.begin(&self.pool).await
    }

    /// As [`writing`](Self::writing), for what is not to wait for long even in a
    /// [patient](Self::patient) store: it is tried again later, or only saves time.
    pub(crate) async fn writing_soon(&self) -> Result<Transaction<'static, Sqlite>, Fault> {
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

    /// Runs `work`, and has its error name the file.
    pub(crate) async fn named<T>(
        &self,
        work: impl Future<Output = Result<T, Fault>> + Send,
    ) -> Result<T, StoreError> {
        work.await.map_err(|fault| fault.at(&self.path))
    }
}

/// A connection of its own, whose settings differ.
pub(crate) struct Writer {
    pool: SqlitePool,
    turn: Turn,
}

impl Writer {
    /// A transaction that may write, as [`Store::writing`] has it.
    pub(crate) async fn writing(&self) -> Result<Transaction<'static, Sqlite>, Fault> {
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
async fn prepare(options: &SqliteConnectOptions, path: &Path) -> Result<(), Fault> {
    let mut connection = options.connect().await?;
    check_schema(&mut connection).await?;
    migrate::up(&mut connection, path).await?;
    // The switch does not wait for its turn by itself, and a closing process is in its way too.
    let mut tries = 0;
    while let Err(fault) = log_ahead(&mut connection).await {
        tries += 1;
        if tries == 50 || !fault.is_busy() {
            return Err(fault);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    finish_erasing(&mut connection).await;
    Ok(connection.close().await?)
}

/// Overwrites what is left of people who were forgotten, unless somebody reads or writes. If it cannot
/// be done the next opening tries again.
async fn finish_erasing(connection: &mut SqliteConnection) {
    if erase::is_left(connection).await.unwrap_or(false)
        && sqlx::raw_sql("PRAGMA busy_timeout = 0").execute(&mut *connection).await.is_ok()
    {
        erase::finish(connection).await.ok();
    }
}

/// Refuses a schema that is not text: the driver cannot bear names of columns that are none.
async fn check_schema(connection: &mut SqliteConnection) -> Result<(), Fault> {
    let texts = sqlx::query_scalar("SELECT sql FROM sqlite_schema");
    let _: Vec<Option<String>> = texts.fetch_all(connection).await?;
    Ok(())
}

async fn log_ahead(connection: &mut SqliteConnection) -> Result<(), Fault> {
    sqlx::raw_sql("PRAGMA journal_mode = WAL").execute(connection).await?;
    Ok(())
}

/// What every SQLite file begins with, and where its header holds the application's number.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const HEADER_BYTES: usize = 100;
const APPLICATION_ID_AT: usize = 68;

/// Refuses what is not a database of ours by its first bytes, before SQLite may write to it.
fn check_file(path: &Path, absent: Absent) -> Result<(), StoreError> {
    let not_ours = |found| Err(StoreError::NotOurs { path: path.to_owned(), found });
    match path.metadata() {
        Ok(about) if about.is_dir() => return not_ours("a folder"),
        // Which opening might wait for.
        Ok(about) if !about.is_file() => return not_ours("a pipe or a device"),
        _ => {}
    }
    let mut header = Vec::new();
    open_file(path, absent)?
        .take(HEADER_BYTES as u64)
        .read_to_end(&mut header)
        .map_err(|error| StoreError::Unwritable { path: path.into(), found: error.to_string() })?;
    match (header.is_empty(), absent) {
        (true, Absent::Make) => return Ok(()),
        (true, Absent::Refuse) => return not_ours("an empty file"),
        _ => {}
    }
    if !header.starts_with(MAGIC) {
        return not_ours("a file of another kind");
    }
    let Some(id) = header.get(APPLICATION_ID_AT..APPLICATION_ID_AT + 4) else {
        let found = format!("{} bytes in all", header.len());
        return Err(StoreError::Damaged { path: path.to_owned(), found });
    };
    if id != APPLICATION_ID.to_be_bytes() {
        return not_ours("an SQLite database of another program");
    }
    Ok(())
}

/// Opens the file for writing too, so that what forbids it is told in the system's words.
fn open_file(path: &Path, absent: Absent) -> Result<File, StoreError> {
    let path_owned = || PathBuf::from(path);
    let make = absent == Absent::Make;
    OpenOptions::new().read(true).write(true).create(make).truncate(false).open(path).map_err(
        |error| match error.kind() {
            ErrorKind::NotFound if !make => StoreError::Missing { path: path_owned() },
            _ => StoreError::Unwritable { path: path_owned(), found: error.to_string() },
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ImportBatch, ImportMode, Keep, ScaleChoice};
    use likemind::{Catalogue, RatingScale, RatingTable};
    use sqlx::Row;

    async fn pragma(store: &Store, name: &'static str) -> String {
        let value = sqlx::query(name).fetch_one(&store.pool).await.unwrap();
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
            let (mut table, catalogue) = (RatingTable::new(), Catalogue::new());
            for user in 0..users {
                table.push(&user.to_string(), "film", 3.0, None).unwrap();
            }
            let batch = ImportBatch {
                name: None,
                table: &table,
                catalogue: &catalogue,
                scale: RatingScale::FIVE_STARS,
                scale_choice: ScaleChoice::Given,
                keep: Keep::Newest,
                mode: ImportMode::Add,
            };
            store.import(batch, &mut |_| ()).await
        };
        import(10).await.unwrap();
        let digest = store.data_digest().await.unwrap();
        let roomy = store.pool.connect_options();
        store.pool.set_connect_options((*roomy).clone().pragma("max_page_count", "60"));
        let error = import(20_000).await.unwrap_err();
        assert!(matches!(error, StoreError::Full { .. }), "{error}");
        assert_eq!(store.data_digest().await.unwrap(), digest);
        assert_eq!(store.matrix().await.unwrap().ratings(), 10);
        store.pool.set_connect_options((*roomy).clone());
        assert_eq!(import(20_000).await.unwrap().added, 19_990);
    }
}
