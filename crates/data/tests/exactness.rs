//! Reading returns exactly what was written: ids, times and line numbers, and nothing of skipped
//! rows.

use flate2::{Compression, write::GzEncoder};
use likemind_data::{
    BadRows, Column, Dataset, ReadOptions, Shape, Source, TableFormat, Values, read, read_from,
    write_generated, write_table,
};
use proptest::prelude::*;
use std::fs;
use std::io::Write;
use std::path::Path;

fn skipping(text: &str) -> Dataset {
    let options = ReadOptions::default().with_bad_rows(BadRows::Skip);
    read_from(text.as_bytes(), "t", &options).unwrap()
}

#[test]
fn skipped_rows_add_no_users_or_items() {
    let set = skipping("user,item,rating\na,x,3\nb,,3\n,y,3\nc,z,bad\nd,w\0,4\n");
    assert_eq!((set.ratings.users().len(), set.ratings.items().len()), (1, 1));
    assert_eq!(set.skipped.count, 4);
    assert_eq!(set.skipped.first.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 4, 5, 6]);
}

#[test]
fn counts_all_skipped_rows_and_keeps_the_first_five() {
    let set = skipping(&("user,item,rating\na,x,3\n".to_owned() + &"b,x\n".repeat(9)));
    assert_eq!((set.skipped.count, set.skipped.first.len()), (9, 5));
    assert_eq!(
        set.skipped.first[4].to_string(),
        "t:7: expected 3 fields between commas (--delimiter sets another), found 2"
    );
}

#[test]
fn line_numbers_are_correct_after_blank_and_quoted_lines() {
    for (text, line) in [
        ("user,item,rating\na,x,3\n\n\nb,x,bad\n", 5),
        ("user,item,rating\r\n\r\na,x,3\r\nb,x,bad\r\n", 4),
        ("user,item,rating\n\"a\n\nb\",x,3\nb,x,bad", 5),
        ("user\titem\trating\n\na\tx\t3\n\nb\tx\tbad", 5),
        ("1::2::3::4\n\n\n1::3::bad::4\n", 4),
    ] {
        let error = read_from(text.as_bytes(), "t", &ReadOptions::default()).unwrap_err();
        assert!(error.to_string().starts_with(&format!("t:{line}: ")), "{text:?}: {error}");
    }
}

#[test]
fn blanks_are_part_of_an_id_only_in_quotes() {
    let set = skipping("user,item,rating\n\" a\",x,3\na,x,4\n a , x,5\n");
    assert_eq!((set.ratings.users().len(), set.ratings.items().len(), set.duplicates), (2, 1, 1));
}

#[test]
fn limits_the_unpacked_size_of_a_stream() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(b"user,item,rating\n").unwrap();
    let rows = b"a,x,3\n".repeat(1 << 16);
    for _ in 0..200 {
        encoder.write_all(&rows).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    let error = read_from(&bomb[..], "t", &ReadOptions::default()).unwrap_err().to_string();
    assert!(error.contains("when unpacked, found more"), "{error}");
}

#[test]
fn rejects_a_row_without_an_end() {
    let endless = "user,item,rating\n".to_owned() + &"x".repeat(1 << 20);
    let error = read_from(endless.as_bytes(), "t", &ReadOptions::default()).unwrap_err();
    assert_eq!(error.to_string(), "t:2: expected a row of at most 65536 bytes, found a longer one");
}

fn parquet(path: &Path, columns: &[Column<'_>]) -> Vec<u8> {
    write_table(path, TableFormat::Parquet, 1, |_| columns.to_vec()).unwrap();
    fs::read(path).unwrap()
}

#[test]
fn names_parquet_columns_of_the_wrong_type() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    let column = |name, values| Column { name, values };
    let text = || Values::Text(vec!["a"]);
    let real = || Values::Reals(vec![1.5]);
    for (columns, expected) in [
        (
            [column("user", real()), column("item", text()), column("rating", real())],
            "expected whole numbers or text in the column \"user\", found real numbers",
        ),
        (
            [column("user", text()), column("item", text()), column("rating", text())],
            "expected numbers in the column \"rating\", found text",
        ),
    ] {
        let bytes = parquet(&path, &columns);
        let error = read_from(&bytes[..], "t", &ReadOptions::default()).unwrap_err().to_string();
        assert_eq!(error, format!("t: {expected}"));
    }
    let fine = [column("user", text()), column("item", text()), column("rating", real())];
    let bytes = parquet(&path, &fine);
    let columns = "-,-,-,user,item,rating".parse().unwrap();
    let options = ReadOptions::default().with_columns(columns);
    let error = read_from(&bytes[..], "t", &options).unwrap_err().to_string();
    assert!(
        error.contains("each of the 6 positions of --columns, found the columns user, item"),
        "{error}"
    );
}

#[test]
fn generated_files_are_readable_and_reproducible() {
    let folder = tempfile::tempdir().unwrap();
    let shape = Shape { users: 40, items: 90, ratings: 1_200, seed: 5 };
    let mut tables = Vec::new();
    for name in ["a.csv", "b.csv", "a.jsonl", "b.jsonl", "a.parquet", "b.parquet"] {
        let path = folder.path().join(name);
        let count = write_generated(&shape, &path, &mut |_| {}).unwrap();
        let set = read(&Source::Path(path), &ReadOptions::default()).unwrap();
        assert_eq!((set.ratings.len() as u64, set.duplicates), (count, 0));
        assert_eq!(set.ratings.users().len(), 40);
        tables.push(set.ratings);
    }
    assert!(tables.iter().all(|table| *table == tables[0]));
    let bytes = |name| fs::read(folder.path().join(name)).unwrap();
    assert_eq!(bytes("a.csv"), bytes("b.csv"));
    assert_eq!(bytes("a.jsonl"), bytes("b.jsonl"));
    assert_eq!(bytes("a.parquet"), bytes("b.parquet"));
    let error = write_generated(&shape, &folder.path().join("a.xlsx"), &mut |_| {})
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("expected a file name that ends in .csv, .jsonl or .parquet"),
        "{error}"
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 6);
}

proptest! {
    #[test]
    fn tables_survive_a_round_trip(
        rows in prop::collection::vec(
            ("[^\0]{1,9}", "[^\0]{1,9}", -1e6..1e6f64, prop::option::of(any::<i32>())), 1..30),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let columns = [
            Column { name: "user", values: Values::Text(rows.iter().map(|r| &*r.0).collect()) },
            Column { name: "item", values: Values::Text(rows.iter().map(|r| &*r.1).collect()) },
            Column { name: "rating", values: Values::Reals(rows.iter().map(|r| r.2).collect()) },
            Column {
                name: "timestamp",
                values: Values::OptionalIntegers(rows.iter().map(|r| r.3.map(i64::from)).collect()),
            },
        ];
        let mut expected = likemind::RatingTable::new();
        for (user, item, rating, time) in &rows {
            expected.push(user, item, *rating, time.map(i64::from)).unwrap();
        }
        expected.deduplicate();
        for name in ["t.csv", "t.jsonl", "t.parquet"] {
            let path = folder.path().join(name);
            let format = TableFormat::from_path(&path).unwrap();
            write_table(&path, format, rows.len(), |_| columns.to_vec()).unwrap();
            let set = read(&Source::Path(path), &ReadOptions::default()).unwrap();
            prop_assert_eq!(&set.ratings, &expected);
        }
    }
}
