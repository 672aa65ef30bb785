//! A small all-pairs computation that checkpoints and partial results are read into.

use likemind::{
    AllPairs, ModelOptions, NeighbourIndex, RatingMatrix, RatingScale, RatingTable, Side,
};
use rayon::{ThreadPool, ThreadPoolBuilder};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// Length of the header: the format, and the fingerprint of the computation.
pub const HEAD: usize = 4 + 32;
const CHECKSUM: usize = 32;
const K: usize = 3;

/// A pool with one thread, because inputs are many and small.
pub static POOL: LazyLock<ThreadPool> =
    LazyLock::new(|| ThreadPoolBuilder::new().num_threads(1).build().expect("a thread"));
static MATRIX: LazyLock<RatingMatrix> = LazyLock::new(matrix);

/// Creates the computation, without any merged tile.
pub fn all_pairs() -> AllPairs<'static> {
    let options = ModelOptions::new(Side::Users).with_k(K);
    AllPairs::new(&MATRIX, options.check().expect("valid options"))
}

/// Adds a header and a checksum to bytes.
pub fn whole(head: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut whole = [head, bytes].concat();
    let checksum = Sha256::digest(&whole);
    whole.extend_from_slice(&checksum);
    whole
}

/// Removes header and checksum; the inverse of [`whole`].
pub fn bare(bytes: &[u8]) -> Vec<u8> {
    bytes[HEAD..bytes.len() - CHECKSUM].to_vec()
}

/// Checks that lists have valid lengths and order, whatever was merged.
pub fn check(index: &NeighbourIndex) {
    let lists: Vec<_> = index.lists().collect();
    assert_eq!(lists.len(), MATRIX.users());
    assert!(lists.iter().all(|list| list.len() <= K));
    for list in &lists {
        let mut rows: Vec<_> = list.iter().map(|neighbour| neighbour.index).collect();
        rows.sort_unstable();
        rows.dedup();
        assert_eq!(rows.len(), list.len(), "duplicate neighbour");
    }
    NeighbourIndex::from_lists(Side::Users, lists).expect("lists in order");
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
