//! Rating matrices, with one row per user and one column per item.

use crate::common::{error, row, rows, text_with};
use likemind_data::{BadRows, Matrix, ReadOptions};

fn with(matrix: Matrix) -> ReadOptions {
    ReadOptions::default().with_matrix(matrix)
}

#[test]
fn reads_matrices_written_by_various_programs() {
    let expected = [row("a", "x", 5.0, None), row("a", "z", 3.5, None), row("b", "y", 1.0, None)];
    for source in [
        ",x,y,z\na,5,,3.5\nb,,1,\n",
        "user;x;y;z\na;5;;3,5\nb;;1;\n",
        // R writes no header for the column of row names.
        "\"x\" \"y\" \"z\"\n\"a\" 5 NA 3.5\n\"b\" NA 1 NA\n",
    ] {
        let options = with(Matrix::Users).with_missing("NA".to_owned());
        assert_eq!(rows(&text_with(source, &options).unwrap()), expected, "{source}");
    }
    let items = text_with("item,a,b\nx,5,\ny,,1\nz,3.5,\n", &with(Matrix::Items)).unwrap();
    assert_eq!(rows(&items), [expected[0].clone(), expected[2].clone(), expected[1].clone()]);
}

#[test]
fn numbers_columns_without_names() {
    let set = text_with("ann\t4\t\nbob\t\t2\n", &with(Matrix::Users)).unwrap();
    assert_eq!(rows(&set), [row("ann", "1", 4.0, None), row("bob", "2", 2.0, None)]);
    let set = text_with("4 5\n1 2\n", &with(Matrix::Numbered)).unwrap();
    assert_eq!(rows(&set)[3], row("2", "2", 2.0, None));
    // A pivot table of numbered items, as written by pandas.
    let set = text_with("userId,1,2,5\n7,4.0,,2.0\n", &with(Matrix::Users)).unwrap();
    assert_eq!(rows(&set), [row("7", "1", 4.0, None), row("7", "5", 2.0, None)]);
    let set = text_with("u,10,20,30,40,50,60\n7,4,,,,,2\n", &with(Matrix::Users)).unwrap();
    assert_eq!(rows(&set)[1], row("7", "60", 2.0, None));
}

#[test]
fn skips_the_rating_counts_in_the_first_column_of_jester() {
    let source = "2,7.5,99,-9.95\n2,99,1.25,0\n";
    let missing = Some("99".to_owned());
    let options = with(Matrix::NumberedAfterFirst).with_missing(missing);
    let set = text_with(source, &options).unwrap();
    let expected = [
        row("1", "1", 7.5, None),
        row("1", "3", -9.95, None),
        row("2", "2", 1.25, None),
        row("2", "3", 0.0, None),
    ];
    assert_eq!((rows(&set), set.without_rating), (expected.to_vec(), 2));
    let by_first = options.with_matrix(Matrix::Users);
    let duplicate = error(text_with(source, &by_first));
    assert!(duplicate.starts_with("test.csv:2: ") && duplicate.contains("--wide=-"), "{duplicate}");
}

#[test]
fn errors_name_bad_cells_and_rows() {
    let options = with(Matrix::Users);
    let cell = error(text_with("user,x,y\na,3,good\n", &options));
    assert_eq!(
        cell,
        "test.csv:2: expected a number as the rating of \"a\" and \"y\", found \"good\""
    );
    let count = error(text_with("user,x,y\na,3,4\nb,3\n", &options));
    assert!(count.starts_with("test.csv:3: expected 3 fields between commas"), "{count}");
    let names = error(text_with("user,x,x\na,3,4\n", &options));
    assert!(names.contains("two columns called \"x\""), "{names}");
    let skip = options.with_bad_rows(BadRows::Skip);
    let set = text_with("user,x,y\na,3,good\nb\nc,,4\n", &skip).unwrap();
    assert_eq!((rows(&set).len(), set.skipped.count), (2, 2));
}

#[test]
fn reads_long_rows() {
    let names: Vec<String> = (0..30_000).map(|item| format!("item {item}")).collect();
    let source = format!("user,{}\na{}\n", names.join(","), ",3".repeat(names.len()));
    let set = text_with(source, &with(Matrix::Users)).unwrap();
    assert_eq!((set.ratings.len(), rows(&set)[29_999].1.as_str()), (30_000, "item 29999"));
}
