//! A damaged Parquet file is an error or other values, never the end of the process.

#[path = "common/parquet.rs"]
mod written;

use likemind_data::{ReadOptions, read_from};
use proptest::prelude::*;
use std::sync::LazyLock;
use written::our_own;

static FILE: LazyLock<Vec<u8>> = LazyLock::new(our_own);

/// Whether the bytes are still ratings.
fn readable(bytes: &[u8]) -> bool {
    read_from(bytes, "t", &ReadOptions::default()).is_ok()
}

#[test]
fn every_single_bit_may_be_wrong() {
    let mut bytes = FILE.clone();
    assert!(readable(&bytes));
    let mut refused = 0;
    for at in 0..bytes.len() {
        for bit in 0..8 {
            bytes[at] ^= 1 << bit;
            refused += usize::from(!readable(&bytes));
            bytes[at] ^= 1 << bit;
        }
    }
    assert!(refused > bytes.len(), "refused {refused} of {}", bytes.len() * 8);
}

proptest! {
    #[test]
    fn bytes_may_be_others(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = FILE.clone();
        for (at, value) in damage {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        readable(&bytes);
    }

    #[test]
    fn the_end_may_be_missing(length in any::<prop::sample::Index>()) {
        prop_assert!(!readable(&FILE[..length.index(FILE.len())]));
    }
}
