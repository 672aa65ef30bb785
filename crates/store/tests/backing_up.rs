//! Backups are complete or absent, never replace a file, and are normal databases.

mod common;

use common::errors::IntoStoreError;
use common::{Place, SMALL, forty_thousand, import, names_in, table};
use likemind_store::{BackupError, Location, Store, StoreError};
use std::fs;
use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

#[tokio::test]
async fn never_replaces_an_existing_file() {
    let place = Place::new();
    let store = place.open().await;
    import(&store, &table(SMALL)).await.unwrap();
    let taken = place.folder.path().join("taken");
    fs::write(&taken, "mine").unwrap();
    for path in [&taken, &place.file, &place.folder.path().to_owned()] {
        let error = store.backup(path).await.unwrap_err();
        assert!(matches!(error, BackupError::Exists { .. }), "{error}");
    }
    assert_eq!(fs::read(&taken).unwrap(), b"mine");
    assert_eq!(store.matrix().await.unwrap().ratings(), SMALL.len());
}

#[tokio::test]
async fn a_failed_backup_leaves_no_files() {
    let place = Place::new();
    let store = place.open().await;
    import(&store, &forty_thousand()).await.unwrap();
    let nowhere = place.folder.path().join("missing/copy.db");
    let error = store.backup(&nowhere).await.unwrap_err();
    let error = error.into_store_error();
    let StoreError::Unwritable { location, .. } = &error else { panic!("{error}") };
    assert_eq!(*location, Location::from(&nowhere));
    // Abandoned in the middle: polled once, then dropped.
    let abandoned = place.folder.path().join("abandoned.db");
    let mut copying = Box::pin(store.backup(&abandoned));
    let first = poll_fn(|context| Poll::Ready(copying.as_mut().poll(context))).await;
    assert!(first.is_pending());
    assert!(names_in(place.folder.path()).iter().any(|name| name.starts_with('.')));
    // Let the task reach the database.
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    drop(copying);
    // Closing waits for a connection that is still copying; the copy is deleted right afterwards.
    store.close().await;
    let is_clean = || names_in(place.folder.path()).iter().all(|name| name.starts_with("test.db"));
    for _ in 0..6_000 {
        if is_clean() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{:?}", names_in(place.folder.path()));
}

/// Names that SQLite would interpret are plain paths.
#[tokio::test]
async fn any_file_name_works() {
    let place = Place::new();
    let store = place.open().await;
    import(&store, &table(SMALL)).await.unwrap();
    for name in ["file:copy.db?mode=memory", ":memory:", "it's \"one\"", "ünï"] {
        let file = place.folder.path().join(name);
        store.backup(&file).await.unwrap();
        assert!(fs::metadata(&file).unwrap().len() > 0, "{name}");
        let copy = place.folder.path().join("copy.db");
        fs::rename(&file, &copy).unwrap();
        let copy = Store::open_existing(&copy).await.unwrap();
        assert_eq!(copy.data_digest().await.unwrap(), store.data_digest().await.unwrap());
        copy.close().await;
    }
}
