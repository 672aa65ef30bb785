//! Measures the time until a rating is durable and the neighbours of both sides are exact, and prints
//! lines of JSON:
//!
//! ```text
//! cargo run --release -p likemind-bench --example live -- --db ml-1m.db
//! ```
//!
//! The database must have active models of users and of items. It is modified: use a copy.

use anyhow::{Context, bail};
use likemind::{DenseIdx, ItemIdx, RatingMatrix, RowIdx, Side, UserIdx};
use likemind_bench::{SIDES, peak_rss_mib};
use likemind_engine::LiveStore;
use likemind_store::{Change, Store};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Number of ratings per case.
const ROUNDS: usize = 101;

/// A kind of rating: its users and items.
struct Case {
    name: &'static str,
    users: Vec<UserIdx>,
    items: Vec<ItemIdx>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}\nusage: live --db FILE");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [flag, path] = &arguments[..] else { bail!("expected a flag and its value") };
    if flag != "--db" {
        bail!("unknown flag {flag}");
    }
    let store = Store::open_existing(&PathBuf::from(path)).await?;
    let opening = Instant::now();
    let live = LiveStore::open(store, &SIDES).await?;
    let opened = opening.elapsed().as_secs_f64();
    for side in SIDES {
        live.view().model(side).with_context(|| format!("expected a model of {side}"))?;
    }
    println!("{}", json!({ "case": "opening", "seconds": opened, "peak_mib": peak_rss_mib() }));
    let cases = cases(live.view().matrix());
    for case in &cases {
        measure(&live, case).await?;
    }
    let start = Instant::now();
    live.write_behind().await?;
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{}",
        json!({ "case": "write behind", "seconds": seconds, "peak_mib": peak_rss_mib() })
    );
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

/// Measures a case. Each rating differs from the previous one, so each causes work.
async fn measure(live: &LiveStore, case: &Case) -> anyhow::Result<()> {
    let store = live.store();
    let users = store.user_ids_of(&case.users).await?;
    let items = store.item_ids_of(&case.items).await?;
    let mut times = Vec::with_capacity(ROUNDS);
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
    times.sort_unstable();
    let at = |share: f64| ms(times[((ROUNDS - 1) as f64 * share) as usize]);
    let view = live.view();
    let length = |side, row: RowIdx| view.matrix().rows(side).row_len(row);
    println!(
        "{}",
        json!({
            "case": case.name,
            "ratings_of_user": length(Side::Users, case.users[0].into()),
            "ratings_of_item": length(Side::Items, case.items[0].into()),
            "rounds": ROUNDS,
            "median_ms": at(0.5),
            "p90_ms": at(0.9),
            "max_ms": at(1.0),
        })
    );
    Ok(())
}

fn ms(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e5).round() / 1e2
}
