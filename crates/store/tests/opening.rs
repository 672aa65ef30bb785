//! Opening: what is created, what is rejected, and that rejected files are left untouched.

mod common;

use common::errors::IntoStoreError;
use common::{Place, SMALL, execute_in, import, integrity, table};
use likemind_store::{OpenError, Store, StoreError};
use std::fs;
use std::path::Path;

#[tokio::test]
async fn only_create_or_open_creates_a_file() {
    let place = Place::new();
    let error = Store::open_existing(&place.file).await.unwrap_err();
    assert!(matches!(error, OpenError::Missing { .. }), "{error}");
    assert!(error.to_string().contains("test.db, found no file"));
    assert!(!place.file.exists());
    place.open().await.close().await;
    Store::open_existing(&place.file).await.unwrap();
}

#[tokio::test]
async fn opening_again_changes_nothing() {
    let place = Place::new();
    place.open().await.close().await;
    let first = fs::read(&place.file).unwrap();
    for _ in 0..3 {
        let store = place.open().await;
        assert_eq!(store.summary().await.unwrap().sequence, 0);
        store.close().await;
    }
    assert_eq!(fs::read(&place.file).unwrap(), first);
    let names: Vec<_> =
        fs::read_dir(place.folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(names, ["test.db"], "closing removes the log");
}

#[tokio::test]
async fn only_create_or_open_accepts_an_empty_file() {
    let place = Place::new();
    fs::write(&place.file, "").unwrap();
    let error = Store::open_existing(&place.file).await.unwrap_err();
    assert!(error.to_string().contains("an empty file"), "{error}");
    assert_eq!(place.open().await.summary().await.unwrap().ratings, 0);
}

async fn open_error(file: &Path) -> String {
    let before = fs::read(file).ok();
    let create_error = Store::create_or_open(file).await.unwrap_err();
    let open_error = Store::open_existing(file).await.unwrap_err();
    assert_eq!(create_error.to_string(), open_error.to_string());
    assert_eq!(fs::read(file).ok(), before, "the file is left untouched");
    create_error.to_string()
}

#[tokio::test]
async fn other_files_are_rejected_untouched() {
    let place = Place::new();
    let expected = format!("expected a likemind database at {}, found ", place.file.display());
    for garbage in ["user,item,rating\n1,2,3\n".repeat(100), "x".to_owned(), "\0".repeat(5000)] {
        fs::write(&place.file, garbage).unwrap();
        assert_eq!(open_error(&place.file).await, format!("{expected}a file of another kind"));
    }
    fs::remove_file(&place.file).unwrap();
    let sql = "CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine')";
    execute_in(&place.file, sql).await;
    let found = "an SQLite database of another program";
    assert_eq!(open_error(&place.file).await, format!("{expected}{found}"));
    execute_in(&place.file, "PRAGMA journal_mode = WAL; PRAGMA user_version = 1").await;
    assert_eq!(open_error(&place.file).await, format!("{expected}{found}"));
    assert!(open_error(place.folder.path()).await.ends_with("found a folder"));
    #[cfg(unix)]
    {
        // Opening a pipe would block until another process reads or writes it.
        let pipe = place.folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let error = Store::open_existing(&pipe).await.unwrap_err().to_string();
        assert!(error.ends_with("found a pipe or a device"), "{error}");
    }
}

#[tokio::test]
async fn a_newer_database_is_rejected_untouched() {
    let place = Place::new();
    place.open().await.close().await;
    execute_in(&place.file, "PRAGMA user_version = 99; PRAGMA journal_mode = DELETE").await;
    let message = open_error(&place.file).await;
    let expected = "expected schema 8 or earlier, found schema 99 of a newer likemind";
    assert!(message.ends_with(expected), "{message}");
}

#[tokio::test]
async fn reports_truncated_files() {
    let place = Place::new();
    let store = place.open().await;
    let rows: Vec<_> = (0..2_000).map(|user| (format!("user {user}"), "film")).collect();
    let rows: Vec<_> = rows.iter().map(|(user, item)| (user.as_str(), *item, 3.0)).collect();
    import(&store, &table(&rows)).await.unwrap();
    store.close().await;
    let whole = fs::read(&place.file).unwrap();
    for length in [50, 4_096, whole.len() / 2] {
        fs::write(&place.file, &whole[..length]).unwrap();
        let opened = match Store::open_existing(&place.file).await {
            Ok(store) => store.ratings().await.map(|_| ()),
            Err(error) => Err(error.into_store_error()),
        };
        assert!(matches!(opened, Err(StoreError::Damaged { .. })), "{length}: {opened:?}");
    }
}

#[tokio::test]
async fn packed_ratings_are_checked_against_their_checksum() {
    let place = Place::new();
    let store = place.open().await;
    import(&store, &table(SMALL)).await.unwrap();
    // Replace one level by another that is also on the scale.
    let flip = "UPDATE snapshot_parts SET bytes = \
                CAST(substr(bytes, 1, length(bytes) - 1) || x'03' AS BLOB)";
    execute_in(&place.file, flip).await;
    let error = store.matrix().await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert!(error.to_string().contains("checksum"), "{error}");
}

#[tokio::test]
async fn a_missing_snapshot_is_rebuilt_from_the_rows() {
    let place = Place::new();
    let store = place.open().await;
    import(&store, &table(SMALL)).await.unwrap();
    let matrix = store.matrix().await.unwrap();
    execute_in(&place.file, "DELETE FROM snapshot_parts").await;
    execute_in(&place.file, "UPDATE data_set SET sequence = sequence + 1, checksum = NULL").await;
    assert_eq!(store.matrix().await.unwrap(), matrix);
    let at: i64 = sqlx::query_scalar("SELECT sequence FROM snapshot_parts")
        .fetch_one(&mut place.raw().await)
        .await
        .unwrap();
    assert_eq!(at as u64, store.summary().await.unwrap().sequence);
    execute_in(&place.file, "UPDATE ratings SET rating = 3.5 WHERE user = 0").await;
    execute_in(&place.file, "DELETE FROM snapshot_parts").await;
    let error = store.matrix().await.unwrap_err();
    assert!(error.to_string().contains("3.5 off the scale 1:5:1"), "{error}");
}

#[tokio::test]
async fn reports_locations_that_cannot_be_written() {
    let place = Place::new();
    for file in ["missing/test.db", "file/test.db"] {
        fs::write(place.folder.path().join("file"), "").unwrap();
        let error = Store::create_or_open(&place.folder.path().join(file)).await;
        let error = error.unwrap_err().into_store_error();
        assert!(matches!(error, StoreError::Unwritable { .. }), "{file}: {error}");
        assert!(error.to_string().contains(file), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_creation_of_one_database_is_safe() {
    let place = Place::new();
    let open =
        |file: std::path::PathBuf| tokio::spawn(async move { Store::create_or_open(&file).await });
    let tasks: Vec<_> = (0..6).map(|_| open(place.file.clone())).collect();
    for task in tasks {
        task.await.unwrap().unwrap().close().await;
    }
    assert_eq!(integrity(&place).await, "ok");
}
