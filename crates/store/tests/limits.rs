//! Content beyond the limits is rejected and leaves the database unchanged.

mod common;

use common::{Place, SMALL, batch, execute_in, import, table};
use likemind::catalogue::{InfoTooLong, MAX_TEXT_BYTES};
use likemind::ids::{IdError, MAX_ID_BYTES};
use likemind::matrix::MAX_ROW_LENGTH;
use likemind::{Catalogue, ItemIdx, ItemInfo};
use likemind_store::{Change, ImportError, RateError};

const LIKED: Change = Change::Set { rating: 4.0, timestamp: None };

#[tokio::test]
async fn ids_have_a_maximum_length() {
    let place = Place::new();
    let store = place.open().await;
    import(&store, &table(SMALL)).await.unwrap();
    let (longest, longer) = ("x".repeat(MAX_ID_BYTES), "x".repeat(MAX_ID_BYTES + 1));
    for (user, item) in [(longer.as_str(), "Heat"), ("ada", longer.as_str())] {
        let before = store.summary().await.unwrap();
        let error = store.rate(user, item, LIKED).await.unwrap_err();
        assert!(matches!(error, RateError::Id(IdError::TooLong { .. })), "{error}");
        assert_eq!(store.summary().await.unwrap(), before);
    }
    assert!(store.rate(&longest, &longest, LIKED).await.unwrap().new_user);
    assert!(store.user(&longest).await.unwrap().is_some());
}

#[tokio::test]
async fn titles_and_genres_have_a_maximum_length() {
    let place = Place::new();
    let store = place.open().await;
    let table = table(SMALL);
    let title = |bytes| ItemInfo { title: Some("t".repeat(bytes)), ..ItemInfo::default() };
    let genres = vec!["g".repeat(MAX_TEXT_BYTES / 2); 3];
    for info in [title(MAX_TEXT_BYTES + 1), ItemInfo { genres, ..ItemInfo::default() }] {
        let mut catalogue = Catalogue::new();
        catalogue.set(ItemIdx(1), info);
        let import = batch(&table).with_catalogue(&catalogue);
        let error = store.import(import, &mut |_| {}).await.unwrap_err();
        let ImportError::InfoTooLong { item, error: InfoTooLong { .. } } = &error else {
            panic!("{error}");
        };
        assert_eq!(Some(item.as_str()), table.items().name(ItemIdx(1)));
        assert_eq!(store.summary().await.unwrap().ratings, 0);
    }
    let mut catalogue = Catalogue::new();
    catalogue.set(ItemIdx(1), title(MAX_TEXT_BYTES));
    let import = batch(&table).with_catalogue(&catalogue);
    store.import(import, &mut |_| {}).await.unwrap();
}

#[tokio::test]
async fn an_item_has_a_maximum_number_of_ratings() {
    let place = Place::new();
    let store = place.open().await;
    import(&store, &table(SMALL)).await.unwrap();
    // Pretend that the item has that many ratings.
    assert_eq!(MAX_ROW_LENGTH, 8_388_607);
    let full = "UPDATE items SET rating_count = 8388607 WHERE id = 'Alien'";
    execute_in(&place.file, full).await;
    let sequence = store.summary().await.unwrap().sequence;
    let error = store.rate("new", "Alien", LIKED).await.unwrap_err();
    let expected = "expected at most 8388607 ratings of the item \"Alien\", found 8388608";
    assert_eq!(error.to_string(), expected);
    assert_eq!(store.summary().await.unwrap().sequence, sequence);
    assert_eq!(store.user("new").await.unwrap(), None);
}
