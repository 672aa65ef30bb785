//! Single ratings: set, removed, rejected, and logged.

mod common;

use common::errors::IntoStoreError;
use common::{Place, SMALL, batch, execute_in, import, integrity, save_model, table};
use likemind::ids::IdError;
use likemind::{ItemIdx, Rating, RatingTable, UserIdx};
use likemind_store::{
    Change, Changes, ImportMode, RateError, Rated, RatingChange, SingleChange, Store, StoreError,
};

fn set(rating: f64) -> Change {
    Change::Set { rating, timestamp: None }
}

async fn filled(place: &Place) -> Store {
    let store = place.open().await;
    import(&store, &table(SMALL)).await.unwrap();
    store
}

async fn singles(store: &Store, since: u64) -> Vec<(u32, u32, Option<f64>)> {
    match store.changes_since(since, 1_000_000).await.unwrap() {
        Changes::Single(changes) => {
            assert!(
                changes.iter().map(|c| c.sequence).eq(since + 1..=since + changes.len() as u64)
            );
            changes.iter().map(|change| (change.user.0, change.item.0, change.rating)).collect()
        }
        Changes::Unavailable => panic!("the changes after {since} should be known"),
    }
}

async fn state(store: &Store) -> (likemind_store::Summary, String, Vec<Rating>) {
    let ratings = store.ratings().await.unwrap().iter().collect();
    (store.summary().await.unwrap(), store.data_digest().await.unwrap(), ratings)
}

#[tokio::test]
async fn sets_changes_and_removes_a_rating() {
    let place = Place::new();
    let store = filled(&place).await;
    let before = state(&store).await;
    let rated = store.rate("ada", "Alien", set(3.0)).await.unwrap();
    let expected = Rated {
        sequence: 2,
        user: UserIdx(0),
        item: ItemIdx(2),
        before: None,
        after: Some(3.0),
        new_user: false,
        new_item: false,
        changed: true,
    };
    assert_eq!(rated, expected);
    let again = store.rate("ada", "Alien", Change::Set { rating: 4.0, timestamp: Some(7) }).await;
    assert_eq!(
        again.unwrap(),
        Rated { sequence: 3, before: Some(3.0), after: Some(4.0), ..expected }
    );
    let stored = store.ratings().await.unwrap();
    let found = stored.iter().find(|r| (r.user.0, r.item.0) == (0, 2)).unwrap();
    assert_eq!((found.rating, found.timestamp), (4.0, Some(7)));
    let alien = &store.find_items("Alien", 1).await.unwrap()[0];
    assert_eq!((alien.ratings, alien.mean), (3, Some(10.0 / 3.0)));
    let removed = store.rate("ada", "Alien", Change::Remove).await.unwrap();
    assert_eq!(removed, Rated { sequence: 4, before: Some(4.0), after: None, ..expected });
    assert_eq!(singles(&store, 1).await, [(0, 2, Some(3.0)), (0, 2, Some(4.0)), (0, 2, None)]);
    let after = state(&store).await;
    assert_eq!((after.1, after.2), (before.1, before.2), "only the sequence changed");
    assert_eq!(store.sequence().await.unwrap(), 4);
    assert_eq!(integrity(&place).await, "ok");
}

#[tokio::test]
async fn requests_without_effect_get_no_sequence_number() {
    let place = Place::new();
    let store = filled(&place).await;
    let before = state(&store).await;
    let same = store.rate("ada", "Heat", set(4.0)).await.unwrap();
    assert!(!same.changed && same.sequence == 1 && same.before == Some(4.0), "{same:?}");
    let absent = store.rate("eve", "Heat", Change::Remove).await.unwrap();
    assert!(!absent.changed && absent.sequence == 1 && absent.after.is_none(), "{absent:?}");
    assert_eq!(state(&store).await, before);
    // Setting another time of the same value is a change, but not one that similarities depend on.
    let timed = Change::Set { rating: 4.0, timestamp: Some(1) };
    assert!(store.rate("ada", "Heat", timed).await.unwrap().changed);
    assert_eq!(store.data_digest().await.unwrap(), before.1);
    assert!(!store.rate("ada", "Heat", timed).await.unwrap().changed);
}

