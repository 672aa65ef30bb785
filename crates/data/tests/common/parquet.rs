//! A Parquet file written by this crate.

use likemind_data::{Column, TableFormat, Values, write_table};
use std::fs;

/// Writes a file with text in a dictionary, integers, real numbers and missing times, which covers
/// every encoding that this crate writes.
pub(crate) fn written_by_us() -> Vec<u8> {
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
    write_table(&path, TableFormat::Parquet, 200, |_| columns.to_vec()).unwrap();
    fs::read(&path).unwrap()
}
