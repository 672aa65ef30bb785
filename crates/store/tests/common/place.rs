//! Where a test has its database, and what other programs do there.

use likemind_store::Store;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder with a database that is to be.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    pub(crate) file: PathBuf,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("test.db");
        Self { folder, file }
    }

    pub(crate) async fn open(&self) -> Store {
        Store::create_or_open(&self.file).await.unwrap()
    }

    /// A connection past the store, as another program would have.
    pub(crate) async fn raw(&self) -> SqliteConnection {
        raw(&self.file).await
    }
}

pub(crate) async fn raw(file: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(file).create_if_missing(true).connect().await.unwrap()
}

pub(crate) async fn execute(connection: &mut SqliteConnection, sql: &'static str) {
    sqlx::raw_sql(sql).execute(connection).await.unwrap();
}

/// Executes by a connection of its own, which is closed when this returns: one that is only dropped
/// closes on its own thread later, and may write to the file as it does.
pub(crate) async fn execute_in(file: &Path, sql: &'static str) {
    let mut connection = raw(file).await;
    execute(&mut connection, sql).await;
    connection.close().await.unwrap();
}

/// What SQLite finds wrong; `"ok"` where nothing is.
pub(crate) async fn integrity(place: &Place) -> String {
    let mut connection = place.raw().await;
    let orphans = sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut connection).await.unwrap();
    assert!(orphans.is_empty(), "{} rows refer to nothing", orphans.len());
    let check = sqlx::query_scalar("PRAGMA integrity_check");
    let found = check.fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    found
}

/// The names of what is in a folder, in their order.
pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|e| name(e.unwrap())).collect();
    names.sort();
    names
}
