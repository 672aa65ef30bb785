//! A computation that was stopped goes on from its checkpoint, to the same bits.

use likemind::all_pairs::{Checkpoint, CheckpointError, Kernel, MergedTiles};
use likemind::{
    AllPairs, Measure, ModelOptions, ModelParameters, NeighbourIndex, Observer, Progress,
    RatingMatrix, RatingTable, Side, Unobserved,
};
use std::sync::Mutex;

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
    let mut options = ModelOptions::new(Side::Users).with_k(k);
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
    let (mut saved, mut before): (Vec<Vec<u8>>, _) = (Vec::new(), MergedTiles::default());
    loop {
        let begun = AllPairs::with_kernel(matrix, model, kernel);
        let all_pairs = saved.iter().fold(begun, |all_pairs, bytes| {
            all_pairs.go_on_from(&Checkpoint::from_bytes(bytes).unwrap()).unwrap()
        });
        let stopper = Stopper::after(tiles);
        if on_threads(threads, || all_pairs.run_tiles(&stopper)).is_ok() {
            return all_pairs.finish().unwrap();
        }
        let checkpoint = all_pairs.checkpoint(&before);
        // Each thread may be at one more.
        let done = checkpoint.merged().count() - before.count();
        assert!((tiles..tiles + threads).contains(&done), "{done}");
        let (_, told) = stopper.told.lock().unwrap().unwrap();
        assert_eq!(told.tiles_done, checkpoint.merged().count());
        assert!(told.work_done > 0.0 && told.work_done < 1.0, "{told:?}");
        before = checkpoint.merged().clone();
        saved.push(checkpoint.to_bytes());
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

/// Asks for checkpoints after every tile: for what came since the one before, on one thread or on more,
/// whose checkpoints may come out of order.
#[derive(Default)]
struct Greedy(Mutex<Vec<Checkpoint>>);

impl Observer for Greedy {
    fn checkpoint_due(&self) -> Option<MergedTiles> {
        Some(self.0.lock().unwrap().last().map(|last| last.merged().clone()).unwrap_or_default())
    }

    fn checkpoint(&self, checkpoint: Option<Checkpoint>) {
        self.0.lock().unwrap().extend(checkpoint);
    }
}

/// Asks for checkpoints of all that was done, after every tile.
#[derive(Default)]
struct Whole(Mutex<Vec<Checkpoint>>);

impl Observer for Whole {
    fn checkpoint_due(&self) -> Option<MergedTiles> {
        Some(MergedTiles::default())
    }

    fn checkpoint(&self, checkpoint: Option<Checkpoint>) {
        self.0.lock().unwrap().extend(checkpoint);
    }
}

#[test]
fn every_checkpoint_under_way_is_whole() {
    let matrix = matrix("1:5:1");
    let model = parameters(Measure::Pcs, 7);
    let checkpoints = Whole::default();
    let run = || on_threads(3, || AllPairs::new(&matrix, model).run(&checkpoints)).unwrap();
    let whole = run();
    // How many a run makes depends on when its threads get their turns.
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
fn each_checkpoint_has_what_came_since_the_one_before() {
    let matrix = matrix("1:5:1");
    let model = parameters(Measure::Pcs, 7);
    let greedy = Greedy::default();
    let whole = on_threads(1, || AllPairs::new(&matrix, model).run(&greedy)).unwrap();
    let checkpoints = greedy.0.into_inner().unwrap();
    let mut all_pairs = AllPairs::new(&matrix, model);
    for (done, checkpoint) in checkpoints.iter().enumerate() {
        let first = checkpoints[0].merged().count();
        assert_eq!(checkpoint.merged().count(), first + done);
        all_pairs = all_pairs.go_on_from(checkpoint).unwrap();
        assert_eq!(all_pairs.merged(), *checkpoint.merged());
    }
    assert!(all_pairs.work_done() == 1.0 && checkpoints.len() > 10);
    assert_eq!(all_pairs.finish().unwrap(), whole);
    let all_pairs = AllPairs::resume(&matrix, model, checkpoints.iter().cloned()).unwrap();
    assert_eq!(all_pairs.finish().unwrap(), whole);
    // All of them are hardly more than one that has everything.
    let bytes = |checkpoints: &[Checkpoint]| -> usize {
        checkpoints.iter().map(|checkpoint| checkpoint.to_bytes().len()).sum()
    };
    let overhead = checkpoints.len() * (100 + 5 * USERS as usize);
    let kept: usize = whole.lists().map(<[_]>::len).sum();
    assert!(bytes(&checkpoints) - overhead < 4 * 13 * kept, "{}", bytes(&checkpoints));
}

#[test]
fn checkpoints_of_other_computations_and_out_of_order_are_refused() {
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

/// Asks for checkpoints after every tile, and counts those that are and are not made.
#[derive(Default)]
struct Counter(Mutex<(usize, usize)>);

impl Observer for Counter {
    fn checkpoint_due(&self) -> Option<MergedTiles> {
        Some(MergedTiles::default())
    }

    fn checkpoint(&self, checkpoint: Option<Checkpoint>) {
        let (made, not_made) = &mut *self.0.lock().unwrap();
        *if checkpoint.is_some() { made } else { not_made } += 1;
    }
}

#[test]
fn no_checkpoint_is_made_that_costs_more_than_starting_over() {
    let made_for = |matrix: &RatingMatrix, k| {
        let counter = Counter::default();
        let all_pairs = AllPairs::new(matrix, parameters(Measure::Pcs, k));
        assert!(!all_pairs.going_on_pays(), "nothing is done");
        on_threads(1, || all_pairs.run_tiles(&counter)).unwrap();
        counter.0.into_inner().unwrap()
    };
    let (made, _) = made_for(&matrix("1:5:1"), 7);
    assert!(made > 10, "{made}");
    // Pairs that are quickly compared, all of which are kept.
    let mut table = RatingTable::new();
    for user in 0..USERS {
        for item in 0..2 {
            table.push(&user.to_string(), &item.to_string(), f64::from(item) + 1.0, None).unwrap();
        }
    }
    let quick = RatingMatrix::from_table(&table, "1:5:1".parse().unwrap()).unwrap();
    let (made, not_made) = made_for(&quick, u32::MAX as usize);
    assert!(made == 0 && not_made > 10, "{made} and {not_made}");
}
