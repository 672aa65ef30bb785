//! Damaged files, and writers that never finish.

mod common;

use common::errors::IntoStoreError;
use common::{Place, SMALL, execute, import, save_model, table};
use likemind_store::{Change, Changes, Store, StoreError};
use std::fs;
use std::path::Path;

const SET: Change = Change::Set { rating: 2.0, timestamp: None };

/// Reads and writes all parts of a database.
async fn use_all(file: &Path) -> Result<(), StoreError> {
    let store = Store::open_existing(file).await.map_err(IntoStoreError::into_store_error)?;
    let done = async {
        store.summary().await?;
        store.matrix().await?;
        store.ratings().await?;
        store.user_ids().await?;
        store.item_ids().await?;
        store.catalogue().await?;
        for model in store.models().await? {
            store.neighbour_index(model.id).await.map_err(IntoStoreError::into_store_error)?;
        }
        if let Changes::Single(changes) = store.changes_since(1, 99).await? {
            assert!(changes.len() < 99);
        }
        store.rate("user 7", "film", SET).await.map_err(IntoStoreError::into_store_error)?;
        store.forget("user 8").await.map_err(IntoStoreError::into_store_error)?;
        import(&store, &table(SMALL)).await.map_err(IntoStoreError::into_store_error)?;
        Ok(())
    };
    let done = done.await;
    store.close().await;
    done
}

async fn large() -> (Place, Vec<u8>) {
    let place = Place::new();
    let store = place.open().await;
    let ids: Vec<String> = (0..600).map(|user| format!("user {user}")).collect();
    let rows: Vec<_> = ids.iter().map(|id| (id.as_str(), "film", 3.0)).collect();
    import(&store, &table(&rows)).await.unwrap();
    save_model(&store).await;
    store.rate("user 5", "film", SET).await.unwrap();
    store.close().await;
    let whole = fs::read(&place.file).unwrap();
    (place, whole)
}

#[tokio::test]
async fn reports_truncated_files() {
    let (place, whole) = large().await;
    for pages in 1..whole.len() / 4_096 {
        for length in [pages * 4_096, pages * 4_096 + 1_000] {
            fs::write(&place.file, &whole[..length]).unwrap();
            let used = use_all(&place.file).await;
            assert!(matches!(used, Err(StoreError::Damaged { .. })), "{length}: {used:?}");
        }
    }
    fs::write(&place.file, whole).unwrap();
    use_all(&place.file).await.unwrap();
}

#[tokio::test]
async fn reports_garbled_pages() {
    let (place, whole) = large().await;
    let pages = whole.len() / 4_096;
    for garbage in [0_u8, 0xa5, 0xff] {
        let mut reported = 0;
        for page in 1..pages {
            let mut garbled = whole.clone();
            garbled[page * 4_096..(page + 1) * 4_096].fill(garbage);
            fs::write(&place.file, garbled).unwrap();
            match use_all(&place.file).await {
                // An unused page, or one of a table that is not read here.
                Ok(()) => {}
                Err(StoreError::Damaged { .. }) => reported += 1,
                Err(other) => panic!("page {page} of {garbage}: {other:?}"),
            }
            for end in ["-wal", "-shm"] {
                fs::remove_file(place.folder.path().join(format!("test.db{end}"))).ok();
            }
        }
        assert!(reported * 2 > pages, "{reported} of {pages}");
    }
}

#[tokio::test]
async fn all_writers_report_a_lock_and_readers_continue() {
    let place = Place::new();
    let store = place.open().await;
    import(&store, &table(SMALL)).await.unwrap();
    let mut other = place.raw().await;
    execute(&mut other, "BEGIN IMMEDIATE").await;
    let (rated, forgotten) = tokio::join!(store.rate("ada", "Heat", SET), store.forget("ada"));
    assert!(rated.unwrap_err().into_store_error().is_locked());
    assert!(forgotten.unwrap_err().into_store_error().is_locked());
    // Reading still works.
    assert_eq!(store.matrix().await.unwrap().ratings(), 5);
    assert_eq!(store.sequence().await.unwrap(), 1);
    execute(&mut other, "ROLLBACK").await;
    store.rate("ada", "Heat", SET).await.unwrap();
}
