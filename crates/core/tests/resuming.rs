//! A stopped computation resumes from its checkpoints and ends with the same bits.

use likemind::all_pairs::{Checkpoint, CheckpointError, Kernel, MergedTiles};
use likemind::{
    AllPairs, Measure, ModelOptions, ModelParameters, NeighbourIndex, Observer, Progress,
    RatingMatrix, RatingTable, Side, Unobserved,
};
use std::sync::Mutex;

const USERS: u32 = 1_700;
const ITEMS: u32 = 120;

/// Returns ratings computed only from the indices, with some structure in the tastes.
fn matrix(scale: &str) -> RatingMatrix {
    let mut table = RatingTable::new();
    let scale: likemind::RatingScale = scale.parse().unwrap();
    let width = scale.max() - scale.min();
    for user in 0..USERS {
        for item in 0..ITEMS {
            let noise = (user * 7_919 + item * 104_729).wrapping_mul(2_654_435_761) >> 20;
            if noise % 100 < 8 + user % 13 {
                let taste = f64::from((user % 5 * item + noise % 3) % 7) / 6.0;
                let rating = scale.min() + (width * taste).round();
                table.push(&user.to_string(), &item.to_string(), rating, None).unwrap();
            }
        }
    }
    RatingMatrix::from_table(&table, scale).unwrap()
}

fn parameters(measure: Measure, k: usize) -> ModelParameters {
    let mut options = ModelOptions::new(Side::Users).with_k(k);
    options.similarity.measure = measure;
    options.check().unwrap()
}

/// Stops after a number of tiles, and records the first and the last progress.
#[derive(Default)]
struct Stopper {
    tiles: usize,
    seen: Mutex<Option<(Progress, Progress)>>,
}

impl Stopper {
    fn after(tiles: usize) -> Self {
        Self { tiles, ..Self::default() }
    }
}

impl Observer for Stopper {
    fn progress(&self, progress: Progress) {
        let mut seen = self.seen.lock().unwrap();
        let (_, last) = seen.get_or_insert((progress, progress));
        if last.tiles_done < progress.tiles_done {
            *last = progress;
        }
    }

    fn is_cancelled(&self) -> bool {
        let seen = *self.seen.lock().unwrap();
        seen.is_some_and(|(first, last)| last.tiles_done - first.tiles_done >= self.tiles)
    }
}

fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

/// Computes a number of tiles at a time, each time with a new computation.
fn run_in_pieces(
    matrix: &RatingMatrix,
    model: ModelParameters,
    kernel: Option<Kernel>,
    (threads, tiles): (usize, usize),
) -> NeighbourIndex {
    let (mut saved, mut before): (Vec<Vec<u8>>, _) = (Vec::new(), MergedTiles::default());
    loop {
        let start = AllPairs::with_kernel(matrix, model, kernel);
        let all_pairs = saved.iter().fold(start, |all_pairs, bytes| {
            all_pairs.resume_from(&Checkpoint::from_bytes(bytes).unwrap()).unwrap()
        });
        let stopper = Stopper::after(tiles);
        if on_threads(threads, || all_pairs.run_tiles(&stopper)).is_ok() {
            return all_pairs.finish().unwrap();
        }
        let checkpoint = all_pairs.checkpoint(&before);
        // Each thread may finish one more tile.
        let done = checkpoint.merged().count() - before.count();
        assert!((tiles..tiles + threads).contains(&done), "{done}");
        let (_, seen) = stopper.seen.lock().unwrap().unwrap();
        assert_eq!(seen.tiles_done, checkpoint.merged().count());
        assert!(seen.work_done > 0.0 && seen.work_done < 1.0, "{seen:?}");
        before = checkpoint.merged().clone();
        saved.push(checkpoint.to_bytes());
    }
}

#[test]
fn resumed_pieces_equal_the_whole() {
    for (scale, measure) in [
        ("1:5:1", Measure::Pcs),
        ("1:5:1", Measure::Jaccard),
        ("1:1000:1", Measure::Pcs),
        ("0:100", Measure::Pcs),
        ("1:5:1", Measure::CentredCosine),
    ] {
        let matrix = matrix(scale);
        let model = parameters(measure, 12);
        let whole = AllPairs::new(&matrix, model).run(&Unobserved).unwrap();
        let kernels: Vec<_> =
            [None].into_iter().chain(Kernel::available().into_iter().map(Some)).collect();
        let kernels = if scale == "1:5:1" { &kernels[..] } else { &kernels[..1] };
        for &kernel in kernels {
            for pieces in [(1, 5), (2, 4), (7, 3)] {
                let joined = run_in_pieces(&matrix, model, kernel, pieces);
                assert_eq!(joined, whole, "{scale} {measure} {kernel:?} {pieces:?}");
            }
        }
    }
}

/// Requests an incremental checkpoint after every tile. With several threads, checkpoints may
/// arrive out of order.
#[derive(Default)]
struct IncrementalCheckpoints(Mutex<Vec<Checkpoint>>);

impl Observer for IncrementalCheckpoints {
    fn checkpoint_due(&self) -> Option<MergedTiles> {
        Some(self.0.lock().unwrap().last().map(|last| last.merged().clone()).unwrap_or_default())
    }

    fn checkpoint(&self, checkpoint: Option<Checkpoint>) {
        self.0.lock().unwrap().extend(checkpoint);
    }
}

/// Requests a full checkpoint after every tile.
#[derive(Default)]
struct FullCheckpoints(Mutex<Vec<Checkpoint>>);

impl Observer for FullCheckpoints {
    fn checkpoint_due(&self) -> Option<MergedTiles> {
        Some(MergedTiles::default())
    }

    fn checkpoint(&self, checkpoint: Option<Checkpoint>) {
        self.0.lock().unwrap().extend(checkpoint);
    }
}

