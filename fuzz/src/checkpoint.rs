//! Checkpoints of a computation that goes on.

use likemind::{
    AllPairs, Checkpoint, MergedTiles, ModelOptions, NeighbourIndex, RatingMatrix, RatingScale,
    RatingTable, Side, Unobserved,
};
use rayon::{ThreadPool, ThreadPoolBuilder};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// The bytes before the counts: the format, and which computation it is.
pub const HEAD: usize = 4 + 32;
const CHECKSUM: usize = 32;
const K: usize = 3;

/// One thread, as inputs are many and small.
static POOL: LazyLock<ThreadPool> =
    LazyLock::new(|| ThreadPoolBuilder::new().num_threads(1).build().expect("a thread"));
static MATRIX: LazyLock<RatingMatrix> = LazyLock::new(matrix);
/// The checkpoint before the first tile.
static BEGUN: LazyLock<Vec<u8>> = LazyLock::new(|| checkpoint(&all_pairs()));

/// Reads a checkpoint from bytes that are given the right head and checksum, and goes on from it.
pub fn resume(bytes: &[u8]) {
    let mut whole = BEGUN[..HEAD].to_vec();
    whole.extend(bytes);
    let checksum = Sha256::digest(&whole);
    whole.extend_from_slice(&checksum);
    let Ok(checkpoint) = Checkpoint::from_bytes(&whole) else { return };
    let again = Checkpoint::from_bytes(&checkpoint.to_bytes()).expect("what was written");
    // Similarities may be no numbers.
    assert_eq!(again.to_bytes(), checkpoint.to_bytes());
    POOL.install(|| {
        let all_pairs = all_pairs();
        if all_pairs.resume(&checkpoint).is_ok() {
            check(&all_pairs.run(&Unobserved).expect("nobody cancels"));
        }
    });
}

/// Checkpoints to begin from: before the first tile, and after the last.
pub fn seeds() -> [Vec<u8>; 2] {
    let finished = all_pairs();
    for tile in finished.tiles() {
        finished.merge(finished.compute(tile));
    }
    [BEGUN.clone(), checkpoint(&finished)]
        .map(|bytes| bytes[HEAD..bytes.len() - CHECKSUM].to_vec())
}

fn checkpoint(all_pairs: &AllPairs<'_>) -> Vec<u8> {
    all_pairs.checkpoint(&MergedTiles::default()).to_bytes()
}

/// Lists are of the right length and in order, whatever a checkpoint said.
fn check(index: &NeighbourIndex) {
    let lists: Vec<_> = index.lists().collect();
    assert_eq!(lists.len(), MATRIX.users());
    assert!(lists.iter().all(|list| list.len() <= K));
    for list in &lists {
        let mut rows: Vec<u32> = list.iter().map(|neighbour| neighbour.index).collect();
        rows.sort_unstable();
        rows.dedup();
        assert_eq!(rows.len(), list.len(), "a neighbour twice");
    }
    NeighbourIndex::from_lists(Side::Users, lists).expect("lists in order");
}

fn all_pairs() -> AllPairs<'static> {
    let options = ModelOptions { k: K, ..ModelOptions::new(Side::Users) };
    AllPairs::new(&MATRIX, options.check().expect("valid options"))
}

fn matrix() -> RatingMatrix {
    let mut table = RatingTable::new();
    for user in 0..9_u32 {
        for item in 0..8_u32 {
            let rating = f64::from((user * 7 + item * item * 3 + user * item) % 5 + 1);
            table.push(&user.to_string(), &item.to_string(), rating, None).expect("few ids");
        }
    }
    RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).expect("stars")
}
