//! Imports: what they add, change and keep.

mod common;

use common::{Place, Row, SMALL, batch, import, integrity, state, table};
use likemind::{Catalogue, ItemIdx, ItemInfo, RatingMatrix, RatingScale, RatingTable, UserIdx};
use likemind_store::{ChangedTitles, ImportMode, Keep, LookupError, Store, StoreError};

#[tokio::test]
async fn a_new_database_is_empty() {
    let place = Place::new();
    let store = place.open().await;
    let summary = store.summary().await.unwrap();
    assert_eq!((summary.users, summary.ratings, summary.scale, summary.sequence), (0, 0, None, 0));
    assert!(matches!(store.matrix().await, Err(StoreError::NoRatings { .. })));
    assert!(store.ratings().await.unwrap().is_empty());
    assert!(store.models().await.unwrap().is_empty());
}

#[tokio::test]
async fn stores_what_was_imported() {
    let (place, table) = (Place::new(), table(SMALL));
    let store = place.open().await;
    let imported = import(&store, &table).await.unwrap();
    assert_eq!((imported.new_users, imported.new_items, imported.added), (3, 3, 5));
    let now = imported.now;
    assert_eq!(now, store.summary().await.unwrap());
    assert_eq!((now.users, now.items, now.rated_items, now.ratings), (3, 3, 3, 5));
    assert_eq!((now.name.as_deref(), now.scale), (Some("test"), Some(RatingScale::FIVE_STARS)));
    let expected = RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap();
    assert_eq!(store.matrix().await.unwrap(), expected);
    assert_eq!(store.user_ids().await.unwrap(), *table.users());
    assert_eq!(store.item_ids().await.unwrap(), *table.items());
    store.close().await;
    assert_eq!(integrity(&place).await, "ok");
    let reopened = Store::open_existing(&place.file).await.unwrap();
    assert_eq!(reopened.matrix().await.unwrap(), expected);
}

#[tokio::test]
async fn returns_ratings_in_order_with_their_times() {
    let (place, table) = (Place::new(), table(SMALL));
    let store = place.open().await;
    import(&store, &table).await.unwrap();
    let mut expected: Vec<_> = table.iter().collect();
    expected.sort_by_key(|rating| (rating.user, rating.item));
    let stored = store.ratings().await.unwrap();
    assert_eq!(stored.iter().collect::<Vec<_>>(), expected);
    assert_eq!((stored.users(), stored.items()), (table.users(), table.items()));
}

#[tokio::test]
async fn importing_again_changes_nothing() {
    let (place, table) = (Place::new(), table(SMALL));
    let store = place.open().await;
    import(&store, &table).await.unwrap();
    let before = state(&store).await;
    let again = import(&store, &table).await.unwrap();
    assert_eq!((again.added, again.updated, again.unchanged, again.new_users), (0, 0, 5, 0));
    assert_eq!(state(&store).await, before);
}

#[tokio::test]
async fn a_second_import_adds_and_updates() {
    let place = Place::new();
    let store = place.open().await;
    import(&store, &table(SMALL)).await.unwrap();
    let before = state(&store).await;
    let more =
        [("zoe", "Heat", 3.0), ("ada", "Heat", 1.0), ("ada", "Up", 5.0), ("bob", "Alien", 1.0)];
    let imported = import(&store, &table(&more)).await.unwrap();
    assert_eq!((imported.new_users, imported.new_items), (1, 1));
    assert_eq!((imported.added, imported.updated, imported.unchanged), (2, 1, 1));
    let after = state(&store).await;
    assert!(after.0.sequence > before.0.sequence);
    assert_ne!(after.1, before.1);
    let matrix = store.matrix().await.unwrap();
    let ada: Vec<_> = matrix.of_user(UserIdx(0)).map(|(item, rating)| (item.0, rating)).collect();
    assert_eq!(ada, [(0, 1.0), (1, 2.0), (3, 5.0)]);
    assert_eq!(matrix.rating(UserIdx(3), ItemIdx(0)), Some(3.0));
    let heat = &store.find_items("Heat", 1).await.unwrap()[0];
    assert_eq!((heat.ratings, heat.mean), (3, Some(3.0)));
}

