//! Imports report progress, and leave the database unchanged if they do not finish.

mod common;

use common::{Place, SMALL, batch, execute, import, integrity, state, table};
use likemind::RatingTable;
use likemind_store::{ImportError, ImportMode, ImportProgress, ImportStep};
use std::sync::Arc;
use tokio::sync::Notify;

#[tokio::test]
async fn bad_rows_leave_the_database_unchanged() {
    let place = Place::new();
    let store = place.open().await;
    import(&store, &table(SMALL)).await.unwrap();
    let before = state(&store).await;
    for bad in [5.5, 0.0, f64::NAN, f64::INFINITY] {
        let rows = [("new", "New", 3.0), ("ada", "Heat", 1.0), ("last", "It's \"it\"", bad)];
        let error = import(&store, &table(&rows)).await.unwrap_err();
        assert!(matches!(error, ImportError::OffScale(_)), "{error}");
        assert!(error.to_string().contains(r#"by user "last" of item "It's \"it\"""#), "{error}");
        assert_eq!(state(&store).await, before);
    }
    let twice = [("new", "New", 3.0), ("new", "New", 4.0)];
    let error = import(&store, &table(&twice)).await.unwrap_err();
    assert!(matches!(error, ImportError::Duplicate { .. }), "{error}");
    assert_eq!(state(&store).await, before);
}

#[tokio::test]
async fn a_failure_in_the_last_statement_undoes_everything() {
    let place = Place::new();
    let store = place.open().await;
    import(&store, &table(SMALL)).await.unwrap();
    let (before, matrix) = (state(&store).await, store.matrix().await.unwrap());
    let mut other = place.raw().await;
    let fail = "CREATE TRIGGER fail BEFORE UPDATE ON data_set \
                BEGIN SELECT RAISE(ABORT, 'injected'); END";
    execute(&mut other, fail).await;
    for mode in [ImportMode::Add, ImportMode::Replace] {
        let more = table(&[("new", "New", 3.0), ("ada", "Heat", 1.0)]);
        let batch = batch(&more).with_mode(mode);
        let error = store.import(batch, &mut |_| ()).await.unwrap_err();
        assert!(error.to_string().contains("injected"), "{error}");
        assert_eq!(state(&store).await, before);
        assert_eq!(store.matrix().await.unwrap(), matrix);
    }
    execute(&mut other, "DROP TRIGGER fail").await;
    assert_eq!(integrity(&place).await, "ok");
    import(&store, &table(&[("new", "New", 3.0)])).await.unwrap();
}

/// Returns enough rows for many statements.
fn many() -> RatingTable {
    let mut table = RatingTable::new();
    for user in 0..200 {
        for item in 0..50 {
            let rating = f64::from((user * 7 + item) % 5 + 1);
            table
                .push(&format!("u{user}"), &format!("i{item}"), rating, Some(user.into()))
                .unwrap();
        }
    }
    table
}

#[tokio::test]
async fn a_dropped_import_undoes_everything() {
    let place = Place::new();
    let store = place.open().await;
    import(&store, &table(SMALL)).await.unwrap();
    let before = state(&store).await;
    let (halfway, many) = (Arc::new(Notify::new()), many());
    let mut report = |progress: ImportProgress| {
        if progress.step == ImportStep::Ratings && progress.done * 2 > progress.total {
            halfway.notify_one();
        }
    };
    tokio::select! {
        biased;
        () = halfway.notified() => (),
        done = store.import(batch(&many), &mut report) => panic!("{done:?}"),
    }
    assert_eq!(state(&store).await, before);
    assert_eq!(import(&store, &many).await.unwrap().added, 10_000);
    assert_eq!(integrity(&place).await, "ok");
}

#[tokio::test]
async fn progress_increases_to_the_end_of_every_step() {
    let (place, many) = (Place::new(), many());
    let store = place.open().await;
    let mut seen: Vec<ImportProgress> = Vec::new();
    store.import(batch(&many), &mut |step| seen.push(step)).await.unwrap();
    assert!(seen.is_sorted_by_key(|progress| (progress.step, progress.done)));
    for (step, total) in
        [(ImportStep::Users, 200), (ImportStep::Items, 50), (ImportStep::Ratings, 10_000)]
    {
        assert!(seen.contains(&ImportProgress { step, done: total, total }), "{step:?}");
    }
    let last = seen.last().unwrap();
    assert_eq!((last.step, last.done), (ImportStep::Snapshot, last.total));
}
