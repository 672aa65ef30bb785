//! Several processes using one database.

mod common;

use common::errors::IntoStoreError;
use common::{Place, SMALL, execute, import, table};
use likemind_store::{Change, ImportProgress, ImportStep, Store};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn readers_see_the_former_state_during_a_write() {
    let place = Place::new();
    let (writer, reader) = (place.open().await, place.open().await);
    import(&writer, &table(SMALL)).await.unwrap();
    let before = reader.matrix().await.unwrap();
    let (send, mut written) = tokio::sync::mpsc::unbounded_channel();
    let importing = tokio::spawn(async move {
        let more = table(&[("new", "New", 3.0), ("ada", "Heat", 1.0)]);
        let mut report = |progress: ImportProgress| {
            if progress.step == ImportStep::Snapshot {
                let (go, wait) = std::sync::mpsc::channel::<()>();
                send.send(go).unwrap();
                // Wait until the reader has read.
                wait.recv().unwrap();
            }
        };
        writer.import(common::batch(&more), &mut report).await.map(|_| writer)
    });
    let go = written.recv().await.unwrap();
    assert_eq!(reader.matrix().await.unwrap(), before);
    assert_eq!(reader.summary().await.unwrap().ratings, 5);
    go.send(()).unwrap();
    let writer = importing.await.unwrap().unwrap();
    assert_eq!(reader.summary().await.unwrap().ratings, 6);
    assert_eq!(reader.matrix().await.unwrap(), writer.matrix().await.unwrap());
}

#[tokio::test]
async fn a_writer_gives_up_if_another_keeps_writing() {
    let place = Place::new();
    let store = place.open().await;
    let mut other = place.raw().await;
    execute(&mut other, "BEGIN IMMEDIATE").await;
    let error = import(&store, &table(SMALL)).await.unwrap_err();
    assert!(error.into_store_error().is_locked());
    execute(&mut other, "ROLLBACK").await;
    import(&store, &table(SMALL)).await.unwrap();
}

#[tokio::test]
async fn a_patient_writer_waits_without_a_limit() {
    let place = Place::new();
    let (reported, mut waits) = tokio::sync::mpsc::unbounded_channel();
    let store = place.open().await.patient(move || reported.send(()).unwrap());
    for _ in 0..2 {
        let mut other = place.raw().await;
        execute(&mut other, "BEGIN IMMEDIATE").await;
        let small = table(SMALL);
        let end = async {
            waits.recv().await.unwrap();
            // Longer than the busy timeout.
            tokio::time::sleep(Duration::from_secs(6)).await;
            execute(&mut other, "ROLLBACK").await;
        };
        let (imported, ()) = tokio::join!(import(&store, &small), end);
        imported.unwrap();
    }
    assert!(waits.try_recv().is_err(), "each wait is reported once");
}

#[tokio::test]
async fn acknowledged_changes_survive_without_closing() {
    let place = Place::new();
    let store = place.open().await;
    // Another connection stays open, so the log is not moved into the file.
    let mut other = place.raw().await;
    execute(&mut other, "SELECT count(*) FROM users").await;
    import(&store, &table(SMALL)).await.unwrap();
    // The file and its log, as a crash would leave them.
    let copies = Place::new();
    for end in ["", "-wal"] {
        let name = format!("test.db{end}");
        std::fs::copy(place.folder.path().join(&name), copies.folder.path().join(&name)).unwrap();
    }
    let recovered = Store::open_existing(&copies.file).await.unwrap();
    assert_eq!(recovered.matrix().await.unwrap(), store.matrix().await.unwrap());
    assert_eq!(recovered.data_digest().await.unwrap(), store.data_digest().await.unwrap());
}

/// Checks at compile time that the futures of the store can be spawned.
#[allow(dead_code, reason = "only compiled")]
fn futures_are_send(store: Store) {
    fn send<T: Send>(_: T) {}
    send(async move {
        let table = table(SMALL);
        store.import(common::batch(&table), &mut |_| ()).await.unwrap();
        store.matrix().await.unwrap();
        store.ratings().await.unwrap();
        store.find_items("", 1).await.unwrap();
        store.models().await.unwrap();
        store.rate("ada", "Heat", Change::Remove).await.unwrap();
        store.rate_many(&[]).await.unwrap();
        store.forget("ada").await.unwrap();
        store.changes_since(store.sequence().await.unwrap(), 1).await.unwrap();
        store.matrix_at(1).await.unwrap();
        store.close().await;
    });
}
