//! Imported ratings are returned unchanged, from one import or several, on every kind of scale.

mod common;

use common::{Place, batch};
use likemind::{Rating, RatingMatrix, RatingScale, RatingTable};
use proptest::prelude::*;
use std::collections::HashMap;

/// Users, items, positions on the scale, and times; pairs may repeat.
type Rows = Vec<(u8, u8, u16, Option<i64>)>;

fn rows() -> impl Strategy<Value = Rows> {
    proptest::collection::vec((0..12_u8, 0..9_u8, any::<u16>(), any::<Option<i64>>()), 0..80)
}

fn scales() -> impl Strategy<Value = RatingScale> {
    let texts = vec!["1:5:1", "0.5:5:0.5", "0:1:0.1", "1:352698:1", "-10:10", "0:1000000"];
    proptest::sample::select(texts).prop_map(|text| text.parse().unwrap())
}

fn rating(scale: &RatingScale, part: u16) -> f64 {
    match scale.levels() {
        Some(levels) => scale.rating_of(u32::from(part) * 6 % levels + 1),
        None => scale.min() + (scale.max() - scale.min()) * f64::from(part) / f64::from(u16::MAX),
    }
}

fn table(scale: &RatingScale, rows: &Rows) -> RatingTable {
    let mut table = RatingTable::new();
    for &(user, item, part, time) in rows {
        // The minimum of `i64` represents an unknown time.
        let time = time.filter(|&time| time > i64::MIN);
        let (user, item) = (format!("user '{user}'"), format!("i\"{item}\""));
        table.push(&user, &item, rating(scale, part), time).unwrap();
    }
    table.deduplicate();
    table
}

/// Combines both tables; ratings of the second win unless those of the first are newer.
fn combined(first: &RatingTable, second: &RatingTable) -> RatingTable {
    let names = |table: &RatingTable, rating: &Rating| {
        let (user, item) = (table.users().name(rating.user), table.items().name(rating.item));
        (user.unwrap().to_owned(), item.unwrap().to_owned())
    };
    let former: HashMap<_, _> =
        first.iter().map(|rating| (names(first, &rating), rating)).collect();
    let is_older = |rating: &Rating| {
        let former = former.get(&names(second, rating)).and_then(|former| former.timestamp);
        former.zip(rating.timestamp).is_some_and(|(former, time)| time < former)
    };
    let mut all = RatingTable::new();
    for rating in first.iter() {
        let (user, item) = names(first, &rating);
        all.push(&user, &item, rating.rating, None).unwrap();
    }
    for rating in second.iter() {
        let (user, item) = names(second, &rating);
        let stays = is_older(&rating).then(|| former[&(user.clone(), item.clone())].rating);
        all.push(&user, &item, stays.unwrap_or(rating.rating), None).unwrap();
    }
    all.deduplicate();
    all
}

/// Imports the tables one after the other, and returns the matrix, the ratings and the digest.
fn imported(scale: RatingScale, tables: &[&RatingTable]) -> (RatingMatrix, RatingTable, String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let place = Place::new();
        let store = place.open().await;
        for table in tables {
            let batch = batch(table).with_scale(scale);
            store.import(batch, &mut |_| ()).await.unwrap();
        }
        let matrix = store.matrix().await.unwrap();
        let found = (matrix, store.ratings().await.unwrap(), store.data_digest().await.unwrap());
        store.close().await;
        // The rows give the same matrix as the packed copy.
        let reopened = place.open().await;
        common::execute_in(&place.file, "DELETE FROM snapshot_parts").await;
        assert_eq!(reopened.matrix().await.unwrap(), found.0);
        reopened.close().await;
        found
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn round_trips_one_import(scale in scales(), rows in rows()) {
        let table = table(&scale, &rows);
        let (matrix, ratings, _) = imported(scale, &[&table]);
        prop_assert_eq!(matrix, RatingMatrix::from_table(&table, scale).unwrap());
        let mut expected: Vec<Rating> = table.iter().collect();
        expected.sort_by_key(|rating| (rating.user, rating.item));
        prop_assert_eq!(ratings.iter().collect::<Vec<_>>(), expected);
        prop_assert_eq!((ratings.users(), ratings.items()), (table.users(), table.items()));
    }

    #[test]
    fn two_imports_equal_one(scale in scales(), first in rows(), second in rows()) {
        let (first, second) = (table(&scale, &first), table(&scale, &second));
        let all = combined(&first, &second);
        let (matrix, _, digest) = imported(scale, &[&first, &second]);
        prop_assert_eq!(&matrix, &RatingMatrix::from_table(&all, scale).unwrap());
        let (_, _, at_once) = imported(scale, &[&all]);
        prop_assert_eq!(digest, at_once);
    }
}
