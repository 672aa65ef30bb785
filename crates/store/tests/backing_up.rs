//! Copies made while others write: whole or not there, and databases like any other.

mod common;

use common::errors::OfStore;
use common::{Place, SMALL, import, raw, table};
use likemind::{ModelOptions, RatingTable, Side};
use likemind_store::{
    BackupError, Change, FitEnd, FitOptions, FitStop, Location, Store, StoreError,
};
use std::fs;
use std::future::poll_fn;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::task::Poll;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

fn names_in(folder: &Path) -> Vec<String> {
    let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|e| name(e.unwrap())).collect();
    names.sort();
    names
}

/// Ratings enough for a fit that takes a while, in a debug build or not.
fn many() -> RatingTable {
    let mut table = RatingTable::new();
    for user in 0..2_000_u32 {
        for rated in 0..20 {
            let (item, rating) = ((user * 7 + rated * 31) % 400, (user + rated * rated) % 5 + 1);
            table.push(&user.to_string(), &item.to_string(), rating.into(), None).unwrap();
        }
    }
    table.deduplicate();
    table
}

fn fit_options() -> FitOptions {
    FitOptions {
        parameters: ModelOptions::new(Side::Users).check().unwrap(),
        threads: Some(1),
        kernel: None,
        holder: "a test".to_owned(),
        checkpoint_every: Duration::from_millis(50),
        rest: Duration::ZERO,
        keep_models: FitOptions::KEEP_MODELS,
    }
}

/// What holds of every copy: sound, with the ratings of its sequence, and answering.
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
    // And it takes ratings.
    let change = Change::Set { rating: 3.0, timestamp: None };
    assert!(copy.rate("somebody new", "1", change).await.unwrap().changed);
    copy.close().await;
}

/// The rating of this number: who gives it, what to, and how much. No two are of one user and item.
fn written(number: u32) -> (String, String, f64) {
    (format!("new {}", number % 90), format!("{}", number / 90), f64::from(number % 5 + 1))
}

/// Holds a database to have the first `acknowledged` of these ratings.
async fn check_written(store: &Store, acknowledged: u32) {
    let (users, items) = (store.user_ids().await.unwrap(), store.item_ids().await.unwrap());
    let matrix = store.matrix().await.unwrap();
    for (user, item, rating) in (1..=acknowledged).map(written) {
        let (known, rated) = (users.get(&user).unwrap(), items.get(&item).unwrap());
        assert_eq!(matrix.rating(known, rated), Some(rating), "of {item} by {user}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_are_made_while_ratings_are_written_and_a_fit_runs() {
    let place = Place::new();
    let store = place.open().await;
    import(&store, &many()).await.unwrap();
    let options = fit_options();
    let first = store.fit(options.clone(), &FitStop::default(), &mut |_| ()).await.unwrap();
    assert!(matches!(first, FitEnd::Done(_)));

    let (over, acknowledged) = (AtomicBool::new(false), AtomicU32::new(0));
    // 200 a second; what was not written in time follows at once.
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
            let end = store.fit(options.clone(), &FitStop::default(), &mut |_| ()).await.unwrap();
            assert!(matches!(end, FitEnd::Done(_)));
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
    import(&store, &many()).await.unwrap();
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
