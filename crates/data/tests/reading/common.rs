//! What the tests of the readers share.

use likemind_data::{DataError, Dataset, ReadOptions, read_from};

/// User, item, rating and time.
pub(crate) type Row = (String, String, f64, Option<i64>);

pub(crate) fn row(user: &str, item: &str, rating: f64, time: Option<i64>) -> Row {
    (user.into(), item.into(), rating, time)
}

/// The ratings in reading order, by outside ids.
pub(crate) fn rows(set: &Dataset) -> Vec<Row> {
    let name = |name: Option<&str>| name.unwrap().to_owned();
    let row = |rating: likemind::Rating| {
        let user = name(set.ratings.users().name(rating.user));
        (user, name(set.ratings.items().name(rating.item)), rating.rating, rating.timestamp)
    };
    set.ratings.iter().map(row).collect()
}

/// Reads a text as a file of no telling name.
pub(crate) fn text_with(
    text: impl AsRef<[u8]>,
    options: &ReadOptions,
) -> Result<Dataset, DataError> {
    read_from(text.as_ref(), "test.csv", options)
}

/// The one line that says why a source cannot be read.
#[track_caller]
pub(crate) fn error(result: Result<Dataset, DataError>) -> String {
    let error = result.unwrap_err().to_string();
    assert_eq!(error.lines().count(), 1, "{error}");
    error
}
