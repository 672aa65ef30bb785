//! Helpers shared by the tests of readers.

use likemind_data::{DataError, Dataset, ReadOptions, read_from};

/// A user, item, rating and time.
pub(crate) type Row = (String, String, f64, Option<i64>);

pub(crate) fn row(user: &str, item: &str, rating: f64, time: Option<i64>) -> Row {
    (user.into(), item.into(), rating, time)
}

/// Returns the ratings with their ids, in the order read.
pub(crate) fn rows(set: &Dataset) -> Vec<Row> {
    let name = |name: Option<&str>| name.unwrap().to_owned();
    let row = |rating: likemind::Rating| {
        let user = name(set.ratings.users().name(rating.user));
        (user, name(set.ratings.items().name(rating.item)), rating.rating, rating.timestamp)
    };
    set.ratings.iter().map(row).collect()
}

/// Reads a text as a file whose name matches no published layout.
pub(crate) fn text_with(
    text: impl AsRef<[u8]>,
    options: &ReadOptions,
) -> Result<Dataset, DataError> {
    read_from(text.as_ref(), "test.csv", options)
}

/// Returns the error message, which must be a single line.
#[track_caller]
pub(crate) fn error(result: Result<Dataset, DataError>) -> String {
    let error = result.unwrap_err().to_string();
    assert_eq!(error.lines().count(), 1, "{error}");
    error
}
