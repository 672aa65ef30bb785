//! Copies: whole or not there, in place of nothing, and databases like any other.

mod common;

use common::errors::OfStore;
use common::{Place, SMALL, forty_thousand, import, names_in, table};
use likemind_store::{BackupError, Location, Store, StoreError};
use std::fs;
use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

#[tokio::test]
async fn what_is_there_stays() {
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
async fn a_copy_that_is_not_made_leaves_nothing() {
    let place = Place::new();
    let store = place.open().await;
    import(&store, &forty_thousand()).await.unwrap();
    let nowhere = place.folder.path().join("missing/copy.db");
    let error = store.backup(&nowhere).await.unwrap_err();
    let error = error.of_store();
    let StoreError::Unwritable { location, .. } = &error else { panic!("{error}") };
    assert_eq!(*location, Location::from(&nowhere));
    // Given up in the middle: begun, and then never asked again.
    let abandoned = place.folder.path().join("abandoned.db");
    let mut copying = Box::pin(store.backup(&abandoned));
    let first = poll_fn(|context| Poll::Ready(copying.as_mut().poll(context))).await;
    assert!(first.is_pending());
    assert!(names_in(place.folder.path()).iter().any(|name| name.starts_with('.')));
    // Its task gets to the database.
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    drop(copying);
    // A connection that is still copying is waited for, and the copy goes right after.
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

/// A path is a path, whatever SQLite makes of such names.
#[tokio::test]
async fn any_name_will_do() {
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
