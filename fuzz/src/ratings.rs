//! Fuzzing of rating files and streams.

use likemind::{RatingMatrix, RatingTable};
use likemind_data::{
    BadRows, DataError, Dataset, Implicit, Matrix, ReadOptions, Source, read, read_from,
};
use std::fs;
use std::sync::LazyLock;
use tempfile::TempDir;

/// Limit of the unpacked size: enough for the inputs of the fuzzer, and small for decompression bombs.
const MAX_UNPACKED_BYTES: u64 = 1 << 20;

/// Reads a stream named `file`.
pub fn stream(bytes: &[u8], file: &str) {
    both_ways(|options| read_from(bytes, file, options));
}

/// Reads a matrix of the kind selected by the first byte.
pub fn matrix(bytes: &[u8]) {
    let kinds = [Matrix::Users, Matrix::Items, Matrix::NumberedAfterFirst, Matrix::Numbered];
    let Some((kind, text)) = bytes.split_first() else { return };
    let matrix = Some(kinds[usize::from(*kind) % kinds.len()]);
    both_ways(|options| {
        let missing = Some("99".to_owned());
        read_from(text, "matrix.csv", &options.clone().with_matrix(matrix).with_missing(missing))
    });
}

/// Reads rows without ratings, which may repeat a user and an item.
pub fn events(bytes: &[u8]) {
    both_ways(|options| {
        let implicit = Some(Implicit::Count);
        read_from(bytes, "events.csv", &options.clone().with_implicit(implicit))
    });
}

/// Reads a file named `name` from disk.
pub fn file(bytes: &[u8], name: &str) {
    static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));
    let path = FOLDER.path().join(name);
    fs::write(&path, bytes).expect("room for a file");
    let source = Source::Path(path);
    both_ways(|options| read(&source, options));
}

/// Reads once with bad rows rejected and once with bad rows skipped, and checks the results.
pub(crate) fn both_ways(read: impl Fn(&ReadOptions) -> Result<Dataset, DataError>) {
    let options = |bad_rows| {
        ReadOptions::default().with_bad_rows(bad_rows).with_max_unpacked_bytes(MAX_UNPACKED_BYTES)
    };
    let strict = read(&options(BadRows::Reject));
    let lenient = read(&options(BadRows::Skip));
    for dataset in [&strict, &lenient].into_iter().flatten() {
        check(dataset);
    }
    if let Ok(strict) = strict {
        let lenient = lenient.expect("an input without bad rows");
        assert_eq!(lenient.skipped.count, 0);
        assert_eq!(rows(&strict.ratings), rows(&lenient.ratings));
    }
}

/// Checks that ratings are on their scale, and survive a round trip through CSV.
fn check(dataset: &Dataset) {
    let matrix = RatingMatrix::from_table(&dataset.ratings, dataset.scale).expect("on the scale");
    assert_eq!(matrix.ratings(), dataset.ratings.len());
    let options = ReadOptions::default().with_scale(dataset.scale);
    let again = read_from(&*csv(&dataset.ratings), "again.csv", &options);
    assert_eq!(rows(&again.expect("CSV just written").ratings), rows(&dataset.ratings));
}

fn csv(table: &RatingTable) -> Vec<u8> {
    // Quoted, because ids may start or end with spaces.
    let mut writer =
        csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
    writer.write_record(["user", "item", "rating", "timestamp"]).expect("room");
    for (user, item, rating, timestamp) in rows(table) {
        let timestamp = timestamp.map_or(String::new(), |timestamp| timestamp.to_string());
        let rating = f64::from_bits(rating).to_string();
        writer.write_record([user, item, &rating, &timestamp]).expect("room");
    }
    writer.into_inner().expect("room")
}

/// The rows of a table, sorted, with ratings as bits for an exact comparison.
fn rows(table: &RatingTable) -> Vec<(&str, &str, u64, Option<i64>)> {
    let mut rows: Vec<_> = table
        .iter()
        .map(|rating| {
            let user = table.users().name(rating.user).expect("a user of the table");
            let item = table.items().name(rating.item).expect("an item of the table");
            (user, item, rating.rating.to_bits(), rating.timestamp)
        })
        .collect();
    rows.sort_unstable();
    rows
}
