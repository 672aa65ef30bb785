//! Forgetting users.

mod common;

use common::{Place, Row, SMALL, execute, import, integrity, save_model, table};
use likemind::{ItemIdx, UserIdx};
use likemind_store::{Change, Changes, RateError, Store};
use sqlx::{Connection, SqliteConnection};
use std::fs;

fn set(rating: f64) -> Change {
    Change::Set { rating, timestamp: None }
}

async fn filled(place: &Place) -> Store {
    let store = place.open().await;
    import(&store, &table(SMALL)).await.unwrap();
    store
}

#[tokio::test]
async fn deletes_ratings_and_id_but_keeps_the_index() {
    let place = Place::new();
    let store = filled(&place).await;
    store.rate("bob", "Ronin", set(3.0)).await.unwrap();
    let forgotten = store.forget("bob").await.unwrap();
    assert_eq!((forgotten.ratings, forgotten.user, forgotten.sequence), (3, UserIdx(1), 5));
    assert!(forgotten.erased);
    assert_eq!(store.user("bob").await.unwrap(), None);
    assert_eq!(store.user_ids_of(&[UserIdx(1)]).await.unwrap(), ["forgotten user 1"]);
    let matrix = store.matrix().await.unwrap();
    assert_eq!((matrix.users(), matrix.ratings(), matrix.of_user(UserIdx(1)).len()), (3, 3, 0));
    let counts: Vec<_> = store.find_items("", 9).await.unwrap();
    let counts: Vec<_> = counts.iter().map(|found| (found.ratings, found.mean)).collect();
    assert_eq!(counts, [(1, Some(4.0)), (1, Some(2.0)), (1, Some(5.0))]);
    // The same id is a new user from now on.
    assert_eq!(store.rate("bob", "Heat", set(1.0)).await.unwrap().user, UserIdx(3));
    assert_eq!(integrity(&place).await, "ok");
    let error = store.forget("nobody").await.unwrap_err();
    assert!(matches!(error, RateError::UnknownId { .. }), "{error}");
    assert_eq!(error.to_string(), "expected the id of a user in the database, found \"nobody\"");
}

#[tokio::test]
async fn the_log_contains_removals_without_values() {
    let place = Place::new();
    let store = filled(&place).await;
    save_model(&store).await;
    store.rate("bob", "Ronin", set(3.0)).await.unwrap();
    store.forget("bob").await.unwrap();
    let Changes::Single(changes) = store.changes_since(1, 99).await.unwrap() else { panic!() };
    let changes: Vec<_> = changes.iter().map(|change| (change.item.0, change.rating)).collect();
    assert_eq!(changes, [(1, None), (0, None), (1, None), (2, None)]);
    // Forgetting a user without ratings is a change of the id, and logged, too.
    let at = store.sequence().await.unwrap();
    store.rate("eve", "Alien", Change::Remove).await.unwrap();
    let digest = store.data_digest().await.unwrap();
    assert_eq!(store.forget("eve").await.unwrap().ratings, 0);
    assert_ne!(store.data_digest().await.unwrap(), digest);
    assert_eq!(store.sequence().await.unwrap(), at + 2);
    let Changes::Single(changes) = store.changes_since(at, 99).await.unwrap() else { panic!() };
    assert_eq!((changes.len(), changes[1].item, changes[1].rating), (2, ItemIdx(0), None));
}

#[tokio::test]
async fn the_replacement_id_is_unused() {
    let place = Place::new();
    let store = filled(&place).await;
    store.rate("forgotten user 0", "Heat", set(3.0)).await.unwrap();
    store.rate("forgotten user 0 (2)", "Heat", set(3.0)).await.unwrap();
    store.forget("ada").await.unwrap();
    assert_eq!(store.user_ids_of(&[UserIdx(0)]).await.unwrap(), ["forgotten user 0 (3)"]);
    assert_eq!(store.user("forgotten user 0").await.unwrap(), Some(UserIdx(3)));
}

/// Whether the files of the database contain `text`.
fn is_found(place: &Place, text: &str) -> bool {
    times_found(place, text) > 0
}

fn times_found(place: &Place, text: &str) -> usize {
    let times = ["test.db", "test.db-wal"].map(|name| {
        // The log may not exist.
        let bytes = fs::read(place.folder.path().join(name)).unwrap_or_default();
        bytes.windows(text.len()).filter(|window| *window == text.as_bytes()).count()
    });
    times.iter().sum()
}

/// Executes `sql` on a separate connection, and waits until that is closed.
async fn execute_separately(place: &Place, sql: &'static str) {
    let mut other = place.raw().await;
    execute(&mut other, sql).await;
    other.close().await.unwrap();
}