#[tokio::test]
async fn the_digest_does_not_depend_on_the_number_of_imports() {
    let [at_once, in_two, in_detours] = [Place::new(), Place::new(), Place::new()];
    let one = at_once.open().await;
    import(&one, &table(SMALL)).await.unwrap();
    let two = in_two.open().await;
    import(&two, &table(&SMALL[..2])).await.unwrap();
    import(&two, &table(&SMALL[2..])).await.unwrap();
    assert_eq!(one.data_digest().await.unwrap(), two.data_digest().await.unwrap());
    assert_eq!(one.matrix().await.unwrap(), two.matrix().await.unwrap());

    let three = in_detours.open().await;
    let wrong: Vec<Row<'_>> = SMALL.iter().map(|&(user, item, _)| (user, item, 3.0)).collect();
    import(&three, &table(&wrong)).await.unwrap();
    assert_ne!(one.data_digest().await.unwrap(), three.data_digest().await.unwrap());
    import(&three, &table(SMALL)).await.unwrap();
    assert_eq!(one.data_digest().await.unwrap(), three.data_digest().await.unwrap());
}

#[tokio::test]
async fn replacing_starts_over() {
    let place = Place::new();
    let store = place.open().await;
    import(&store, &table(SMALL)).await.unwrap();
    let sequence = store.summary().await.unwrap().sequence;
    let other = table(&[("x", "y", 0.5)]);
    let replaced = batch(&other)
        .with_name("other")
        .with_scale(RatingScale::HALF_STARS)
        .with_mode(ImportMode::Replace);
    let now = store.import(replaced, &mut |_| ()).await.unwrap().now;
    assert_eq!((now.users, now.items, now.ratings), (1, 1, 1));
    assert_eq!((now.name.as_deref(), now.scale), (Some("other"), Some(RatingScale::HALF_STARS)));
    assert!(now.sequence > sequence);
    let fresh_place = Place::new();
    let fresh = fresh_place.open().await;
    fresh.import(replaced, &mut |_| ()).await.unwrap();
    assert_eq!(store.data_digest().await.unwrap(), fresh.data_digest().await.unwrap());
    assert_eq!(integrity(&place).await, "ok");
}

#[tokio::test]
async fn keeps_the_newest_rating_by_default() {
    let one = |rating, time: Option<i64>| {
        let mut table = RatingTable::new();
        table.push("ada", "Heat", rating, time).unwrap();
        table
    };
    use Keep::{Existing, Incoming, Newest};
    for (stored, incoming, keep, expected) in [
        ((4.0, Some(200)), (2.0, Some(100)), Newest, (4.0, Some(200))),
        ((4.0, Some(100)), (2.0, Some(200)), Newest, (2.0, Some(200))),
        ((4.0, Some(100)), (2.0, Some(100)), Newest, (2.0, Some(100))),
        ((4.0, Some(100)), (2.0, None), Newest, (2.0, None)),
        ((4.0, None), (2.0, Some(1)), Newest, (2.0, Some(1))),
        ((4.0, Some(200)), (4.0, Some(100)), Newest, (4.0, Some(200))),
        ((4.0, None), (4.0, Some(-5)), Newest, (4.0, Some(-5))),
        ((4.0, Some(200)), (4.0, None), Newest, (4.0, Some(200))),
        ((4.0, Some(100)), (2.0, Some(200)), Existing, (4.0, Some(100))),
        ((4.0, Some(100)), (4.0, Some(200)), Existing, (4.0, Some(100))),
        ((4.0, Some(200)), (2.0, Some(100)), Incoming, (2.0, Some(100))),
        ((4.0, Some(200)), (4.0, Some(100)), Incoming, (4.0, Some(100))),
    ] {
        let place = Place::new();
        let store = place.open().await;
        import(&store, &one(stored.0, stored.1)).await.unwrap();
        let table = one(incoming.0, incoming.1);
        let batch = batch(&table).with_keep(keep);
        let done = store.import(batch, &mut |_| ()).await.unwrap();
        let now = store.ratings().await.unwrap().row(0);
        let case = format!("{stored:?} {incoming:?} {keep:?}");
        assert_eq!((now.rating, now.timestamp), expected, "{case}");
        let counts = (done.added, done.updated, done.unchanged, done.kept);
        let wanted = if stored.0 == incoming.0 {
            (0, 0, 1, 0)
        } else if expected.0 == incoming.0 {
            (0, 1, 0, 0)
        } else {
            (0, 0, 0, 1)
        };
        assert_eq!(counts, wanted, "{case}");
        assert_eq!(integrity(&place).await, "ok");
        let matrix = store.matrix().await.unwrap();
        assert_eq!(matrix.rating(UserIdx(0), ItemIdx(0)), Some(expected.0), "{case}");
    }
}

