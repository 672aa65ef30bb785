//! Single ratings of several kinds.

use crate::row_len;
use crate::times::Times;
use likemind::{DenseIdx, ItemIdx, RatingMatrix, Side, UserIdx};
use likemind_bench::peak_rss_mib;
use likemind_engine::LiveStore;
use likemind_store::Change;
use serde_json::json;
use std::time::Instant;

/// Number of ratings per case.
const ROUNDS: usize = 101;

/// A kind of rating: its users and items.
struct Case {
    name: &'static str,
    users: Vec<UserIdx>,
    items: Vec<ItemIdx>,
}

/// Measures all cases, and storing the changed lists at the end.
pub(crate) async fn measure(live: &LiveStore) -> anyhow::Result<()> {
    let cases = cases(live.view().matrix());
    for case in &cases {
        measure_case(live, case).await?;
    }
    let start = Instant::now();
    live.write_behind().await?;
    let seconds = start.elapsed().as_secs_f64();
    let peak = peak_rss_mib();
    println!("{}", json!({ "case": "write behind", "seconds": seconds, "peak_mib": peak }));
    Ok(())
}

/// Typical users have a median number of ratings. Items are chosen by number of ratings: the median
/// item, the mean, and the item of the median rating (half of all ratings are for items with at most
/// as many ratings).
fn cases(matrix: &RatingMatrix) -> Vec<Case> {
    let lengths = |side: Side| {
        let rows = matrix.rows(side);
        let mut all: Vec<(usize, u32)> =
            rows.indices().map(|row| (rows.row_len(row), row.get())).collect();
        all.sort_unstable();
        all
    };
    let (users, items) = (lengths(Side::Users), lengths(Side::Items));
    let mut before = 0;
    let of_median_rating = items.partition_point(|&(ratings, _)| {
        before += ratings;
        before < matrix.ratings() / 2
    });
    let around = |sorted: &[(usize, u32)], middle: usize| -> Vec<u32> {
        let first = middle.saturating_sub(ROUNDS / 2).min(sorted.len() - ROUNDS);
        sorted[first..first + ROUNDS].iter().map(|&(_, row)| row).collect()
    };
    let users_at = |middle| around(&users, middle).into_iter().map(UserIdx).collect::<Vec<_>>();
    let items_at = |middle| around(&items, middle).into_iter().map(ItemIdx).collect::<Vec<_>>();
    let typical_users = users_at(users.len() / 2);
    let mean = matrix.ratings() / items.len();
    let of_mean = items.partition_point(|&(ratings, _)| ratings < mean);
    let typical_items = items_at(of_median_rating);
    let heaviest = vec![UserIdx(users[users.len() - 1].1)];
    let most_rated = vec![ItemIdx(items[items.len() - 1].1)];
    let case = |name, users: &[UserIdx], items: &[ItemIdx]| Case {
        name,
        users: users.to_vec(),
        items: items.to_vec(),
    };
    vec![
        case("typical user, median item", &typical_users, &items_at(items.len() / 2)),
        case("typical user, mean item", &typical_users, &items_at(of_mean)),
        case("typical user, item of the median rating", &typical_users, &typical_items),
        case("typical user, most rated item", &typical_users, &most_rated),
        case("heaviest user, item of the median rating", &heaviest, &typical_items),
        case("heaviest user, most rated item", &heaviest, &most_rated),
    ]
}

/// Each rating differs from the previous one, so each causes work.
async fn measure_case(live: &LiveStore, case: &Case) -> anyhow::Result<()> {
    let users = live.store().user_ids_of(&case.users).await?;
    let items = live.store().item_ids_of(&case.items).await?;
    let mut times = Times::default();
    for round in 0..ROUNDS {
        let (user, item) = (round % users.len(), round % items.len());
        let rating = {
            let view = live.view();
            let previous = view.matrix().rating(case.users[user], case.items[item]);
            let scale = view.matrix().scale();
            if previous == Some(scale.max()) { scale.min() } else { scale.max() }
        };
        let change = Change::Set { rating, timestamp: None };
        let start = Instant::now();
        live.rate(&users[user], &items[item], change).await?;
        times.push(start.elapsed());
    }
    let view = live.view();
    println!(
        "{}",
        json!({
            "case": case.name,
            "ratings_of_user": row_len(view.matrix(), Side::Users, case.users[0]),
            "ratings_of_item": row_len(view.matrix(), Side::Items, case.items[0]),
            "times": times.summary(),
        })
    );
    Ok(())
}
