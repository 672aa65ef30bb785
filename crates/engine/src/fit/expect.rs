//! What a fit would take.

use likemind::all_pairs::Kernel;
use likemind::{AllPairs, ModelParameters, RatingMatrix};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How long tiles are tried, at most, but for the one that is being tried then.
const TRIAL: Duration = Duration::from_millis(400);

/// What a program takes before any ratings.
const PROGRAM_BYTES: u64 = 24 << 20;

/// What a fit would take.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    /// How many lists there would be.
    pub rows: u64,
    /// How many pairs would be compared.
    pub pairs: u64,
    /// How many ratings the pairs have in common, all together.
    pub co_ratings: u64,
    /// What most of the time would be spent in.
    pub kernel: Kernel,
    /// How long it would take on the threads of the pool.
    pub seconds: f64,
    /// How much memory the program would hold.
    pub bytes: u64,
}

/// Tries a few tiles of a fit on the threads of the rayon pool that it is called in, for half a second or
/// so, and says what all of them would take. `kernel` as in [`FitOptions`](super::FitOptions).
pub fn expect(
    matrix: &RatingMatrix,
    parameters: ModelParameters,
    kernel: Option<Kernel>,
) -> Expected {
    let start = Instant::now();
    let all_pairs = AllPairs::with_kernel(matrix, parameters, kernel);
    let layout = start.elapsed().as_secs_f64();
    let threads = rayon::current_num_threads();
    let work: f64 = all_pairs.tiles().iter().map(|tile| all_pairs.work(tile).total()).sum();
    let seconds = layout + work * seconds_a_unit(&all_pairs) / threads as f64;
    // A rating is held by user and by item.
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
