//! Backups made during concurrent writes are complete databases.

mod common;

use common::fits::fitted;
use common::ratings::{forty_thousand, import};
use common::{Place, names_in, raw};
use likemind::{ModelOptions, Side};
use likemind_engine::FitOptions;
use likemind_store::{Change, Store};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// Checks that a copy is intact, has the ratings of its sequence number, and can be used.
async fn check_copy(file: &Path, original: &Store) {
    let mut connection = raw(file).await;
    let found: String =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await.unwrap();
    assert_eq!(found, "ok");
    let copy = Store::open_existing(file).await.unwrap();
    let sequence = copy.sequence().await.unwrap();
    let then = original.matrix_at(sequence).await.unwrap().unwrap();
    assert_eq!(copy.matrix().await.unwrap(), then);
    let model = copy.active_model(Side::Users).await.unwrap().unwrap();
    assert_eq!(copy.neighbour_index(model.id).await.unwrap().digest(), model.digest);
    // It accepts ratings.
    let change = Change::Set { rating: 3.0, timestamp: None };
    assert!(copy.rate("somebody new", "1", change).await.unwrap().changed);
    copy.close().await;
}

/// User, item and value of the rating with this number. All pairs of user and item differ.
fn written(number: u32) -> (String, String, f64) {
    (format!("new {}", number % 90), format!("{}", number / 90), f64::from(number % 5 + 1))
}

/// Checks that a database has the first `acknowledged` of these ratings.
async fn check_written(store: &Store, acknowledged: u32) {
    let (users, items) = (store.user_ids().await.unwrap(), store.item_ids().await.unwrap());
    let matrix = store.matrix().await.unwrap();
    for (user, item, rating) in (1..=acknowledged).map(written) {
        let (known, rated) = (users.get(&user).unwrap(), items.get(&item).unwrap());
        assert_eq!(matrix.rating(known, rated), Some(rating), "of {item} by {user}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_are_complete_while_ratings_are_written_and_a_fit_runs() {
    let place = Place::new();
    let store = place.open().await;
    import(&store, &forty_thousand()).await;
    let parameters = ModelOptions::new(Side::Users).check().unwrap();
    let options = FitOptions::new(parameters, "a test")
        .with_threads(Some(1))
        .with_checkpoint_every(Duration::from_millis(50));
    fitted(&store, options.clone()).await;

    let (over, acknowledged) = (AtomicBool::new(false), AtomicU32::new(0));
    // 200 a second; a writer that falls behind catches up without pauses.
    let write = async {
        let mut beat = tokio::time::interval(Duration::from_millis(5));
        beat.set_missed_tick_behavior(MissedTickBehavior::Burst);
        while !over.load(Ordering::Relaxed) {
            beat.tick().await;
            let number = acknowledged.load(Ordering::Relaxed) + 1;
            let (user, item, rating) = written(number);
            let change = Change::Set { rating, timestamp: None };
            store.rate(&user, &item, change).await.unwrap();
            acknowledged.store(number, Ordering::Relaxed);
        }
    };
    let fit = async {
        let mut fits = 0;
        while !over.load(Ordering::Relaxed) {
            fitted(&store, options.clone()).await;
            fits += 1;
        }
        fits
    };
    let copy = async {
        for round in 0..5 {
            let (before, sequence) =
                (acknowledged.load(Ordering::Relaxed), store.sequence().await.unwrap());
            let file = place.folder.path().join(format!("copy-{round}.db"));
            let made = store.backup(&file).await.unwrap();
            assert_eq!(made.bytes, fs::metadata(&file).unwrap().len());
            let copy = Store::open_existing(&file).await.unwrap();
            assert!(
                copy.sequence().await.unwrap() >= sequence,
                "an acknowledged rating is missing"
            );
            check_written(&copy, before).await;
            copy.close().await;
            check_copy(&file, &store).await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        over.store(true, Ordering::Relaxed);
    };
    let ((), fits, ()) = tokio::join!(write, fit, copy);
    let acknowledged = acknowledged.into_inner();
    assert!(fits > 0 && acknowledged > 20, "{fits} fits, {acknowledged} ratings");
    check_written(&store, acknowledged).await;
    assert!(names_in(place.folder.path()).iter().all(|name| !name.starts_with('.')));
}
