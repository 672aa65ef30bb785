//! Full disks and read-only folders.
#![cfg(target_os = "linux")]

mod common;

use common::errors::IntoStoreError;
use common::small_disk::{SmallDisk, is_root, skip};
use common::{Place, SMALL, batch, import, many, table};
use likemind_store::{Change, ImportProgress, ImportStep, Store, StoreError};
use std::fs;

const SET: Change = Change::Set { rating: 2.0, timestamp: None };

#[tokio::test]
async fn a_disk_that_fills_up_during_an_import_loses_nothing() {
    let disk = match SmallDisk::mount() {
        Some(disk) => disk,
        None if is_root() => return skip("no small disk can be mounted"),
        None => return eprintln!("skipped: only root can mount a small disk"),
    };
    let file = disk.path("test.db");
    let store = Store::create_or_open(&file).await.unwrap();
    import(&store, &table(SMALL)).await.unwrap();
    let (digest, matrix) = (store.data_digest().await.unwrap(), store.matrix().await.unwrap());
    let more = many(1_000);
    let mut filled = false;
    let mut report = |progress: ImportProgress| {
        if progress.step == ImportStep::Ratings && progress.done * 2 > progress.total && !filled {
            disk.fill();
            filled = true;
        }
    };
    let error = store.import(batch(&more), &mut report).await.unwrap_err().into_store_error();
    assert!(matches!(error, StoreError::Full { .. }), "{error}");
    assert!(
        error.to_string().ends_with("expected enough disk space, found the disk full"),
        "{error}"
    );
    assert!(filled);
    // Both while the disk is full and once there is space again.
    assert_eq!(store.data_digest().await.unwrap(), digest);
    store.close().await;
    fs::remove_file(disk.path("filler")).unwrap();
    let store = Store::open_existing(&file).await.unwrap();
    assert_eq!(store.data_digest().await.unwrap(), digest);
    assert_eq!(store.matrix().await.unwrap(), matrix);
    assert_eq!(import(&store, &more).await.unwrap().added, 50_000);
    store.close().await;
}

#[tokio::test]
async fn a_full_disk_rejects_ratings_and_keeps_acknowledged_ones() {
    let Some(disk) = SmallDisk::mount() else {
        let reason = "no small disk can be mounted";
        return if is_root() { skip(reason) } else { eprintln!("skipped: {reason}") };
    };
    let file = disk.path("test.db");
    let store = Store::create_or_open(&file).await.unwrap();
    import(&store, &table(SMALL)).await.unwrap();
    // A database opened on a full disk has no space for its log, so this one is already in use.
    store.rate("early", "Heat", SET).await.unwrap();
    disk.fill();
    let mut acknowledged = 0;
    let error = loop {
        match store.rate(&format!("new {acknowledged}"), "Heat", SET).await {
            Ok(_) => acknowledged += 1,
            Err(error) => break error.into_store_error(),
        }
    };
    assert!(matches!(error, StoreError::Full { .. }), "{error}");
    let sequence = store.sequence().await.unwrap();
    assert_eq!(sequence, 2 + acknowledged);
    store.close().await;
    fs::remove_file(disk.path("filler")).unwrap();
    let store = Store::open_existing(&file).await.unwrap();
    assert_eq!(store.matrix().await.unwrap().ratings() as u64, 6 + acknowledged);
    store.rate("later", "Heat", SET).await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn reports_a_read_only_folder() {
    use std::os::unix::fs::PermissionsExt;
    if is_root() {
        return eprintln!("skipped: permissions do not apply to root");
    }
    let place = Place::new();
    let permit = |mode| {
        fs::set_permissions(place.folder.path(), fs::Permissions::from_mode(mode)).unwrap();
    };
    permit(0o555);
    let error = Store::create_or_open(&place.file).await.unwrap_err().into_store_error();
    permit(0o755);
    assert!(matches!(error, StoreError::Unwritable { .. }), "{error}");
}