#[tokio::test]
async fn new_users_and_items_get_the_next_index() {
    let place = Place::new();
    let store = filled(&place).await;
    let rated = store.rate("zoë", "Up", set(2.0)).await.unwrap();
    assert_eq!((rated.user, rated.item), (UserIdx(3), ItemIdx(3)));
    assert!(rated.new_user && rated.new_item);
    let rated = store.rate("zoë", "Ronin", set(5.0)).await.unwrap();
    assert!(!rated.new_user && !rated.new_item);
    assert_eq!(store.user("zoë").await.unwrap(), Some(UserIdx(3)));
    let matrix = store.matrix().await.unwrap();
    assert_eq!((matrix.users(), matrix.items(), matrix.ratings()), (4, 4, 7));
    let mut rows = SMALL.to_vec();
    rows.extend([("zoë", "Up", 2.0), ("zoë", "Ronin", 5.0)]);
    let fresh = Place::new();
    let at_once = fresh.open().await;
    import(&at_once, &table(&rows)).await.unwrap();
    assert_eq!(store.data_digest().await.unwrap(), at_once.data_digest().await.unwrap());
    assert_eq!(matrix, at_once.matrix().await.unwrap());
}

#[tokio::test]
async fn rejected_ratings_leave_the_database_unchanged() {
    let place = Place::new();
    let store = place.open().await;
    let error = store.rate("ada", "Heat", set(4.0)).await.unwrap_err().into_store_error();
    assert!(matches!(error, StoreError::NoRatings { .. }), "{error}");
    let store = filled(&place).await;
    let before = state(&store).await;
    for rating in [0.0, 5.5, 3.2, f64::NAN, f64::INFINITY] {
        let error = store.rate("new", "New", set(rating)).await.unwrap_err();
        assert!(matches!(error, RateError::OffScale(_)), "{error}");
        let expected =
            format!("on the scale 1:5:1, found {rating} by user \"new\" of item \"New\"");
        assert!(error.to_string().contains(&expected), "{error}");
    }
    for (user, item) in [("", "Heat"), ("ada", ""), ("a\0b", "Heat"), ("new", "a\0b")] {
        for change in [set(3.0), Change::Remove] {
            let error = store.rate(user, item, change).await.unwrap_err();
            let is_expected =
                matches!(error, RateError::Id(IdError::Empty { .. } | IdError::Nul { .. }))
                    || matches!(error, RateError::UnknownId { .. });
            assert!(is_expected, "{error}");
        }
    }
    let error = store.rate("nobody", "Heat", Change::Remove).await.unwrap_err();
    assert_eq!(error.to_string(), "expected the id of a user in the database, found \"nobody\"");
    assert_eq!(state(&store).await, before);
}

#[tokio::test]
async fn several_changes_are_atomic() {
    let place = Place::new();
    let store = filled(&place).await;
    let change = |user, item, change| RatingChange { user, item, change };
    let mut many = vec![
        change("new", "New", set(1.0)),
        change("new", "New", set(1.0)),
        change("new", "Heat", set(2.0)),
        change("new", "New", Change::Remove),
        change("bob", "Up", set(9.0)),
    ];
    let before = state(&store).await;
    assert!(matches!(store.rate_many(&many).await, Err(RateError::OffScale(_))));
    assert_eq!(state(&store).await, before);
    many.pop();
    let rated = store.rate_many(&many).await.unwrap();
    let numbers: Vec<_> = rated.iter().map(|rated| (rated.sequence, rated.changed)).collect();
    assert_eq!(numbers, [(2, true), (2, false), (3, true), (4, true)]);
    assert_eq!(singles(&store, 1).await, [(3, 3, Some(1.0)), (3, 0, Some(2.0)), (3, 3, None)]);
    assert!(store.rate_many(&[]).await.unwrap().is_empty());
    let matrix = store.matrix().await.unwrap();
    assert_eq!((matrix.users(), matrix.items(), matrix.ratings()), (4, 4, 6));
}

