//! Writing tables and reading them again.

use likemind_data::{
    Column, DataError, ReadOptions, Source, TableFormat, Values, read, write_batches, write_table,
};
use parquet::file::reader::SerializedFileReader;
use std::fs;
use std::ops::Range;

const FORMATS: [(&str, TableFormat); 3] = [
    ("t.csv", TableFormat::Csv),
    ("t.jsonl", TableFormat::JsonLines),
    ("t.parquet", TableFormat::Parquet),
];

fn column<'a>(name: &'a str, values: Values<'a>) -> Column<'a> {
    Column { name, values }
}

#[test]
fn values_of_every_type_survive_a_round_trip() {
    let folder = tempfile::tempdir().unwrap();
    let columns = vec![
        column("user", Values::Text(vec!["a", "b, \"c\""])),
        column("item", Values::Integers(vec![1, 2])),
        column("rating", Values::Reals(vec![0.1 + 0.2, 3.0])),
        column("timestamp", Values::OptionalIntegers(vec![None, Some(5)])),
    ];
    let mut expected = likemind::RatingTable::new();
    expected.push("a", "1", 0.1 + 0.2, None).unwrap();
    expected.push("b, \"c\"", "2", 3.0, Some(5)).unwrap();
    for (name, format) in FORMATS {
        let path = folder.path().join(name);
        write_table(&path, format, 2, |_| columns.clone()).unwrap();
        let set = read(&Source::Path(path), &ReadOptions::default()).unwrap();
        assert_eq!(set.ratings, expected);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), FORMATS.len());
    let nowhere = folder.path().join("missing/t.csv");
    assert!(write_table(&nowhere, TableFormat::Csv, 2, |_| columns.clone()).is_err());
}

/// The table has more rows than a batch. Only the last id ends in a blank.
#[test]
fn long_tables_survive_a_round_trip() {
    let folder = tempfile::tempdir().unwrap();
    let rows = (1 << 20) + 5;
    let user = |row: usize| if row + 1 == rows { "blank " } else { ["ada", "bob"][row % 2] };
    let item = |row: usize| (row / 2) as i64;
    for (name, format) in FORMATS {
        let path = folder.path().join(name);
        let mut requested = Vec::new();
        let columns = |range: Range<usize>| {
            requested.push(range.clone());
            vec![
                column("user", Values::Text(range.clone().map(user).collect())),
                column("item", Values::Integers(range.clone().map(item).collect())),
                column("rating", Values::Integers(range.map(|row| row as i64 % 5).collect())),
            ]
        };
        write_table(&path, format, rows, columns).unwrap();
        assert_eq!(requested, [0..0, 0..1 << 20, 1 << 20..rows]);
        let set = read(&Source::Path(path), &ReadOptions::default()).unwrap();
        assert_eq!(set.ratings.len(), rows);
        for (row, rating) in set.ratings.iter().enumerate() {
            assert_eq!(set.ratings.users().name(rating.user), Some(user(row)));
            assert_eq!(set.ratings.items().name(rating.item), Some(&*item(row).to_string()));
            assert_eq!(rating.rating, (row % 5) as f64);
        }
    }
}

#[test]
fn writes_the_header_of_an_empty_table() {
    let folder = tempfile::tempdir().unwrap();
    let columns = vec![column("user", Values::Text(vec![])), column("n", Values::Reals(vec![]))];
    for (name, format) in FORMATS {
        write_table(&folder.path().join(name), format, 0, |_| columns.clone()).unwrap();
    }
    assert_eq!(fs::read_to_string(folder.path().join("t.csv")).unwrap(), "user,n\n");
    assert_eq!(fs::read_to_string(folder.path().join("t.jsonl")).unwrap(), "");
    let parquet = Source::Path(folder.path().join("t.parquet"));
    let error = read(&parquet, &ReadOptions::default()).unwrap_err().to_string();
    assert!(error.contains("found the columns user, n"), "{error}");
}

#[test]
fn columns_of_the_wrong_length_leave_the_existing_file_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let columns =
        vec![column("user", Values::Integers(vec![1, 2])), column("item", Values::Text(vec!["a"]))];
    for (name, format) in FORMATS {
        let path = folder.path().join(name);
        fs::write(&path, "former").unwrap();
        let error = write_table(&path, format, 2, |_| columns.clone()).unwrap_err().to_string();
        assert!(error.contains("expected 2 values in the column \"item\", found 1"), "{error}");
        assert_eq!(fs::read_to_string(path).unwrap(), "former");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), FORMATS.len());
}

#[test]
fn unknown_values_are_empty_or_null() {
    let folder = tempfile::tempdir().unwrap();
    let columns = vec![
        column("low", Values::OptionalReals(vec![Some(0.5), None])),
        column("is_low", Values::OptionalFlags(vec![None, Some(true)])),
        column("year", Values::OptionalIntegers(vec![Some(1995), None])),
    ];
    for (name, format) in FORMATS {
        write_table(&folder.path().join(name), format, 2, |_| columns.clone()).unwrap();
    }
    let text = |name| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(text("t.csv"), "low,is_low,year\n0.5,,1995\n,true,\n");
    let first = r#"{"low":0.5,"is_low":null,"year":1995}"#;
    let second = r#"{"low":null,"is_low":true,"year":null}"#;
    assert_eq!(text("t.jsonl"), format!("{first}\n{second}\n"));
    let parquet = SerializedFileReader::try_from(&*folder.path().join("t.parquet")).unwrap();
    let rows: Vec<_> = parquet.into_iter().map(|row| row.unwrap().to_string()).collect();
    assert_eq!(
        rows,
        ["{low: 0.5, is_low: null, year: 1995}", "{low: null, is_low: true, year: null}"]
    );
}

#[test]
fn failing_batches_leave_the_existing_file_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let user = |id| vec![column("user", Values::Text(vec![id]))];
    let failure = || DataError::Options { expected: "rows".into(), found: "a failure".into() };
    for (name, format) in FORMATS {
        let path = folder.path().join(name);
        fs::write(&path, "former").unwrap();
        let head = [column("user", Values::Text(vec![]))];
        let batches = [Ok(user("a")), Err(failure()), Ok(user("b"))];
        let error = write_batches(&path, format, &head, batches.into_iter()).unwrap_err();
        assert!(matches!(error, DataError::Options { .. }), "{error}");
        assert_eq!(fs::read_to_string(path).unwrap(), "former");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), FORMATS.len());
}
