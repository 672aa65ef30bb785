//! Measures ratings that arrive at an open database, and prints lines of JSON:
//!
//! ```text
//! cargo run --release -p likemind-bench --example live -- --db COPY
//! cargo run --release -p likemind-bench --example live -- --db COPY --per-second 1000
//! ```
//!
//! The first form measures opening, and single ratings of several kinds, until each is durable and the
//! neighbours of both sides are exact. The second one lets ratings arrive at a steady rate while
//! recommendations are computed.
//!
//! The database must have active models of users and of items. It is modified: use a copy.

mod cases;
mod load;
mod times;

use anyhow::{Context, bail};
use likemind::{Model, Profile, RatingMatrix, RowIdx, Side, TopN, UserIdx};
use likemind_bench::{SIDES, peak_rss_mib};
use likemind_engine::{Engine, Moment};
use likemind_store::Store;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// What to measure.
struct Arguments {
    db: PathBuf,
    per_second: Option<u32>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}\nusage: live --db FILE [--per-second N]");
            ExitCode::FAILURE
        }
    }
}

impl Arguments {
    fn parse(all: &[String]) -> anyhow::Result<Self> {
        let (mut db, mut per_second) = (None, None);
        for pair in all.chunks(2) {
            match pair {
                [flag, path] if flag == "--db" => db = Some(PathBuf::from(path)),
                [flag, count] if flag == "--per-second" => per_second = Some(count.parse()?),
                _ => bail!("expected flags with values, found {pair:?}"),
            }
        }
        Ok(Self { db: db.context("expected --db")?, per_second })
    }
}

async fn run() -> anyhow::Result<()> {
    let all: Vec<String> = std::env::args().skip(1).collect();
    let Arguments { db, per_second } = Arguments::parse(&all)?;
    let engine = open(&db).await?;
    match per_second {
        Some(per_second) => load::measure(&engine, per_second).await,
        None => cases::measure(engine.live()).await,
    }
}

/// Opens the database, and measures the time until the first recommendation.
async fn open(db: &Path) -> anyhow::Result<Engine> {
    let opening = Instant::now();
    let engine = Engine::open(Store::open_existing(db).await?).await?;
    let opened = opening.elapsed().as_secs_f64();
    let count = recommend(&engine.moment(), UserIdx(0))?;
    let (seconds, peak) = (opening.elapsed().as_secs_f64(), peak_rss_mib());
    for side in SIDES {
        engine.moment().served(side).with_context(|| format!("expected a model of {side}"))?;
    }
    println!(
        "{}",
        json!({
            "case": "opening", "seconds": opened, "first_recommendation_seconds": seconds,
            "recommended": count, "peak_mib": peak,
        })
    );
    Ok(engine)
}

/// Recommends ten items to a user, by similar users. Returns their number.
fn recommend(moment: &Moment<'_>, user: UserIdx) -> anyhow::Result<usize> {
    let model = moment.model(Some(Side::Users))?;
    let person = Profile::from_user(moment.matrix(), user);
    let view = moment.answers(&model);
    Ok(view.session(&person)?.rank(TopN::new(10)).len())
}

/// Number of ratings of a row.
fn row_len(matrix: &RatingMatrix, side: Side, row: impl Into<RowIdx>) -> usize {
    matrix.rows(side).row_len(row)
}
