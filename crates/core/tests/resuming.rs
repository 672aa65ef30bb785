//! A computation that was stopped goes on from its checkpoint, to the same bits.

use likemind::{
    AllPairs, Checkpoint, CheckpointError, Kernel, Measure, ModelOptions, ModelParameters,
    NeighbourIndex, Observer, Progress, RatingMatrix, RatingTable, RunError, Side, Unobserved,
};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

const USERS: u32 = 1_700;
const ITEMS: u32 = 120;

/// Ratings that follow from the indices alone, so that taste has some structure.
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
    let mut options = ModelOptions { k, ..ModelOptions::new(Side::Users) };
    options.similarity.measure = measure;
    options.check().unwrap()
}

/// Stops after some tiles, and keeps the first and the last progress.
#[derive(Default)]
struct Stopper {
    tiles: usize,
    told: Mutex<Option<(Progress, Progress)>>,
}

impl Stopper {
    fn after(tiles: usize) -> Self {
        Self { tiles, ..Self::default() }
    }
}

impl Observer for Stopper {
    fn progress(&self, progress: Progress) {
        let mut told = self.told.lock().unwrap();
        let (_, last) = told.get_or_insert((progress, progress));
        if last.tiles_done < progress.tiles_done {
            *last = progress;
        }
    }

    fn is_cancelled(&self) -> bool {
        let told = *self.told.lock().unwrap();
        told.is_some_and(|(first, last)| last.tiles_done - first.tiles_done >= self.tiles)
    }
}

fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

/// Computes so many tiles at a time, each time by a computation of its own.
fn in_pieces(
    matrix: &RatingMatrix,
    model: ModelParameters,
    kernel: Option<Kernel>,
    (threads, tiles): (usize, usize),
) -> NeighbourIndex {
    let mut bytes: Option<Vec<u8>> = None;
    loop {
        let all_pairs = AllPairs::with_kernel(matrix, model, kernel);
        let mut before = 0;
        if let Some(bytes) = &bytes {
            let checkpoint = Checkpoint::from_bytes(bytes).unwrap();
            before = checkpoint.tiles_done();
            all_pairs.resume(&checkpoint).unwrap();
        }
        let stopper = Stopper::after(tiles);
        match on_threads(threads, || all_pairs.run_tiles(&stopper)) {
            Ok(()) => return all_pairs.finish(),
            Err(RunError::Checkpoint(error)) => panic!("{error}"),
            Err(RunError::Cancelled) => {
                let checkpoint = all_pairs.checkpoint();
                // Each thread may be at one more.
                let done = checkpoint.tiles_done() - before;
                assert!((tiles..tiles + threads).contains(&done), "{done}");
                let (_, told) = stopper.told.lock().unwrap().unwrap();
                assert_eq!(told.tiles_done, checkpoint.tiles_done());
                assert!(told.work_done > 0.0 && told.work_done < 1.0, "{told:?}");
                bytes = Some(checkpoint.to_bytes());
            }
        }
    }
}

#[test]
fn pieces_make_the_whole() {
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
                let joined = in_pieces(&matrix, model, kernel, pieces);
                assert_eq!(joined, whole, "{scale} {measure} {kernel:?} {pieces:?}");
            }
        }
    }
}

/// Asks for a checkpoint after every tile.
#[derive(Default)]
struct Greedy(Mutex<Vec<Checkpoint>>);

impl Observer for Greedy {
    fn checkpoint_due(&self) -> bool {
        true
    }

    fn checkpoint(&self, checkpoint: Checkpoint) {
        self.0.lock().unwrap().push(checkpoint);
    }
}

#[test]
fn every_checkpoint_under_way_is_whole() {
    let matrix = matrix("1:5:1");
    let model = parameters(Measure::Pcs, 7);
    let greedy = Greedy::default();
    let whole = on_threads(3, || AllPairs::new(&matrix, model).run(&greedy)).unwrap();
    let checkpoints = greedy.0.into_inner().unwrap();
    assert!(checkpoints.len() > 10);
    for checkpoint in checkpoints.iter().step_by(3) {
        let all_pairs = AllPairs::new(&matrix, model);
        all_pairs.resume(checkpoint).unwrap();
        assert_eq!(all_pairs.run(&Unobserved).unwrap(), whole);
    }
}

#[test]
fn checkpoints_of_other_computations_are_refused() {
    let matrix = matrix("1:5:1");
    let model = parameters(Measure::Pcs, 7);
    let all_pairs = AllPairs::new(&matrix, model);
    all_pairs.merge(all_pairs.compute(&all_pairs.tiles()[0]));
    let checkpoint = all_pairs.checkpoint();
    assert_eq!(checkpoint.tiles_done(), 1);
    let others = [
        AllPairs::new(&matrix, parameters(Measure::Pcs, 8)),
        AllPairs::new(&matrix, parameters(Measure::Cosine, 7)),
    ];
    for other in others {
        assert_eq!(other.resume(&checkpoint), Err(CheckpointError::OtherComputation));
    }
    let begun = all_pairs.resume(&checkpoint);
    assert_eq!(begun, Err(CheckpointError::Begun { merged: 1 }));
}

