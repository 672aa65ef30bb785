//! Finding items by title and id.

mod common;

use common::{Place, batch, table};
use likemind::{Catalogue, ItemIdx, ItemInfo};
use likemind_store::Store;

const TITLES: [&str; 8] = [
    "Heat",
    "White Heat",
    "100% Wolf",
    "1000 Wolves",
    "Under_Siege",
    "Under Siege",
    "ÉTÉ d'or",
    "",
];

/// Imports items with these titles, whose ids are their indices; later ones have more ratings.
async fn films(place: &Place) -> Store {
    let (mut rows, mut catalogue) = (Vec::new(), Catalogue::new());
    let ids: Vec<String> = (0..TITLES.len()).map(|index| index.to_string()).collect();
    let users = ids.clone();
    for (index, id) in ids.iter().enumerate() {
        rows.extend(users[..=index].iter().map(|user| (user.as_str(), id.as_str(), 4.0)));
        let title = Some(TITLES[index].to_owned()).filter(|title| !title.is_empty());
        let info = ItemInfo { title, ..ItemInfo::default() };
        catalogue.set(ItemIdx(index as u32), info);
    }
    let store = place.open().await;
    let table = table(&rows);
    let batch = batch(&table).with_catalogue(&catalogue);
    store.import(batch, &mut |_| ()).await.unwrap();
    store
}

#[tokio::test]
async fn finds_titles_in_any_case_ordered_by_number_of_ratings() {
    let place = Place::new();
    let store = films(&place).await;
    let find = async |query: &str| -> Vec<u32> {
        store.find_items(query, 100).await.unwrap().iter().map(|found| found.item.0).collect()
    };
    assert_eq!(find("hEAT").await, [1, 0]);
    assert_eq!(find("été").await, [6]);
    assert_eq!(find("ETE").await, [6]);
    assert_eq!(find("été D'OR").await, [6]);
    assert!(find("nothing").await.is_empty());
    assert_eq!(find("").await, [7, 6, 5, 4, 3, 2, 1, 0]);
    assert_eq!(store.find_items("", 2).await.unwrap().len(), 2);
    assert!(store.find_items("", 0).await.unwrap().is_empty());
}

#[tokio::test]
async fn wildcards_and_quotes_are_literal() {
    let place = Place::new();
    let store = films(&place).await;
    let find = async |query: &str| -> Vec<u32> {
        store.find_items(query, 100).await.unwrap().iter().map(|found| found.item.0).collect()
    };
    assert_eq!(find("100%").await, [2]);
    assert_eq!(find("under_siege").await, [4]);
    assert_eq!(find("%").await, [2]);
    assert!(find("\\").await.is_empty());
    assert_eq!(find("d'o").await, [6]);
}

#[tokio::test]
async fn the_item_with_a_matching_id_comes_first() {
    let place = Place::new();
    let store = films(&place).await;
    let found = store.find_items("1", 100).await.unwrap();
    let items: Vec<u32> = found.iter().map(|found| found.item.0).collect();
    assert_eq!(items, [1, 3, 2]);
    assert_eq!((found[0].id.as_str(), found[0].info.title.as_deref()), ("1", Some("White Heat")));
    assert_eq!((found[0].ratings, found[0].mean), (2, Some(4.0)));
}
