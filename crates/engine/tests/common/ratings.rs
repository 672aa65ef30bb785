//! Ratings for tests.

#[path = "../../../store/tests/common/ratings.rs"]
mod shared;

pub(crate) use shared::*;

use super::Place;
use likemind::RatingTable;
use likemind_store::Store;

pub(crate) async fn import(store: &Store, table: &RatingTable) {
    store.import(batch(table), &mut |_| ()).await.unwrap();
}

/// A database with a few ratings.
pub(crate) async fn filled(place: &Place) -> Store {
    let store = place.open().await;
    import(&store, &table(SMALL)).await;
    store
}
