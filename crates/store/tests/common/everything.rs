//! A database with content in every table.

use super::item_models::{save_kriging, save_ridge};
use super::jobs::{progress, request, run_fit};
use super::{Place, batch};
use likemind::{Catalogue, ItemIdx, ItemInfo, RatingTable, Side};
use likemind_store::{Change, Store};

pub(crate) fn set(rating: f64, timestamp: Option<i64>) -> Change {
    Change::Set { rating, timestamp }
}

/// Returns titles for the first `items` items of a table.
pub(crate) fn titles(items: u32) -> Catalogue {
    let mut catalogue = Catalogue::new();
    for item in 0..items {
        let info = ItemInfo {
            title: Some(format!("The {item}th")),
            year: (item % 3 > 0).then_some(1950 + item as i32),
            genres: vec!["Drama".to_owned(); item as usize % 2],
        };
        catalogue.set(ItemIdx(item), info);
    }
    catalogue
}

/// Returns ratings of `users` users, who have some items in common.
pub(crate) fn many(users: u32, shift: u32) -> RatingTable {
    let mut table = RatingTable::new();
    for user in 0..users {
        for item in (0..12).filter(|item| (user + item) % 3 > 0) {
            let rating = f64::from((user * 7 + item * 3 + shift) % 5 + 1);
            let time = (item % 4 > 0).then_some(i64::from(1_000 * user + item + shift));
            table.push(&format!("user {user}"), &format!("item {item}"), rating, time).unwrap();
        }
    }
    table
}

/// Creates a database with ratings, titles, a model of each side and kind, later changes, and an
/// interrupted job.
pub(crate) async fn filled(place: &Place) -> Store {
    let store = place.open().await;
    let (table, catalogue) = (many(30, 0), titles(9));
    store.import(batch(&table).with_catalogue(&catalogue), &mut |_| ()).await.unwrap();
    run_fit(&store, Side::Users).await;
    run_fit(&store, Side::Items).await;
    save_ridge(&store, 400.0).await.unwrap();
    save_kriging(&store).await.unwrap();
    store.rate("user 3", "item 2", set(2.0, Some(5))).await.unwrap();
    store.rate("user 4", "item 12", set(4.0, None)).await.unwrap();
    store.rate("user 5", "item 3", Change::Remove).await.unwrap();
    let held = store.begin_fit(&request("a test")).await.unwrap();
    held.save_checkpoint(0, b"not one that a fit could read", progress(3)).await.unwrap();
    held.interrupt(None).await.unwrap();
    store
}
