//! The ratings of a user, newest first.

mod common;

use common::{Place, SMALL, import, table};
use likemind::{ItemIdx, UserIdx};
use likemind_store::Change;

#[tokio::test]
async fn returns_ratings_newest_first() {
    let place = Place::new();
    let store = place.open().await;
    import(&store, &table(SMALL)).await.unwrap();
    for (item, timestamp) in [("a", Some(5)), ("b", None), ("c", Some(9)), ("d", None)] {
        store.rate("zoë", item, Change::Set { rating: 3.0, timestamp }).await.unwrap();
    }
    let zoe = store.user("zoë").await.unwrap().unwrap();
    let items = async |offset, limit| {
        let rated = store.ratings_of(zoe, offset, limit).await.unwrap();
        let items: Vec<ItemIdx> = rated.iter().map(|rated| rated.item).collect();
        store.item_ids_of(&items).await.unwrap()
    };
    assert_eq!(items(0, 10).await, ["c", "a", "d", "b"], "unknown times last, the latest first");
    assert_eq!(items(1, 2).await, ["a", "d"]);
    assert!(items(4, 10).await.is_empty());
    assert!(store.ratings_of(UserIdx(99), 0, 10).await.unwrap().is_empty());
}
