//! A disk that fills up during a fit.
#![cfg(target_os = "linux")]

mod common;

use common::fits::{fitted, slow_fit};
use common::ratings::{import, many};
use common::small_disk::{SmallDisk, is_root, skip};
use likemind::{AllPairs, Unobserved};
use likemind_engine::{FitEvent, FitStop, fit};
use likemind_store::{JobError, Store, StoreError};
use std::fs;

#[tokio::test]
async fn a_disk_that_fills_up_during_a_fit_loses_nothing() {
    let Some(disk) = SmallDisk::mount() else {
        let why = "no small disk can be mounted";
        return if is_root() { skip(why) } else { eprintln!("skipped: {why}") };
    };
    let file = disk.path("test.db");
    let store = Store::create_or_open(&file).await.unwrap();
    import(&store, &many(1_500)).await;
    let (digest, matrix) = (store.data_digest().await.unwrap(), store.matrix().await.unwrap());
    let options = slow_fit();
    let mut filled = false;
    let mut fill = |event| {
        if let (FitEvent::Comparing(_), false) = (event, filled) {
            disk.fill();
            filled = true;
        }
    };
    let error = fit(&store, options.clone(), &FitStop::default(), &mut fill).await.unwrap_err();
    assert!(matches!(error, JobError::Store(StoreError::Full { .. })), "{error}");
    assert!(filled);
    assert_eq!(store.data_digest().await.unwrap(), digest);
    assert_eq!(store.models().await.unwrap(), []);
    store.close().await;
    fs::remove_file(disk.path("filler")).unwrap();
    let store = Store::open_existing(&file).await.unwrap();
    assert_eq!(store.matrix().await.unwrap(), matrix);
    // The next fit takes over immediately from the failed process.
    let fitted = fitted(&store, options.clone()).await;
    let wanted =
        AllPairs::new(&matrix, *options.parameters.neighbours().unwrap()).run(&Unobserved).unwrap();
    assert_eq!((fitted.job.0, fitted.digest), (1, wanted.digest()));
    store.close().await;
}
