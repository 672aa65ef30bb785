//! Whole-job figures of the all-pairs step at any shape, as one line of JSON:
//!
//! ```text
//! cargo run --release -p likemind-bench --example all_pairs -- --like ml-1m --side users --k 100
//! ```
//!
//! The seconds are those of the all-pairs step alone: the ratings are in memory when it begins,
//! and the sorted lists are when it ends. The peak of memory is the whole process's.

use anyhow::{Context, bail};
use likemind::{AllPairs, ModelOptions, ModelParameters, RatingMatrix, Side, Unobserved};
use likemind_bench::{SEED, matrix, peak_rss_mib};
use likemind_data::Shape;
use serde_json::{Value, json};
use std::process::ExitCode;
use std::time::Instant;

const USAGE: &str = "\
usage: all_pairs [--like ml-100k|ml-1m|ml-10m|ml-25m|ml-32m] [--fraction F] [--seed S]
                 [--side users|items] [--k K] [--threads N]";

/// What is asked for.
struct Request {
    like: String,
    fraction: f64,
    seed: u64,
    side: Side,
    k: usize,
    threads: usize,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            like: "ml-1m".to_owned(),
            fraction: 1.0,
            seed: SEED,
            side: Side::Users,
            k: 100,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

impl Request {
    fn parse(mut arguments: impl Iterator<Item = String>) -> anyhow::Result<Self> {
        let mut request = Self::default();
        while let Some(flag) = arguments.next() {
            let value = arguments.next().with_context(|| format!("expected a value of {flag}"));
            let wrong = || format!("a bad value of {flag}");
            match flag.as_str() {
                "--like" => request.like = value?,
                "--fraction" => request.fraction = value?.parse().with_context(wrong)?,
                "--seed" => request.seed = value?.parse().with_context(wrong)?,
                "--side" => request.side = value?.parse().with_context(wrong)?,
                "--k" => request.k = value?.parse().with_context(wrong)?,
                "--threads" => request.threads = value?.parse().with_context(wrong)?,
                _ => bail!("unknown flag {flag}"),
            }
        }
        if request.threads == 0 {
            bail!("expected at least 1 thread, found 0");
        }
        Ok(request)
    }

    /// With the shape and the parameters that it stands for.
    fn checked(self) -> anyhow::Result<(Self, Shape, ModelParameters)> {
        let shape = Shape::named(&self.like, self.fraction, self.seed)?;
        let options = ModelOptions { k: self.k, ..ModelOptions::new(self.side) };
        Ok((self, shape, options.check()?))
    }
}

fn figures(
    request: &Request,
    parameters: ModelParameters,
    matrix: &RatingMatrix,
) -> anyhow::Result<Value> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(request.threads).build()?;
    let start = Instant::now();
    let (pairs, index) = pool.install(|| {
        let all_pairs = AllPairs::new(matrix, parameters);
        (all_pairs.pairs(), all_pairs.run(&Unobserved))
    });
    let seconds = start.elapsed().as_secs_f64();
    Ok(json!({
        "like": request.like,
        "fraction": request.fraction,
        "seed": request.seed,
        "side": request.side,
        "k": request.k,
        "threads": request.threads,
        "users": matrix.users(),
        "items": matrix.items(),
        "ratings": matrix.ratings(),
        "rows": matrix.rows(request.side).len(),
        "pairs": pairs,
        "seconds": seconds,
        "pairs_per_second": pairs as f64 / seconds,
        "peak_rss_mib": peak_rss_mib(),
        "digest": index?.digest(),
    }))
}

fn main() -> ExitCode {
    let asked = Request::parse(std::env::args().skip(1));
    let (request, shape, parameters) = match asked.and_then(Request::checked) {
        Ok(checked) => checked,
        Err(error) => {
            eprintln!("error: {error:#}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match matrix(&shape).and_then(|matrix| figures(&request, parameters, &matrix)) {
        Ok(figures) => {
            println!("{figures}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
