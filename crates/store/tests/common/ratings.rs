//! Sample ratings.

use likemind::{RatingScale, RatingTable};
use likemind_store::ImportBatch;

pub(crate) type Row<'a> = (&'a str, &'a str, f64);

pub(crate) fn table(rows: &[Row<'_>]) -> RatingTable {
    let mut table = RatingTable::new();
    for (time, &(user, item, rating)) in rows.iter().enumerate() {
        // Some times are unknown.
        table.push(user, item, rating, (time % 3 > 0).then_some(time as i64 * 1_000)).unwrap();
    }
    table
}

/// A batch of all of `table` on a scale of five stars, without a catalogue.
pub(crate) fn batch(table: &RatingTable) -> ImportBatch<'_> {
    ImportBatch::new(table, RatingScale::FIVE_STARS).with_name("test")
}

pub(crate) const SMALL: &[Row<'_>] = &[
    ("ada", "Heat", 4.0),
    ("bob", "Heat", 5.0),
    ("ada", "Ronin", 2.0),
    ("eve", "Alien", 5.0),
    ("bob", "Alien", 1.0),
];

/// Returns ratings of 50 items by each of `users` users.
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

/// Returns 40,000 ratings: enough for a fit or a copy to take a while, in debug and release builds.
pub(crate) fn forty_thousand() -> RatingTable {
    let mut table = RatingTable::new();
    for user in 0..2_000_u32 {
        for rated in 0..20 {
            let (item, rating) = ((user * 7 + rated * 31) % 400, (user + rated * rated) % 5 + 1);
            table.push(&user.to_string(), &item.to_string(), rating.into(), None).unwrap();
        }
    }
    table.deduplicate();
    table
}