#[tokio::test]
async fn changes_are_returned_in_order_up_to_the_limit() {
    let place = Place::new();
    let store = filled(&place).await;
    for rating in [1.0, 2.0, 3.0] {
        store.rate("ada", "Heat", set(rating)).await.unwrap();
    }
    let Changes::Single(two) = store.changes_since(1, 2).await.unwrap() else { panic!() };
    let change = |sequence, rating| SingleChange {
        sequence,
        user: UserIdx(0),
        item: ItemIdx(0),
        rating: Some(rating),
    };
    assert_eq!(two, [change(2, 1.0), change(3, 2.0)]);
    assert_eq!(store.changes_since(4, 9).await.unwrap(), Changes::Single(vec![]));
    assert_eq!(store.changes_since(1, 0).await.unwrap(), Changes::Single(vec![]));
    for unknown in [0, 5, u64::MAX] {
        assert_eq!(store.changes_since(unknown, 9).await.unwrap(), Changes::Unavailable);
    }
}

#[tokio::test]
async fn small_imports_are_logged_one_by_one_if_there_is_a_model() {
    let place = Place::new();
    let store = filled(&place).await;
    // Without a model, imports are logged as markers.
    import(&store, &table(&[("ada", "Heat", 1.0)])).await.unwrap();
    assert_eq!(store.changes_since(1, 9).await.unwrap(), Changes::Unavailable);
    save_model(&store).await;
    let more =
        [("zoe", "Heat", 3.0), ("ada", "Heat", 2.0), ("bob", "Heat", 5.0), ("ada", "Up", 5.0)];
    let imported = import(&store, &table(&more)).await.unwrap();
    assert_eq!(imported.now.sequence, 5);
    assert_eq!(singles(&store, 2).await, [(0, 0, Some(2.0)), (0, 3, Some(5.0)), (3, 0, Some(3.0))]);
    let sequences = "SELECT sequence FROM ratings WHERE sequence > 2 ORDER BY user, item";
    let found: Vec<i64> =
        sqlx::query_scalar(sequences).fetch_all(&mut place.raw().await).await.unwrap();
    // The rating of which only the time changed has the last number.
    assert_eq!(found, [3, 4, 5, 5]);
    // If only times change, one change is logged, of one rating to its present value.
    let timed = table(&[("ada", "Up", 5.0), ("zoe", "Heat", 3.0)]);
    assert_eq!(import(&store, &timed).await.unwrap().now.sequence, 6);
    assert_eq!(singles(&store, 5).await, [(0, 3, Some(5.0))]);
    // No change.
    assert_eq!(import(&store, &timed).await.unwrap().now.sequence, 6);
    // One rating is kept; of the other only the time changes, and that is logged.
    let mut mixed = RatingTable::new();
    mixed.push("ada", "Heat", 5.0, Some(-9)).unwrap();
    mixed.push("zoe", "Heat", 3.0, Some(9_000)).unwrap();
    let imported = import(&store, &mixed).await.unwrap();
    assert_eq!((imported.kept, imported.unchanged, imported.now.sequence), (1, 1, 7));
    assert_eq!(singles(&store, 6).await, [(3, 0, Some(3.0))]);
    // An item without ratings cannot be logged as a change of a rating.
    let mut unrated = table(&[("ada", "Up", 4.0)]);
    unrated.add_item("unseen").unwrap();
    import(&store, &unrated).await.unwrap();
    assert_eq!(store.changes_since(7, 9).await.unwrap(), Changes::Unavailable);
}

