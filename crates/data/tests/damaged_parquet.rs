//! A damaged Parquet file is an error or other values, never the end of the process.

use likemind_data::{Column, ReadOptions, TableFormat, Values, read_from, write_table};
use proptest::prelude::*;
use std::fs;
use std::sync::LazyLock;

/// Text in a dictionary, whole numbers and reals, times that are missing: every encoding that
/// is written here.
static FILE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    let columns = [
        Column { name: "user", values: Values::Text(vec!["a"; 200]) },
        Column { name: "item", values: Values::Integers((0..200).collect()) },
        Column {
            name: "rating",
            values: Values::Reals((0..200_i32).map(|n| f64::from(n) / 2.0).collect()),
        },
        Column {
            name: "timestamp",
            values: Values::OptionalIntegers((0..200).map(|n| (n % 3 > 0).then_some(n)).collect()),
        },
    ];
    write_table(&path, TableFormat::Parquet, &columns).unwrap();
    fs::read(&path).unwrap()
});

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
