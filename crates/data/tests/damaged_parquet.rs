//! Reading a damaged Parquet file returns an error or wrong values, but never ends the process.

#[path = "common/parquet.rs"]
mod written;

use likemind_data::{ReadOptions, read_from};
use proptest::prelude::*;
use std::sync::LazyLock;
use written::written_by_us;

static FILE: LazyLock<Vec<u8>> = LazyLock::new(written_by_us);

/// Whether the bytes can still be read as ratings.
fn is_readable(bytes: &[u8]) -> bool {
    read_from(bytes, "t", &ReadOptions::default()).is_ok()
}

#[test]
fn survives_every_flipped_bit() {
    let mut bytes = FILE.clone();
    assert!(is_readable(&bytes));
    let mut rejected = 0;
    for at in 0..bytes.len() {
        for bit in 0..8 {
            bytes[at] ^= 1 << bit;
            rejected += usize::from(!is_readable(&bytes));
            bytes[at] ^= 1 << bit;
        }
    }
    assert!(rejected > bytes.len(), "rejected {rejected} of {}", bytes.len() * 8);
}

proptest! {
    #[test]
    fn survives_changed_bytes(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = FILE.clone();
        for (at, value) in damage {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        is_readable(&bytes);
    }

    #[test]
    fn rejects_truncated_files(length in any::<prop::sample::Index>()) {
        prop_assert!(!is_readable(&FILE[..length.index(FILE.len())]));
    }
}
