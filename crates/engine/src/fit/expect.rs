//! Estimates of the cost of a fit.

use super::FitOptions;
use super::pool::in_pool;
use likemind::all_pairs::Kernel;
use likemind::{AllPairs, ModelParameters, RatingMatrix};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Time after which no further tile is tried.
const TRIAL: Duration = Duration::from_millis(400);

/// Memory of the program without any ratings.
const PROGRAM_BYTES: u64 = 24 << 20;

/// The estimated cost of a fit.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    /// Number of lists.
    pub rows: u64,
    /// Number of pairs to compare.
    pub pairs: u64,
    /// Total number of co-ratings of all pairs.
    pub co_ratings: u64,
    /// The kernel that most of the time would be spent in.
    pub kernel: Kernel,
    /// Time in seconds on the threads of the pool.
    pub seconds: f64,
    /// Memory of the program in bytes.
    pub bytes: u64,
}

/// Estimates the cost of a fit by computing a few tiles on the current rayon thread pool, for about half
/// a second. `kernel` is that of [`FitOptions`](super::FitOptions).
pub fn expect(
    matrix: &RatingMatrix,
    parameters: ModelParameters,
    kernel: Option<Kernel>,
) -> Expected {
    let start = Instant::now();
    let all_pairs = AllPairs::with_kernel(matrix, parameters.with_spare(), kernel);
    let layout = start.elapsed().as_secs_f64();
    let threads = rayon::current_num_threads();
    let work: f64 = all_pairs.tiles().iter().map(|tile| all_pairs.work(tile).total()).sum();
    let seconds = layout + work * seconds_per_unit(&all_pairs) / threads as f64;
    // Each rating is stored twice, by user and by item.
    let ratings = matrix.ratings() as u64 * 10 + (matrix.users() + matrix.items()) as u64 * 8;
    Expected {
        rows: matrix.rows(parameters.side()).len() as u64,
        pairs: all_pairs.pairs(),
        co_ratings: all_pairs.co_ratings(),
        kernel: all_pairs.kernel(),
        seconds,
        bytes: PROGRAM_BYTES + ratings + all_pairs.bytes(threads),
    }
}

/// [`expect`] on the threads of a fit with these options.
pub(crate) fn expect_in_pool(
    matrix: &RatingMatrix,
    options: &FitOptions,
) -> Result<Expected, String> {
    let Some(&parameters) = options.parameters.neighbours() else {
        return Err(format!("a model of kind {}", options.parameters.kind()));
    };
    in_pool(options.threads, || Ok(expect(matrix, parameters, options.kernel)))
}

/// Computes tiles from all over the plan on all threads. Returns the seconds per unit of work of one
/// thread.
fn seconds_per_unit(all_pairs: &AllPairs<'_>) -> f64 {
    let tiles = sample(all_pairs);
    let (start, next) = (Instant::now(), AtomicUsize::new(0));
    let tried = rayon::broadcast(|_| {
        let (mut seconds, mut work) = (0.0, 0.0);
        while start.elapsed() < TRIAL {
            let Some(&tile) = tiles.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
            let tile = &all_pairs.tiles()[tile];
            let begun = Instant::now();
            all_pairs.compute_and_discard(tile);
            seconds += begun.elapsed().as_secs_f64();
            work += all_pairs.work(tile).sums;
        }
        (seconds, work)
    });
    let seconds: f64 = tried.iter().map(|tried| tried.0).sum();
    let work: f64 = tried.iter().map(|tried| tried.1).sum();
    if work > 0.0 { seconds / work } else { 0.0 }
}

/// Indices of tiles, ordered so that any prefix is spread evenly over the work: in steps of the golden
/// ratio.
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
