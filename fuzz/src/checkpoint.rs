//! Fuzzing of checkpoints and of resuming from them.

use crate::computation::{HEAD, POOL, all_pairs, bare, check, whole};
use likemind::all_pairs::{Checkpoint, MergedTiles};
use likemind::{AllPairs, Unobserved};
use std::sync::LazyLock;

/// The checkpoint before the first tile.
static BEGUN: LazyLock<Vec<u8>> = LazyLock::new(|| checkpoint(&all_pairs()));

/// Reads a checkpoint from bytes, with a valid header and checksum added, and resumes from it.
pub fn resume(bytes: &[u8]) {
    let Ok(checkpoint) = Checkpoint::from_bytes(&whole(&BEGUN[..HEAD], bytes)) else { return };
    let again = Checkpoint::from_bytes(&checkpoint.to_bytes()).expect("just written");
    // Compares bytes, because similarities may be NaN.
    assert_eq!(again.to_bytes(), checkpoint.to_bytes());
    POOL.install(|| {
        if let Ok(all_pairs) = all_pairs().resume_from(&checkpoint) {
            check(&all_pairs.run(&Unobserved).expect("never cancelled"));
        }
    });
}

/// Seed checkpoints: before the first tile, and after the last.
pub fn seeds() -> [Vec<u8>; 2] {
    let finished = all_pairs();
    for tile in finished.tiles() {
        finished.merge(finished.compute(tile)).expect("each tile once");
    }
    [BEGUN.clone(), checkpoint(&finished)].map(|bytes| bare(&bytes))
}

fn checkpoint(all_pairs: &AllPairs<'_>) -> Vec<u8> {
    all_pairs.checkpoint(&MergedTiles::default()).to_bytes()
}
