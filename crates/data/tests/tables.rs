//! Writing tables and reading them again.

use likemind_data::{Column, ReadOptions, Source, TableFormat, Values, read, write_table};
use std::fs;
use std::ops::Range;

const FORMATS: [(&str, TableFormat); 2] =
    [("t.csv", TableFormat::Csv), ("t.parquet", TableFormat::Parquet)];

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
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
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
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}
