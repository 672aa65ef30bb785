//! What the tests of the store share.
#![allow(dead_code, reason = "each test file uses some of it")]

pub(crate) mod errors;
pub(crate) mod everything;
pub(crate) mod jobs;

use likemind::{ModelOptions, Neighbour, NeighbourIndex, RatingScale, RatingTable, RowIdx, Side};
use likemind_store::{ImportBatch, ImportError, ImportSummary, ModelId, NewModel, Store, Summary};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// What a database holds, as far as it can be told in short.
pub(crate) async fn state(store: &Store) -> (Summary, String) {
    (store.summary().await.unwrap(), store.data_digest().await.unwrap())
}

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

pub(crate) type Row<'a> = (&'a str, &'a str, f64);

pub(crate) fn table(rows: &[Row<'_>]) -> RatingTable {
    let mut table = RatingTable::new();
    for (time, &(user, item, rating)) in rows.iter().enumerate() {
        // Some times are unknown.
        table.push(user, item, rating, (time % 3 > 0).then_some(time as i64 * 1_000)).unwrap();
    }
    table
}

/// All of `table` on five stars, without a catalogue.
pub(crate) fn batch(table: &RatingTable) -> ImportBatch<'_> {
    ImportBatch::new(table, RatingScale::FIVE_STARS).with_name("test")
}

pub(crate) async fn import(
    store: &Store,
    table: &RatingTable,
) -> Result<ImportSummary, ImportError> {
    store.import(batch(table), &mut |_| ()).await
}

/// A model of three lists, stored for the ratings as they are: it makes their changes worth following.
pub(crate) async fn save_model(store: &Store) -> ModelId {
    let neighbour = |index| Neighbour { index: RowIdx(index), overlap: 2, similarity: 0.5 };
    let lists = [vec![neighbour(1)], vec![neighbour(0)], vec![]];
    let index = NeighbourIndex::from_lists(Side::Users, lists).unwrap();
    let new = NewModel {
        parameters: &ModelOptions::new(Side::Users).check().unwrap(),
        index: &index,
        digest: &index.digest(),
        data_digest: &store.data_digest().await.unwrap(),
        sequence: store.sequence().await.unwrap(),
        pairs: 3,
        seconds: 0.25,
    };
    store.save_model(new, &mut |_| ()).await.unwrap()
}

pub(crate) const SMALL: &[Row<'_>] = &[
    ("ada", "Heat", 4.0),
    ("bob", "Heat", 5.0),
    ("ada", "Ronin", 2.0),
    ("eve", "Alien", 5.0),
    ("bob", "Alien", 1.0),
];