#[tokio::test]
async fn reports_changed_titles_of_known_items() {
    let place = Place::new();
    let store = place.open().await;
    let with = async |titles: &[&str]| {
        let (mut table, mut catalogue) = (RatingTable::new(), Catalogue::new());
        for (item, &title) in (0..).zip(titles) {
            table.push("ada", &item.to_string(), 3.0, None).unwrap();
            let title = Some(title.to_owned());
            catalogue.set(ItemIdx(item), ItemInfo { title, ..ItemInfo::default() });
        }
        let batch = batch(&table).with_catalogue(&catalogue);
        store.import(batch, &mut |_| ()).await.unwrap().retitled
    };
    assert_eq!(with(&["Heat", "Up"]).await, ChangedTitles::default());
    assert_eq!(with(&["Heat", "Up", "Jaws"]).await, ChangedTitles::default());
    let first = ("1".to_owned(), "Up".to_owned(), "Toy Story".to_owned());
    let retitled = with(&["Heat", "Toy Story", "Alien"]).await;
    assert_eq!(retitled.count, 2);
    let found = retitled.first.unwrap();
    assert_eq!((found.item, found.before, found.after), first);
}

#[tokio::test]
async fn missing_fields_of_items_keep_their_stored_value() {
    let place = Place::new();
    let store = place.open().await;
    let with = async |title: Option<&str>, year, genres: &[&str]| {
        let (table, mut catalogue) = (table(&[("ada", "1", 3.0)]), Catalogue::new());
        let genres = genres.iter().map(|&genre| genre.to_owned()).collect();
        let info = ItemInfo { title: title.map(str::to_owned), year, genres };
        catalogue.set(ItemIdx(0), info);
        let batch = batch(&table).with_catalogue(&catalogue);
        store.import(batch, &mut |_| ()).await.unwrap();
        store.catalogue().await.unwrap().get(ItemIdx(0)).clone()
    };
    let first = with(Some("Heat"), Some(1995), &["Crime", "Drama"]).await;
    assert_eq!((first.title.as_deref(), first.year), (Some("Heat"), Some(1995)));
    assert_eq!(with(None, None, &[]).await, first);
    let second = with(Some("Heat!"), None, &["Noir"]).await;
    assert_eq!((second.title.as_deref(), second.year), (Some("Heat!"), Some(1995)));
    assert_eq!(second.genres, ["Noir"]);
    assert_eq!(store.item_infos(&[ItemIdx(0)]).await.unwrap(), [second]);
}

#[tokio::test]
async fn ids_may_contain_any_text() {
    let place = Place::new();
    let store = place.open().await;
    let ids = ["'; DROP TABLE users; --", "\"", "é", "日本", "1", "01", " ", "%", "\u{1F600}\n"];
    let rows: Vec<Row<'_>> = ids.iter().map(|&id| (id, id, 3.0)).collect();
    import(&store, &table(&rows)).await.unwrap();
    for (index, id) in (0..).zip(ids) {
        assert_eq!(store.user(id).await.unwrap(), Some(UserIdx(index)), "{id}");
        assert_eq!(store.item(id).await.unwrap(), Some(ItemIdx(index)), "{id}");
    }
    assert_eq!(store.user("nobody").await.unwrap(), None);
    let some = [ItemIdx(3), ItemIdx(0), ItemIdx(3)];
    assert_eq!(store.item_ids_of(&some).await.unwrap(), [ids[3], ids[0], ids[3]]);
    assert_eq!(store.user_ids_of(&[]).await.unwrap(), [""; 0]);
    let unknown = store.user_ids_of(&[UserIdx(0), UserIdx(9)]).await.unwrap_err();
    assert!(matches!(unknown, LookupError::UnknownIndex { index: 9, .. }), "{unknown}");
}
