//! `likemind fit --dry-run`

use crate::fitting::forced_kernel;
use crate::output::Output;
use crate::pool::in_pool;
use crate::record::{Field, Record, RecordColumn, column};
use anyhow::Result;
use likemind::{AllPairs, ModelParameters, RatingMatrix, Side};
use serde::Serialize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How long tiles are tried, at most, but for the one that is being tried then.
const TRIAL: Duration = Duration::from_millis(400);

/// What the program takes before any ratings.
const PROGRAM_BYTES: u64 = 24 << 20;

/// What a fit would take.
#[derive(Serialize)]
struct Expected {
    side: Side,
    rows: u64,
    pairs: u64,
    co_ratings: u64,
    kernel: &'static str,
    seconds: f64,
    memory_mib: u64,
}

impl Record for Expected {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("side", |expected| Field::text(expected.side.to_string())),
            column("rows", |expected| Field::Count(expected.rows)),
            column("pairs", |expected| Field::Count(expected.pairs)),
            column("co_ratings", |expected| Field::Count(expected.co_ratings)),
            column("kernel", |expected| Field::text(expected.kernel)),
            column("seconds", |expected| Field::Real(Some(expected.seconds))),
            column("memory_mib", |expected| Field::Count(expected.memory_mib)),
        ]
    }
}

/// Tries a few tiles of each model, and says what all of them would take.
pub(super) fn run(
    matrix: &RatingMatrix,
    models: &[ModelParameters],
    threads: Option<usize>,
    out: &mut Output<'_>,
) -> Result<()> {
    let kernel = forced_kernel()?;
    let expect = |&parameters: &ModelParameters| {
        in_pool(threads, || {
            let start = Instant::now();
            let all_pairs = AllPairs::with_kernel(matrix, parameters, kernel);
            let layout = start.elapsed().as_secs_f64();
            expected(&all_pairs, matrix, parameters.side(), layout)
        })
    };
    let expected = models.iter().map(expect).collect::<Result<Vec<_>>>()?;
    match &expected[..] {
        [one] => out.one(one),
        several => out.many(several),
    }
}

fn expected(all_pairs: &AllPairs<'_>, matrix: &RatingMatrix, side: Side, layout: f64) -> Expected {
    let threads = rayon::current_num_threads();
    let work: f64 = all_pairs.tiles().iter().map(|tile| all_pairs.work(tile).total()).sum();
    let seconds = layout + work * seconds_a_unit(all_pairs) / threads as f64;
    // A rating is held by user and by item.
    let ratings = matrix.ratings() as u64 * 10 + (matrix.users() + matrix.items()) as u64 * 8;
    let bytes = PROGRAM_BYTES + ratings + all_pairs.bytes(threads);
    Expected {
        side,
        rows: matrix.rows(side).len() as u64,
        pairs: all_pairs.pairs(),
        co_ratings: all_pairs.co_ratings(),
        kernel: all_pairs.kernel().name(),
        seconds,
        memory_mib: bytes >> 20,
    }
}

/// Computes tiles from all over the plan on all threads, and returns the seconds that a unit of
/// work took one thread.
fn seconds_a_unit(all_pairs: &AllPairs<'_>) -> f64 {
    let tiles = sample(all_pairs);
    let (start, next) = (Instant::now(), AtomicUsize::new(0));
    let tried = rayon::broadcast(|_| {
        let (mut seconds, mut work) = (0.0, 0.0);
        while start.elapsed() < TRIAL {
            let Some(&tile) = tiles.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
            let tile = &all_pairs.tiles()[tile];
            let begun = Instant::now();
            all_pairs.rehearse(tile);
            seconds += begun.elapsed().as_secs_f64();
            work += all_pairs.work(tile).sums;
        }
        (seconds, work)
    });
    let seconds: f64 = tried.iter().map(|tried| tried.0).sum();
    let work: f64 = tried.iter().map(|tried| tried.1).sum();
    if work > 0.0 { seconds / work } else { 0.0 }
}

/// Indices of tiles, so that any first few of them are spread evenly over the work: steps by the
/// golden ratio.
fn sample(all_pairs: &AllPairs<'_>) -> Vec<usize> {
    let tiles = all_pairs.tiles();
    let mut done = 0.0;
    let ends: Vec<f64> = tiles
        .iter()
        .map(|tile| {
            done += all_pairs.work(tile).sums;
            done
        })
        .collect();
    let at = |step: usize| (0.5 + step as f64 * 0.618_033_988_749_895).fract() * done;
    let tile = |step| ends.partition_point(|&end| end < at(step)).min(tiles.len() - 1);
    (0..tiles.len()).map(tile).collect()
}
