//! Neighbours of tiles that were computed elsewhere are merged into the lists, each tile once.

mod common;

use common::three_tiles;
use likemind::all_pairs::{Incomplete, Kernel, MergeError};
use likemind::{AllPairs, ModelOptions, ModelParameters, Side, Unobserved};

fn parameters(k: usize) -> ModelParameters {
    let options = ModelOptions::new(Side::Users).with_k(k).with_min_similarity(0.01);
    options.check().unwrap()
}

#[test]
fn tiles_computed_by_workers_yield_the_same_lists() {
    for (scale, k) in [("0.5:5:0.5", 5), ("0.5:5:0.5", 5000), ("0:5", 5)] {
        let matrix = three_tiles(scale);
        let whole = AllPairs::new(&matrix, parameters(k)).run(&Unobserved).unwrap();
        let driver = AllPairs::new(&matrix, parameters(k));
        let workers = [
            AllPairs::new(&matrix, parameters(k)),
            AllPairs::with_kernel(
                &matrix,
                parameters(k),
                Some(Kernel::from_name("portable").unwrap()),
            ),
        ];
        for (tile, worker) in driver.tiles().iter().rev().zip(workers.iter().cycle()) {
            let computed = worker.compute(tile);
            assert_eq!(computed.tile(), *tile);
            let bytes = computed.to_bytes();
            // A worker that has merged other tiles skips neighbours that cannot be among the best.
            worker.merge(computed).unwrap();
            driver.merge(driver.partial_from_bytes(&bytes).unwrap()).unwrap();
        }
        assert_eq!(driver.finish().unwrap(), whole, "{scale} {k}");
    }
}

#[test]
fn each_tile_merges_once_and_finishing_requires_all_tiles() {
    let matrix = three_tiles("0.5:5:0.5");
    let all_pairs = AllPairs::new(&matrix, parameters(5));
    let first = &all_pairs.tiles()[0];
    let merged: Vec<_> = std::thread::scope(|scope| {
        let merge = || all_pairs.merge(all_pairs.compute(first));
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(merge)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let repeated = MergeError::Repeated { tile: first.clone() };
    assert_eq!(merged.iter().filter(|merged| merged.is_ok()).count(), 1);
    assert!(merged.into_iter().filter_map(Result::err).all(|error| error == repeated));
    assert_eq!(
        repeated.to_string(),
        "expected each tile once, found the tile of rows 0..256, columns 0..600 again"
    );
    assert_eq!(all_pairs.finish(), Err(Incomplete { merged: 1, tiles: 3 }));
}

#[test]
fn rejects_tiles_of_other_computations() {
    let (matrix, real) = (three_tiles("0.5:5:0.5"), three_tiles("0:5"));
    let all_pairs = AllPairs::new(&matrix, parameters(5));
    for other in [AllPairs::new(&matrix, parameters(6)), AllPairs::new(&real, parameters(5))] {
        let foreign = other.compute(&other.tiles()[0]);
        let bytes = foreign.to_bytes();
        assert_eq!(all_pairs.merge(foreign), Err(MergeError::OtherComputation));
        let read = all_pairs.partial_from_bytes(&bytes);
        assert_eq!(read.err(), Some(MergeError::OtherComputation));
    }
    assert_eq!(all_pairs.merged().count(), 0);
}

#[test]
fn rejects_damaged_bytes() {
    let matrix = three_tiles("0.5:5:0.5");
    let all_pairs = AllPairs::new(&matrix, parameters(1));
    let whole = all_pairs.compute(&all_pairs.tiles()[2]).to_bytes();
    let is_damaged = |bytes: &[u8]| {
        matches!(all_pairs.partial_from_bytes(bytes), Err(MergeError::Damaged { .. }))
    };
    assert!(!is_damaged(&whole));
    for length in (0..whole.len()).step_by(7) {
        assert!(is_damaged(&whole[..length]), "{length}");
    }
    for bit in (0..whole.len() * 8).step_by(5) {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(is_damaged(&bytes), "{bit}");
    }
    let checkpoint = all_pairs.checkpoint(&Default::default()).to_bytes();
    assert!(is_damaged(&checkpoint), "a checkpoint is not accepted as a tile");
}
