//! Measures a whole all-pairs job and prints one line of JSON:
//!
//! ```text
//! cargo run --release -p likemind-bench --example all_pairs -- --like ml-1m --side users --k 100
//! ```
//!
//! The ratings are synthetic, or those of a file with `--ratings FILE`. The time is that of the
//! all-pairs step only: from the ratings in memory to the sorted lists in memory. The peak memory is
//! that of the whole process. `--fraction .1` computes every tenth tile: then the time is that of the
//! sample, without sorting, and there is no digest.

use anyhow::{Context, bail};
use likemind::all_pairs::Kernel;
use likemind::{AllPairs, Measure, ModelOptions, ModelParameters, RatingMatrix, Side};
use likemind_bench::{SEED, matrix, peak_rss_mib};
use likemind_data::{ReadOptions, Shape, Source};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

const USAGE: &str = "\
usage: all_pairs [--like ml-100k|ml-1m|ml-10m|ml-25m|ml-32m | --ratings FILE] [--seed S]
                 [--side users|items] [--measure M] [--k K] [--threads N] [--fraction F]
                 [--kernel avx512|avx2|portable|sparse]";

/// The command-line options.
struct Request {
    like: String,
    ratings: Option<PathBuf>,
    kernel: Option<Kernel>,
    measure: Measure,
    /// Fraction of the tiles to compute, above 0 and at most 1.
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
            ratings: None,
            kernel: None,
            measure: Measure::Pcs,
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
            let value = arguments.next().with_context(|| format!("expected a value for {flag}"));
            let invalid = || format!("invalid value for {flag}");
            match flag.as_str() {
                "--like" => request.like = value?,
                "--ratings" => request.ratings = Some(value?.into()),
                "--kernel" => request.kernel = Some(Kernel::from_name(&value?)?),
                "--measure" => request.measure = value?.parse().with_context(invalid)?,
                "--fraction" => request.fraction = value?.parse().with_context(invalid)?,
                "--seed" => request.seed = value?.parse().with_context(invalid)?,
                "--side" => request.side = value?.parse().with_context(invalid)?,
                "--k" => request.k = value?.parse().with_context(invalid)?,
                "--threads" => request.threads = value?.parse().with_context(invalid)?,
                _ => bail!("unknown flag {flag}"),
            }
        }
        if request.threads == 0 {
            bail!("expected at least 1 thread, found 0");
        }
        if !(request.fraction > 0.0 && request.fraction <= 1.0) {
            bail!("expected a fraction above 0 and at most 1, found {}", request.fraction);
        }
        Ok(request)
    }

    fn parameters(&self) -> anyhow::Result<ModelParameters> {
        let mut options = ModelOptions::new(self.side).with_k(self.k);
        options.similarity.measure = self.measure;
        Ok(options.check()?)
    }

    fn matrix(&self) -> anyhow::Result<RatingMatrix> {
        let Some(path) = &self.ratings else {
            return matrix(&Shape::named(&self.like, 1.0, self.seed)?);
        };
        let read = likemind_data::read(&Source::Path(path.clone()), &ReadOptions::default())?;
        Ok(RatingMatrix::from_table(&read.ratings, read.scale)?)
    }
}

/// Computes a fraction of the tiles, evenly spaced, and returns their number of pairs.
fn compute_some(all_pairs: &AllPairs<'_>, fraction: f64) -> u64 {
    let step = (1.0 / fraction).round() as usize;
    let tiles: Vec<_> = all_pairs.tiles().iter().step_by(step).collect();
    let next = AtomicUsize::new(0);
    rayon::broadcast(|_| {
        while let Some(tile) = tiles.get(next.fetch_add(1, Ordering::Relaxed)) {
            all_pairs.merge(all_pairs.compute(tile)).expect("each tile is taken once");
        }
    });
    tiles.iter().map(|tile| tile.pairs()).sum()
}

fn figures(request: &Request) -> anyhow::Result<Value> {
    let (matrix, parameters) = (request.matrix()?, request.parameters()?);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(request.threads).build()?;
    let start = Instant::now();
    let (kernel, pairs, index) = pool.install(|| {
        let all_pairs = AllPairs::with_kernel(&matrix, parameters, request.kernel);
        let kernel = all_pairs.kernel();
        let pairs = compute_some(&all_pairs, request.fraction);
        // A fraction of the tiles yields no lists.
        (kernel, pairs, all_pairs.finish().ok())
    });
    let seconds = start.elapsed().as_secs_f64();
    let rows = matrix.rows(request.side);
    // Number of cells that a dense kernel reads: the length of the shorter row, summed over all pairs.
    let mut lengths: Vec<_> = rows.indices().map(|row| rows.row_len(row)).collect();
    lengths.sort_unstable();
    let cells: u64 = (1..).zip(lengths.iter().rev()).map(|(n, &length)| n * length as u64).sum();
    let cells = cells as f64 * request.fraction;
    Ok(json!({
        "ratings_of": request.ratings.as_ref().map_or(request.like.clone(), |p| p.display().to_string()),
        "fraction": request.fraction,
        "seed": request.seed,
        "side": request.side,
        "measure": request.measure,
        "k": request.k,
        "threads": request.threads,
        "kernel": kernel.name(),
        "users": matrix.users(),
        "items": matrix.items(),
        "ratings": matrix.ratings(),
        "rows": rows.len(),
        "pairs": pairs,
        "seconds": seconds,
        "pairs_per_second": pairs as f64 / seconds,
        "cells_per_second": cells / seconds,
        "peak_rss_mib": peak_rss_mib(),
        "digest": index.map(|index| index.digest()),
    }))
}

fn main() -> ExitCode {
    let request = match Request::parse(std::env::args().skip(1)) {
        Ok(request) => request,
        Err(error) => {
            eprintln!("error: {error:#}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match figures(&request) {
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
