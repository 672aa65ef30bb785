//! Parquet files with every type that ids, ratings and times may have, as written by pyarrow
//! (tests/fixtures/write.py).

use crate::common::{Row, rows};
use likemind_data::{ColumnChoice, DataError, Dataset, ReadOptions, Source, read};

fn read_fixture(
    file: &str,
    [user, item, rating, timestamp]: [&str; 4],
) -> Result<Dataset, DataError> {
    let name = |name: &str| Some(name.to_owned());
    let columns = ColumnChoice::Named {
        user: name(user),
        item: name(item),
        rating: name(rating),
        timestamp: name(timestamp),
    };
    let path = format!("{}/tests/fixtures/{file}", env!("CARGO_MANIFEST_DIR"));
    read(&Source::Path(path.into()), &ReadOptions::default().with_columns(columns))
}

/// Returns the three rows of types.parquet; no two have the same user and item.
#[track_caller]
fn types(columns: [&str; 4]) -> [Row; 3] {
    rows(&read_fixture("types.parquet", columns).unwrap()).try_into().unwrap()
}

#[test]
fn reads_ids_of_any_integer_or_text_type() {
    for (column, expected) in [
        ("id_int8", ["7", "8"]),
        ("id_int16", ["7", "8"]),
        ("id_int32", ["7", "8"]),
        ("id_int64", ["7", "8"]),
        ("id_uint8", ["7", "8"]),
        ("id_uint16", ["7", "8"]),
        ("id_uint32", ["7", "8"]),
        ("id_uint64", ["7", "8"]),
        ("id_uint64_large", ["18446744073709551615", "8"]),
        ("id_decimal", ["7", "8"]),
        ("id_string", ["a", "b"]),
        ("id_large_string", ["a", "b"]),
        ("id_string_view", ["a", "b"]),
        ("id_binary", ["a", "b"]),
        ("id_dictionary", ["a", "b"]),
        ("other_struct.id", ["7", "8"]),
    ] {
        let [first, second, third] = types([column, "rating_int64", "rating_int8", "-"]);
        assert_eq!(
            [&*first.0, &*second.0, &*third.0],
            [expected[0], expected[1], expected[0]],
            "{column}"
        );
    }
}

#[test]
fn reads_ratings_of_any_numeric_type() {
    for column in [
        "rating_int8",
        "rating_int16",
        "rating_int32",
        "rating_int64",
        "rating_uint8",
        "rating_uint16",
        "rating_uint32",
        "rating_uint64",
    ] {
        let found = types(["id_string", "rating_int8", column, "-"]).map(|row| row.2);
        assert_eq!(found, [3.0, 5.0, 4.0], "{column}");
    }
    for (column, last) in [
        ("rating_float16", 4.0),
        ("rating_float", 4.0),
        ("rating_double", 4.0),
        ("rating_decimal32", -4.0),
        ("rating_decimal64", -4.0),
        ("rating_decimal128", -4.0),
    ] {
        let found = types(["id_string", "rating_int8", column, "-"]).map(|row| row.2);
        assert_eq!(found, [4.2, 0.5, last], "{column}");
    }
}

#[test]
fn reads_times_of_any_unit_and_zone() {
    let times =
        |column| types(["id_string", "rating_int8", "rating_int8", column]).map(|row| row.3);
    for column in [
        "time_s",
        "time_ms",
        "time_us",
        "time_ns",
        "time_zone",
        "time_none",
        "time_int",
        "time_double",
        "time_text",
    ] {
        assert_eq!(times(column), [Some(1_242_233_064), None, Some(-1)], "{column}");
    }
    for column in ["time_date32", "time_date64"] {
        assert_eq!(times(column), [Some(1_242_172_800), None, Some(-86_400)], "{column}");
    }
}

#[test]
fn reads_files_of_other_programs() {
    let columns = ["id_string", "rating_int8", "rating_double", "time_us"];
    let old = rows(&read_fixture("int96.parquet", columns).unwrap());
    let times: Vec<_> = old.iter().map(|row| row.3).collect();
    assert_eq!(times, [Some(1_242_233_064), None, Some(-1)]);
    let delta = rows(&read_fixture("delta.parquet", ["user", "item", "rating", "-"]).unwrap());
    assert_eq!(delta.len(), 1000);
    assert_eq!(delta[999], ("person 5".into(), "item 999".into(), 4.0, None));
}

#[test]
fn rejects_columns_of_the_wrong_type() {
    for (columns, expected) in [
        (
            ["rating_double", "id_string", "rating_int8", "-"],
            "whole numbers or text in the column \"rating_double\", found real numbers",
        ),
        (
            ["id_string", "rating_int8", "id_string", "-"],
            "numbers in the column \"id_string\", found text",
        ),
        (
            ["id_string", "rating_int8", "other_bool", "-"],
            "numbers in the column \"other_bool\", found BOOLEAN",
        ),
        (
            ["id_string", "other_list.list.element", "rating_int8", "-"],
            "whole numbers or text in the column \"other_list.list.element\", found lists",
        ),
        (
            ["id_string", "rating_int8", "time_us", "-"],
            "numbers in the column \"time_us\", found times",
        ),
        (
            ["id_string", "rating_int8", "rating_int8", "rating_decimal32"],
            "times in the column \"rating_decimal32\", found decimals (5 digits, 1 of them after the point)",
        ),
    ] {
        let found = read_fixture("types.parquet", columns).unwrap_err().to_string();
        assert!(found.ends_with(expected), "{columns:?}: {found}");
    }
    let none = read_fixture("types.parquet", ["who", "id_string", "rating_int8", "-"]).unwrap_err();
    assert!(none.to_string().contains("expected a column \"who\""), "{none}");
}
