//! Names that are held in memory with the ratings.

mod common;

use common::Place;
use common::fits::save_model;
use common::ratings::{SMALL, batch, import, table};
use likemind::{Catalogue, ItemIdx, ItemInfo, Side, UserIdx};
use likemind_engine::LiveStore;
use likemind_store::{Change, Store};

async fn live(place: &Place) -> LiveStore {
    LiveStore::open_whole(place.open().await).await.unwrap()
}

fn set(rating: f64) -> Change {
    Change::Set { rating, timestamp: None }
}

#[tokio::test]
async fn names_follow_new_and_forgotten_users() {
    let place = Place::new();
    import(&place.open().await, &table(SMALL)).await;
    save_model(&place.open().await).await;
    let live = live(&place).await;
    let (user, item) = (
        |id: &str| live.view().names().users().get(id),
        |id: &str| live.view().names().items().get(id),
    );
    assert_eq!((user("bob"), item("Alien")), (Some(UserIdx(1)), Some(ItemIdx(2))));

    live.rate("zoë", "Big", set(3.0)).await.unwrap();
    assert_eq!((user("zoë"), item("Big")), (Some(UserIdx(3)), Some(ItemIdx(3))));
    live.forget("ada").await.unwrap();
    assert_eq!(user("ada"), None);
    assert_eq!(user("forgotten user 0"), Some(UserIdx(0)));
    live.rate("ada", "Heat", set(1.0)).await.unwrap();
    assert_eq!(user("ada"), Some(UserIdx(4)), "somebody new");

    // By another process.
    let other = Store::open_existing(&place.file).await.unwrap();
    other.rate("yves", "Ran", set(5.0)).await.unwrap();
    other.forget("bob").await.unwrap();
    other.rate("bob", "Ran", set(2.0)).await.unwrap();
    live.catch_up().await.unwrap();
    assert_eq!((user("yves"), item("Ran")), (Some(UserIdx(5)), Some(ItemIdx(4))));
    assert_eq!(user("bob"), Some(UserIdx(6)));
    let view = live.view();
    assert_eq!(view.names().users().len(), view.matrix().users());
    let read = other.user_ids().await.unwrap();
    assert_eq!(*view.names().users(), read);
}

#[tokio::test]
async fn an_item_that_was_rated_before_its_import_gets_its_title() {
    let place = Place::new();
    import(&place.open().await, &table(SMALL)).await;
    save_model(&place.open().await).await;
    let live = live(&place).await;
    live.rate("ada", "Ran", set(4.0)).await.unwrap();
    let title = || {
        let view = live.view();
        let ran = view.names().items().get("Ran").unwrap();
        view.names().catalogue().get(ran).title.clone()
    };
    assert_eq!(title(), None);
    let (table, mut catalogue) = (table(&[("bob", "Ran", 5.0)]), Catalogue::new());
    let info = ItemInfo { title: Some("Ran (1985)".to_owned()), ..ItemInfo::default() };
    catalogue.set(table.items().get("Ran").unwrap(), info);
    let batch = batch(&table).with_catalogue(&catalogue);
    place.open().await.import(batch, &mut |_| ()).await.unwrap();
    live.catch_up().await.unwrap();
    assert_eq!(title().as_deref(), Some("Ran (1985)"));
}

#[tokio::test]
async fn names_are_empty_unless_requested() {
    let place = Place::new();
    import(&place.open().await, &table(SMALL)).await;
    let live = LiveStore::open(place.open().await, &[Side::Users]).await.unwrap();
    live.rate("new", "Heat", set(3.0)).await.unwrap();
    assert!(live.view().names().users().is_empty());
}