#[test]
fn every_full_checkpoint_resumes_to_the_same_result() {
    let matrix = matrix("1:5:1");
    let model = parameters(Measure::Pcs, 7);
    let checkpoints = FullCheckpoints::default();
    let run = || on_threads(3, || AllPairs::new(&matrix, model).run(&checkpoints)).unwrap();
    let whole = run();
    // The number of checkpoints of a run depends on thread scheduling.
    (0..1000).take_while(|_| checkpoints.0.lock().unwrap().len() <= 10).for_each(|_| {
        assert_eq!(run(), whole);
    });
    let checkpoints = checkpoints.0.into_inner().unwrap();
    assert!(checkpoints.len() > 10);
    for checkpoint in checkpoints.iter().step_by(3) {
        let all_pairs = AllPairs::resume(&matrix, model, [checkpoint.clone()]).unwrap();
        assert_eq!(all_pairs.run(&Unobserved).unwrap(), whole);
    }
}

#[test]
fn incremental_checkpoints_restore_the_computation() {
    let matrix = matrix("1:5:1");
    let model = parameters(Measure::Pcs, 7);
    let incremental = IncrementalCheckpoints::default();
    let whole = on_threads(1, || AllPairs::new(&matrix, model).run(&incremental)).unwrap();
    let checkpoints = incremental.0.into_inner().unwrap();
    let mut all_pairs = AllPairs::new(&matrix, model);
    for (done, checkpoint) in checkpoints.iter().enumerate() {
        let first = checkpoints[0].merged().count();
        assert_eq!(checkpoint.merged().count(), first + done);
        all_pairs = all_pairs.resume_from(checkpoint).unwrap();
        assert_eq!(all_pairs.merged(), *checkpoint.merged());
    }
    assert!(all_pairs.work_done() == 1.0 && checkpoints.len() > 10);
    assert_eq!(all_pairs.finish().unwrap(), whole);
    let all_pairs = AllPairs::resume(&matrix, model, checkpoints.iter().cloned()).unwrap();
    assert_eq!(all_pairs.finish().unwrap(), whole);
    // Together they are hardly larger than one full checkpoint.
    let bytes = |checkpoints: &[Checkpoint]| -> usize {
        checkpoints.iter().map(|checkpoint| checkpoint.to_bytes().len()).sum()
    };
    let overhead = checkpoints.len() * (100 + 5 * USERS as usize);
    let kept: usize = whole.lists().map(<[_]>::len).sum();
    assert!(bytes(&checkpoints) - overhead < 4 * 13 * kept, "{}", bytes(&checkpoints));
}

#[test]
fn rejects_checkpoints_of_other_computations_or_out_of_order() {
    let matrix = matrix("1:5:1");
    let model = parameters(Measure::Pcs, 7);
    let all_pairs = AllPairs::new(&matrix, model);
    all_pairs.merge(all_pairs.compute(&all_pairs.tiles()[0])).unwrap();
    let first = all_pairs.checkpoint(&MergedTiles::default());
    all_pairs.merge(all_pairs.compute(&all_pairs.tiles()[1])).unwrap();
    let second = all_pairs.checkpoint(first.merged());
    assert_eq!((first.merged().count(), second.merged().count()), (1, 2));
    for other in [parameters(Measure::Pcs, 8), parameters(Measure::Cosine, 7)] {
        let resumed = AllPairs::resume(&matrix, other, [first.clone()]);
        assert_eq!(resumed.err(), Some(CheckpointError::OtherComputation));
    }
    let resume = |checkpoints: &[&Checkpoint]| {
        AllPairs::resume(&matrix, model, checkpoints.iter().copied().cloned())
    };
    let out_of_order = |merged, before| Some(CheckpointError::OutOfOrder { merged, before });
    assert_eq!(resume(&[&second]).err(), out_of_order(0, 1));
    assert_eq!(resume(&[&first, &first]).err(), out_of_order(1, 0));
    assert_eq!(resume(&[&first, &second]).unwrap().merged(), all_pairs.merged());
}

/// Requests a checkpoint after every tile, and counts those that are taken and skipped.
#[derive(Default)]
struct CheckpointCounter(Mutex<(usize, usize)>);

impl Observer for CheckpointCounter {
    fn checkpoint_due(&self) -> Option<MergedTiles> {
        Some(MergedTiles::default())
    }

    fn checkpoint(&self, checkpoint: Option<Checkpoint>) {
        let (taken, skipped) = &mut *self.0.lock().unwrap();
        *if checkpoint.is_some() { taken } else { skipped } += 1;
    }
}

#[test]
fn skips_checkpoints_that_cost_more_than_starting_over() {
    let count_for = |matrix: &RatingMatrix, k| {
        let checkpoints = CheckpointCounter::default();
        let all_pairs = AllPairs::new(matrix, parameters(Measure::Pcs, k));
        assert!(!all_pairs.is_worth_resuming(), "nothing has been computed");
        on_threads(1, || all_pairs.run_tiles(&checkpoints)).unwrap();
        checkpoints.0.into_inner().unwrap()
    };
    let (taken, _) = count_for(&matrix("1:5:1"), 7);
    assert!(taken > 10, "{taken}");
    // Pairs that are cheap to compute, all of which are kept.
    let mut table = RatingTable::new();
    for user in 0..USERS {
        for item in 0..2 {
            table.push(&user.to_string(), &item.to_string(), f64::from(item) + 1.0, None).unwrap();
        }
    }
    let cheap = RatingMatrix::from_table(&table, "1:5:1".parse().unwrap()).unwrap();
    let (taken, skipped) = count_for(&cheap, u32::MAX as usize);
    assert!(taken == 0 && skipped > 10, "{taken} and {skipped}");
}
