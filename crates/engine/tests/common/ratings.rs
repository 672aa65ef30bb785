//! Ratings to begin with.

use super::Place;
use likemind::{RatingScale, RatingTable};
use likemind_store::{ImportBatch, Store};

pub(crate) type Row<'a> = (&'a str, &'a str, f64);

pub(crate) const SMALL: &[Row<'_>] = &[
    ("ada", "Heat", 4.0),
    ("bob", "Heat", 5.0),
    ("ada", "Ronin", 2.0),
    ("eve", "Alien", 5.0),
    ("bob", "Alien", 1.0),
];

pub(crate) fn table(rows: &[Row<'_>]) -> RatingTable {
    let mut table = RatingTable::new();
    for (time, &(user, item, rating)) in rows.iter().enumerate() {
        // Some times are unknown.
        table.push(user, item, rating, (time % 3 > 0).then_some(time as i64 * 1_000)).unwrap();
    }
    table
}

/// Ratings of 50 items by each of `users` users.
pub(crate) fn many(users: u32) -> RatingTable {
    let mut table = RatingTable::new();
    for user in 0..users {
        for item in 0..50 {
            let rating = f64::from((user * 7 + item) % 5 + 1);
            table.push(&format!("u{user}"), &format!("i{item}"), rating, None).unwrap();
        }
    }
    table
}

/// All of `table` on five stars, without a catalogue.
pub(crate) fn batch(table: &RatingTable) -> ImportBatch<'_> {
    ImportBatch::new(table, RatingScale::FIVE_STARS).with_name("test")
}

pub(crate) async fn import(store: &Store, table: &RatingTable) {
    store.import(batch(table), &mut |_| ()).await.unwrap();
}

/// A database with a few ratings.
pub(crate) async fn filled(place: &Place) -> Store {
    let store = place.open().await;
    import(&store, &table(SMALL)).await;
    store
}
