//! `Store::read_partial` reads what a `LiveStore` has in memory.

mod common;

use common::fits::{fitted, options_of};
use common::ratings::{import, table};
use common::{Place, execute_in};
use likemind::{Neighbour, RowIdx, Side};
use likemind_engine::LiveStore;
use likemind_store::{Change, PartialSnapshot, Store};

const USERS: u32 = 40;

/// Ratings with many similarities, some of them tied.
async fn filled(place: &Place) -> Store {
    let store = place.open().await;
    let all = (0..USERS).flat_map(|user| (0..23).map(move |item| (user, item)));
    let rated = all.filter(|(user, item)| (user * 7 + item * 3) % 5 > 1);
    let named = rated.map(|(user, item)| {
        let rating = 1 + (user * item + user + item * item) % 5;
        (format!("u{user}"), format!("i{item}"), f64::from(rating))
    });
    let named: Vec<_> = named.collect();
    let rows: Vec<_> = named.iter().map(|(u, i, r)| (u.as_str(), i.as_str(), *r)).collect();
    import(&store, &table(&rows)).await;
    store
}

async fn fit(store: &Store, options: likemind::ModelOptions) {
    fitted(store, options_of(options.check().unwrap())).await;
}

fn users() -> likemind::ModelOptions {
    likemind::ModelOptions::new(Side::Users).with_k(5)
}

async fn rate(store: &Store, user: u32, rating: f64) {
    let change = Change::Set { rating, timestamp: None };
    store.rate(&format!("u{user}"), "i3", change).await.unwrap();
}

fn indices(rows: &[u32]) -> Vec<RowIdx> {
    rows.iter().copied().map(RowIdx).collect()
}

async fn read_partial(store: &Store, rows: &[u32]) -> Option<PartialSnapshot> {
    store.read_partial(Side::Users, &indices(rows)).await.unwrap()
}

/// The lists of these rows in a `LiveStore`, and whether they are exact.
async fn live(store: &Store, rows: &[u32]) -> (Vec<Vec<Neighbour>>, bool) {
    let live = LiveStore::open(store.clone(), &[Side::Users]).await.unwrap();
    let view = live.view();
    let model = view.model(Side::Users).unwrap();
    (
        indices(rows).into_iter().map(|row| model.neighbours.list(row).to_vec()).collect(),
        model.is_exact,
    )
}

async fn assert_as_live(store: &Store, rows: &[u32]) {
    let partial = read_partial(store, rows).await.unwrap();
    let lists: Vec<_> =
        indices(rows).into_iter().map(|row| partial.lists.list(row).to_vec()).collect();
    assert_eq!((lists, partial.is_exact), live(store, rows).await);
    assert_eq!(partial.matrix.ratings() as u64, store.summary().await.unwrap().ratings);
}

#[tokio::test]
async fn stored_lists_are_read() {
    let place = Place::new();
    let store = filled(&place).await;
    assert!(read_partial(&store, &[0]).await.is_none(), "no model");
    fit(&store, users()).await;
    let rows = [0, 7, 39, 41];
    assert_as_live(&store, &rows).await;
    let partial = read_partial(&store, &rows).await.unwrap();
    assert!(!partial.lists.list(RowIdx(7)).is_empty());
    assert!(partial.lists.list(RowIdx(8)).is_empty(), "not asked for");
    assert!(
        store.read_partial(Side::Items, &[RowIdx(0)]).await.unwrap().is_none(),
        "no model of items"
    );
}

#[tokio::test]
async fn lists_of_changed_ratings_are_computed() {
    let place = Place::new();
    let store = filled(&place).await;
    fit(&store, users()).await;
    rate(&store, 7, 5.0).await;
    rate(&store, 9, 1.0).await;
    // A new user, who is not in the model.
    rate(&store, USERS, 2.0).await;
    let all: Vec<u32> = (0..=USERS).collect();
    for rows in all.chunks(16) {
        assert_as_live(&store, rows).await;
    }
    assert!(read_partial(&store, &all).await.is_none(), "too many to compute");
}

#[tokio::test]
async fn many_changed_lists_are_left_to_a_live_store() {
    let place = Place::new();
    let store = filled(&place).await;
    fit(&store, users()).await;
    for user in 0..100 {
        rate(&store, user, 4.0).await;
    }
    assert_as_live(&store, &[3]).await;
    rate(&store, 100, 4.0).await;
    assert!(read_partial(&store, &[3]).await.is_none());
    let live = LiveStore::open(store.clone(), &[Side::Users]).await.unwrap();
    live.write_behind().await.unwrap();
    assert_as_live(&store, &[3, 100]).await;
}

#[tokio::test]
async fn models_that_cannot_be_updated_are_marked_as_not_exact() {
    let place = Place::new();
    let store = filled(&place).await;
    let mut global = users();
    global.similarity.measure = likemind::Measure::BaselinePearson;
    fit(&store, global).await;
    assert_as_live(&store, &[3]).await;
    rate(&store, 7, 5.0).await;
    assert_as_live(&store, &[3, 7]).await;
    assert!(!read_partial(&store, &[3]).await.unwrap().is_exact);
    // Changes that are no longer in the log.
    fit(&store, users()).await;
    rate(&store, 1, 3.0).await;
    execute_in(&place.file, "DELETE FROM changes; DELETE FROM snapshot_parts").await;
    assert!(read_partial(&store, &[3]).await.is_none(), "the ratings should be packed anew");
    store.matrix().await.unwrap();
    assert_as_live(&store, &[1, 3]).await;
    assert!(!read_partial(&store, &[3]).await.unwrap().is_exact);
}