#[tokio::test]
async fn no_trace_of_the_id_remains_in_the_file() {
    let place = Place::new();
    let store = place.open().await;
    // Enough to split pages, in an order that inserts ids between others.
    let ids: Vec<String> = (0..3_000).map(|n| format!("person-{}", n * 7_919 % 3_001)).collect();
    let rows: Vec<Row<'_>> = ids.iter().map(|id| (id.as_str(), "Heat", 3.0)).collect();
    import(&store, &table(&rows)).await.unwrap();
    let secret = "person-of-whom-nothing-stays";
    store.rate(secret, "Heat", set(5.0)).await.unwrap();
    for n in 0..300 {
        store.rate(&format!("person-o{n}"), "Heat", set(1.0)).await.unwrap();
    }
    let other = [(secret, "Ronin", 4.0), ("someone", "Ronin", 2.0)];
    import(&store, &table(&other)).await.unwrap();
    assert!(is_found(&place, secret));
    assert!(store.forget(secret).await.unwrap().erased);
    assert!(!is_found(&place, secret));
    store.close().await;
    assert!(!is_found(&place, secret));
    assert_eq!(integrity(&place).await, "ok");
}

#[tokio::test]
async fn overwrites_free_pages() {
    let place = Place::new();
    let store = filled(&place).await;
    // As an earlier version left them, which deleted content without overwriting it.
    let leave = "PRAGMA secure_delete = OFF; CREATE TABLE t (x); \
                 WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 5000) \
                 INSERT INTO t SELECT 'left behind by bob' FROM n; DROP TABLE t; \
                 PRAGMA wal_checkpoint(TRUNCATE)";
    execute_separately(&place, leave).await;
    assert!(is_found(&place, "left behind by bob"));
    let size = fs::metadata(&place.file).unwrap().len();
    store.forget("bob").await.unwrap();
    assert!(!is_found(&place, "left behind by bob"));
    let grown = fs::metadata(&place.file).unwrap().len() - size;
    assert!(grown <= 16 * 4_096, "{grown} bytes more");
}

/// Begins a read transaction, which sees the present state until it is rolled back.
async fn reader(place: &Place) -> SqliteConnection {
    let mut reader = place.raw().await;
    execute(&mut reader, "BEGIN; SELECT count(*) FROM users").await;
    reader
}

#[tokio::test]
async fn erasure_that_a_reader_blocks_is_reported_and_finished_later() {
    let place = Place::new();
    let store = filled(&place).await;
    assert!(store.finish_erasing().await.unwrap(), "nothing to do");
    let mut reader = reader(&place).await;
    assert!(!store.forget("bob").await.unwrap().erased);
    assert!(is_found(&place, "bob"));
    assert!(!store.finish_erasing().await.unwrap());
    // Opening the database meanwhile neither waits nor fails.
    place.open().await.close().await;
    assert!(is_found(&place, "bob"));
    execute(&mut reader, "ROLLBACK").await;
    assert!(store.finish_erasing().await.unwrap());
    assert!(!is_found(&place, "bob"));
    assert_eq!(integrity(&place).await, "ok");
}

#[tokio::test]
async fn the_next_opening_finishes_a_blocked_erasure() {
    let place = Place::new();
    let store = filled(&place).await;
    let mut reader = reader(&place).await;
    assert!(!store.forget("bob").await.unwrap().erased);
    store.close().await;
    execute(&mut reader, "ROLLBACK").await;
    // The reader still has the database open, so closing the store did not empty the log.
    assert!(is_found(&place, "bob"));
    let _store = place.open().await;
    assert!(!is_found(&place, "bob"));
}

#[tokio::test]
async fn erases_ids_from_pages_that_were_split() {
    let place = Place::new();
    let store = filled(&place).await;
    // Rows that move to another page leave copies in the unused part of the old page.
    let many = "PRAGMA secure_delete = OFF; \
         INSERT INTO users WITH RECURSIVE n (n) AS \
           (SELECT 3 UNION ALL SELECT n + 1 FROM n WHERE n < 2002) \
         SELECT n, 'person-' || (n * 7919 % 2003) || '-with-an-id-of-some-length' FROM n; \
         PRAGMA wal_checkpoint(TRUNCATE)";
    execute_separately(&place, many).await;
    let ids = (3..2_003).map(|n| format!("person-{}-with-an-id-of-some-length", n * 7_919 % 2_003));
    // An id in use occurs twice: in the table and in the index.
    let left: Vec<String> = ids.filter(|id| times_found(&place, id) > 2).collect();
    assert!(!left.is_empty());
    for id in left.iter().step_by(left.len() / 10 + 1) {
        store.forget(id).await.unwrap();
        assert_eq!(times_found(&place, id), 0, "{id}");
    }
    assert_eq!(integrity(&place).await, "ok");
}
