//! Ratings that arrive at a steady rate while recommendations are computed.

use crate::recommend;
use crate::times::Times;
use likemind::{ItemIdx, RatingMatrix, RatingScale, Side, UserIdx};
use likemind_bench::peak_rss_mib;
use likemind_engine::{Engine, Naming};
use likemind_store::Change;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{interval, sleep_until};

/// Time that each rate is kept up for.
const DURATION: Duration = Duration::from_secs(20);
/// Number of clients that rate at the same time.
const CLIENTS: usize = 64;
/// Recommendations per second.
const READS_PER_SECOND: u32 = 200;
/// Intervals of a service.
const WRITE_BEHIND: Duration = Duration::from_secs(5);

/// The moments at which events are due, at equal distances.
struct Schedule {
    start: Instant,
    distance: Duration,
    next: AtomicU64,
}

impl Schedule {
    fn new(per_second: u32) -> Arc<Self> {
        let distance = Duration::from_secs(1) / per_second;
        Arc::new(Self { start: Instant::now(), distance, next: AtomicU64::new(0) })
    }

    /// The number and the moment of the next event; `None` at the end.
    fn next(&self) -> Option<(u64, Instant)> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let after = self.distance.mul_f64(number as f64);
        (after < DURATION).then(|| (number, self.start + after))
    }
}

/// Measures recommendations alone, and together with ratings. Times start when an event is due, so they
/// include the time that it waits for earlier ones.
pub(crate) async fn measure(engine: &Engine, per_second: u32) -> anyhow::Result<()> {
    let alone = read(engine).await?;
    println!("{}", json!({ "case": "recommendations alone", "times": alone.summary() }));
    let storing = tokio::spawn(write_behind(engine.clone()));
    let start = Instant::now();
    let (ratings, reads) = tokio::join!(write(engine, per_second), read(engine));
    let seconds = start.elapsed().as_secs_f64();
    storing.abort();
    let (ratings, reads) = (ratings?.summary(), reads?.summary());
    let achieved = ratings["count"].as_f64().unwrap_or_default() / seconds;
    println!(
        "{}",
        json!({
            "case": "ratings and recommendations", "asked_per_second": per_second,
            "ratings_per_second": achieved.round(), "ratings": ratings, "recommendations": reads,
            "peak_mib": peak_rss_mib(),
        })
    );
    Ok(())
}

/// Stores changed lists from time to time, as a service does.
async fn write_behind(engine: Engine) {
    let mut due = interval(WRITE_BEHIND);
    loop {
        due.tick().await;
        if let Err(error) = engine.live().write_behind().await {
            eprintln!("{error}");
        }
    }
}

/// Rates items until the time is over.
async fn write(engine: &Engine, per_second: u32) -> anyhow::Result<Times> {
    let ratings = Arc::new(Ratings::like(engine.moment().matrix()));
    let schedule = Schedule::new(per_second);
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        clients.spawn(client(engine.clone(), Arc::clone(&schedule), Arc::clone(&ratings)));
    }
    let mut times = Times::default();
    while let Some(client) = clients.join_next().await {
        times.extend(client??);
    }
    Ok(times)
}

async fn client(
    engine: Engine,
    schedule: Arc<Schedule>,
    ratings: Arc<Ratings>,
) -> anyhow::Result<Times> {
    let mut times = Times::default();
    while let Some((number, due)) = schedule.next() {
        let (user, item, rating) = {
            let moment = engine.moment();
            let (user, item, rating) = ratings.nth(number, moment.matrix().scale());
            let names = moment.names();
            (names.user(user).to_owned(), names.item(item).to_owned(), rating)
        };
        sleep_until(due.into()).await;
        engine.live().rate(&user, &item, Change::Set { rating, timestamp: None }).await?;
        times.push(due.elapsed());
    }
    Ok(times)
}

/// Pseudo-random ratings whose users and items occur in proportion to their numbers of ratings.
struct Ratings {
    /// For every row of a side, the number of ratings of all rows up to it.
    users: Vec<usize>,
    items: Vec<usize>,
}

impl Ratings {
    fn like(matrix: &RatingMatrix) -> Self {
        let ends = |side| matrix.rows(side).offsets().ranges().map(|range| range.end).collect();
        Self { users: ends(Side::Users), items: ends(Side::Items) }
    }

    fn nth(&self, number: u64, scale: &RatingScale) -> (UserIdx, ItemIdx, f64) {
        let mut random = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut below = |end: usize| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (random >> 33) as usize % end
        };
        let mut row = |ends: &[usize]| {
            let entry = below(ends.last().copied().unwrap_or(1));
            ends.partition_point(|&end| end <= entry) as u32
        };
        let (user, item) = (UserIdx(row(&self.users)), ItemIdx(row(&self.items)));
        let level = below(scale.levels().unwrap_or(1) as usize) as u32 + 1;
        (user, item, scale.rating_of(level))
    }
}

/// Recommends until the time is over.
async fn read(engine: &Engine) -> anyhow::Result<Times> {
    let (schedule, engine) = (Schedule::new(READS_PER_SECOND), engine.clone());
    let read = move || {
        let mut times = Times::default();
        while let Some((number, due)) = schedule.next() {
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            let moment = engine.moment();
            let user = UserIdx((number * 7_919 % moment.matrix().users() as u64) as u32);
            recommend(&moment, user)?;
            times.push(due.elapsed());
        }
        Ok(times)
    };
    spawn_blocking(read).await?
}
