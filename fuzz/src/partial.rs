//! Fuzzing of partial results: the neighbours of a tile, computed elsewhere.

use crate::computation::{HEAD, POOL, all_pairs, bare, check, whole};
use std::sync::LazyLock;

static COMPUTED: LazyLock<Vec<u8>> = LazyLock::new(computed);

/// Reads a partial result from bytes, with a valid header and checksum added, and merges it.
pub fn merge(bytes: &[u8]) {
    POOL.install(|| {
        let all_pairs = all_pairs();
        let whole = whole(&COMPUTED[..HEAD], bytes);
        if let Ok(partial) = all_pairs.partial_from_bytes(&whole) {
            let again = all_pairs.partial_from_bytes(&partial.to_bytes());
            assert_eq!(again.expect("just written").to_bytes(), partial.to_bytes());
            all_pairs.merge(partial).expect("its one tile");
            check(&all_pairs.finish().expect("all tiles"));
        }
    });
}

/// A seed: the computed partial result.
pub fn seed() -> Vec<u8> {
    bare(&COMPUTED)
}

fn computed() -> Vec<u8> {
    let all_pairs = all_pairs();
    all_pairs.compute(&all_pairs.tiles()[0]).to_bytes()
}