#[tokio::test]
async fn large_imports_and_replacements_cannot_be_followed() {
    let place = Place::new();
    let store = filled(&place).await;
    save_model(&store).await;
    let ids: Vec<String> = (0..10_001).map(|user| format!("u{user}")).collect();
    let rows: Vec<_> = ids.iter().map(|id| (id.as_str(), "Heat", 3.0)).collect();
    import(&store, &table(&rows[..10_000])).await.unwrap();
    assert_eq!(singles(&store, 1).await.len(), 10_000);
    let at = store.sequence().await.unwrap();
    let other: Vec<_> = ids.iter().map(|id| (id.as_str(), "Heat", 4.0)).collect();
    import(&store, &table(&other)).await.unwrap();
    assert_eq!(store.sequence().await.unwrap(), at + 1);
    assert_eq!(store.changes_since(at, 9).await.unwrap(), Changes::Unavailable);
    save_model(&store).await;
    let at = store.sequence().await.unwrap();
    let one = table(&[("x", "y", 3.0)]);
    let replace = batch(&one).with_mode(ImportMode::Replace);
    store.import(replace, &mut |_| ()).await.unwrap();
    assert_eq!(store.changes_since(at, 9).await.unwrap(), Changes::Unavailable);
    let now = store.sequence().await.unwrap();
    store.rate("x", "y", set(4.0)).await.unwrap();
    assert_eq!(singles(&store, now).await, [(0, 0, Some(4.0))]);
}

#[tokio::test]
async fn the_log_has_a_maximum_size() {
    let place = Place::new();
    let store = filled(&place).await;
    save_model(&store).await;
    store.rate("ada", "Heat", set(5.0)).await.unwrap();
    // Pretend that a million changes were made since.
    execute_in(&place.file, "UPDATE data_set SET sequence = 1000002, checksum = NULL").await;
    store.rate("ada", "Heat", set(4.0)).await.unwrap();
    let left: Vec<i64> = sqlx::query_scalar("SELECT sequence FROM changes")
        .fetch_all(&mut place.raw().await)
        .await
        .unwrap();
    assert_eq!(left, [1_000_003]);
    assert_eq!(store.changes_since(1, 9).await.unwrap(), Changes::Unavailable);
    assert_eq!(singles(&store, 1_000_002).await.len(), 1);
    // The matrix is read from the rows then, and the packed copy is renewed.
    assert_eq!(store.matrix().await.unwrap().rating(UserIdx(0), ItemIdx(0)), Some(4.0));
}

#[tokio::test]
async fn the_packed_copy_is_renewed_after_many_changes() {
    let place = Place::new();
    let store = filled(&place).await;
    let packed_at = async || -> Vec<i64> {
        sqlx::query_scalar("SELECT DISTINCT sequence FROM snapshot_parts ORDER BY 1")
            .fetch_all(&mut place.raw().await)
            .await
            .unwrap()
    };
    store.rate("ada", "Heat", set(5.0)).await.unwrap();
    let now = store.matrix().await.unwrap();
    assert_eq!(packed_at().await, [1]);
    assert_eq!(store.matrix_at(2).await.unwrap().unwrap(), now);
    assert_ne!(store.matrix_at(1).await.unwrap().unwrap(), now);
    for beyond in [0, 3, u64::MAX] {
        assert!(store.matrix_at(beyond).await.unwrap().is_none());
    }
    let many = "INSERT INTO changes (sequence, user, item, rating) WITH RECURSIVE n (n) AS \
                (SELECT 3 UNION ALL SELECT n + 1 FROM n WHERE n < 100002) \
                SELECT n, 0, 0, 5 FROM n; UPDATE data_set SET sequence = 100002, checksum = NULL";
    execute_in(&place.file, many).await;
    // An unfinished job needs the first copy, so this copy and the changes since are kept.
    let job = "INSERT INTO jobs (kind, side, parameters, state, sequence, data_digest, tiles, \
               tiles_done, pairs, pairs_done, work_done, seconds, created_at, cancel_requested) \
               VALUES ('fit', 'users', '', 'running', 2, '', 1, 0, 1, 0, 0, 0, 0, 0)";
    execute_in(&place.file, job).await;
    assert_eq!(store.matrix().await.unwrap(), now);
    assert_eq!(packed_at().await, [1, 100_002]);
    assert_eq!(store.matrix_at(2).await.unwrap().unwrap(), now);
    execute_in(&place.file, "UPDATE jobs SET state = 'done'").await;
    import(&store, &table(&[("ada", "Heat", 1.0)])).await.unwrap();
    assert_eq!(packed_at().await, [100_003]);
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM changes")
        .fetch_one(&mut place.raw().await)
        .await
        .unwrap();
    assert_eq!(left, 0, "no model or job needs the log");
}