/// Stops after so many questions whether to.
struct Impatient(AtomicUsize);

impl Observer for Impatient {
    fn is_cancelled(&self) -> bool {
        let take = |left: usize| left.checked_sub(1);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_err()
    }
}

#[test]
fn recalling_can_be_stopped_and_loses_nothing() {
    let matrix = matrix("1:5:1");
    let model = parameters(Measure::Pcs, 7);
    let whole = AllPairs::new(&matrix, model).run(&Unobserved).unwrap();
    let all_pairs = AllPairs::new(&matrix, model);
    assert_eq!(on_threads(1, || all_pairs.run_tiles(&Stopper::after(4))), Err(RunError::Cancelled));
    let mut checkpoint = all_pairs.checkpoint();
    for asked in [0, 1, 2] {
        let all_pairs = AllPairs::new(&matrix, model);
        all_pairs.resume(&checkpoint).unwrap();
        let impatient = Impatient(AtomicUsize::new(asked));
        assert_eq!(all_pairs.recall(&impatient), Err(RunError::Cancelled), "{asked}");
        // Tiles that are merged meanwhile are in the next checkpoint, and nothing is in it twice.
        let stopped = on_threads(1, || all_pairs.run_tiles(&Stopper::after(1)));
        assert_eq!(stopped, Err(RunError::Cancelled));
        let next = all_pairs.checkpoint();
        assert_eq!(next.tiles_done(), checkpoint.tiles_done() + 1);
        checkpoint = next;
    }
    let all_pairs = AllPairs::new(&matrix, model);
    all_pairs.resume(&checkpoint).unwrap();
    all_pairs.recall(&Unobserved).unwrap();
    assert_eq!(all_pairs.run(&Unobserved).unwrap(), whole);
}

/// Counts what was done before the first checkpoint of a run that goes on.
#[derive(Default)]
struct First {
    before: Mutex<Option<Progress>>,
    tiles: AtomicUsize,
}

impl Observer for First {
    fn progress(&self, progress: Progress) {
        self.before.lock().unwrap().get_or_insert(progress);
    }

    fn checkpoint_due(&self) -> bool {
        true
    }

    fn checkpoint(&self, checkpoint: Checkpoint) {
        let first = (Ordering::Relaxed, Ordering::Relaxed);
        let _ = self.tiles.compare_exchange(0, checkpoint.tiles_done(), first.0, first.1);
    }
}

#[test]
fn a_further_checkpoint_comes_before_anything_else() {
    let matrix = matrix("1:5:1");
    let model = parameters(Measure::Pcs, 7);
    let all_pairs = AllPairs::new(&matrix, model);
    assert_eq!(on_threads(1, || all_pairs.run_tiles(&Stopper::after(6))), Err(RunError::Cancelled));
    assert!(all_pairs.going_on_pays());
    let checkpoint = all_pairs.checkpoint();
    let all_pairs = AllPairs::new(&matrix, model);
    all_pairs.resume(&checkpoint).unwrap();
    let first = First::default();
    on_threads(1, || all_pairs.run_tiles(&first)).unwrap();
    let before = first.before.into_inner().unwrap().unwrap();
    assert_eq!(before.tiles_done, 6);
    assert!(before.work_done < 1.0);
    assert_eq!(first.tiles.into_inner(), 7);
}

#[test]
fn no_checkpoint_is_made_that_costs_more_than_starting_over() {
    let matrix = matrix("1:5:1");
    let model = parameters(Measure::Pcs, usize::MAX);
    let all_pairs = AllPairs::new(&matrix, model);
    assert!(!all_pairs.going_on_pays(), "nothing is done");
    let greedy = Greedy::default();
    on_threads(1, || all_pairs.run_tiles(&greedy)).unwrap();
    // Lists of all rows: every pair would be computed again, which few tiles are worth.
    let first = greedy.0.into_inner().unwrap().first().map_or(usize::MAX, Checkpoint::tiles_done);
    assert!(first > 1, "{first}");
}

/// Whoever upgrades in the middle of a job goes on with it.
#[test]
fn checkpoints_of_other_versions_are_known() {
    let matrix = matrix("1:5:1");
    let bytes = AllPairs::new(&matrix, parameters(Measure::Pcs, 7)).checkpoint().to_bytes();
    let fingerprint: String = bytes[4..36].iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        fingerprint, "b9c492042229cfdab20118fe75d0002cea81ab5d80867a5e0a033627d07c8ccf",
        "checkpoints of former versions are refused now: if the order of rows, the tiles or what lists \
         keep are others, raise COMPUTATION in all_pairs.rs and write the new fingerprint here; if \
         not, hash what was hashed before"
    );
}
