//! A temporary database, and access to it that bypasses the store.

use likemind_store::Store;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A temporary folder with the path of a database, which is not created yet.
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

    /// Returns a connection that bypasses the store, as another program would have.
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

/// Executes on a separate connection, which is closed on return. A connection that is only dropped
/// is closed later on its own thread, and may write to the file then.
pub(crate) async fn execute_in(file: &Path, sql: &'static str) {
    let mut connection = raw(file).await;
    execute(&mut connection, sql).await;
    connection.close().await.unwrap();
}

/// Returns the result of SQLite's integrity check; `"ok"` if nothing is wrong.
pub(crate) async fn integrity(place: &Place) -> String {
    let mut connection = place.raw().await;
    let orphans = sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut connection).await.unwrap();
    assert!(orphans.is_empty(), "{} rows refer to nothing", orphans.len());
    let check = sqlx::query_scalar("PRAGMA integrity_check");
    let found = check.fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    found
}

/// Returns the sorted names of the entries of a folder.
pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|e| name(e.unwrap())).collect();
    names.sort();
    names
}
