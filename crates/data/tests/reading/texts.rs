//! Texts as written by various programs: comments, encodings, R, spreadsheets and JSON Lines.

use crate::common::{error, row, rows, text_with};
use likemind_data::{BadRows, Dataset, Layout, ReadOptions};

fn text(text: impl AsRef<[u8]>) -> Dataset {
    text_with(text, &ReadOptions::default()).unwrap()
}

#[test]
fn skips_comments() {
    let expected = [row("a", "x", 3.0, None), row("b", "y", 4.0, None)];
    for source in [
        "# 2 ratings\n#\na,x,3\nb,y,4\n",
        "# 2 ratings\na,x,3\n# half of them\nb,y,4\n",
        "% bip weighted\n% 2 2 2\na x 3\nb y 4\n",
        "# ratings\nuser,item,rating\na,x,3\nb,y,4\n",
        "#user,item,rating\na,x,3\nb,y,4\n",
        "# from the shop\n# rating\tuser\titem\n3\ta\tx\n4\tb\ty\n",
    ] {
        assert_eq!(rows(&text(source)), expected, "{source}");
    }
    // Comments count as lines.
    let found = error(text_with("# c\n\na,x,3\n# d\nb,y,bad\n", &ReadOptions::default()));
    assert!(found.starts_with("test.csv:5: "), "{found}");
    // An id may start with a comment marker.
    let set = text("user,item,rating\n#1,x,3\n");
    assert_eq!(rows(&set), [row("#1", "x", 3.0, None)]);
    assert_eq!(rows(&text("#1,x,3\n#2,x,4\n")).len(), 2);
}

#[test]
fn reads_matrix_market() {
    let set = text("%%MatrixMarket matrix coordinate real general\n%\n3 4 2\n1 4 5\n3 2 2.5\n");
    assert_eq!(rows(&set), [row("1", "4", 5.0, None), row("3", "2", 2.5, None)]);
}

#[test]
fn reads_the_delimiter_line_of_spreadsheets() {
    for source in ["sep=;\r\nuser;item;rating\r\na;x,y;3,5\r\n", "\"sep=|\"\na|x,y|3.5\n"] {
        assert_eq!(rows(&text(source)), [row("a", "x,y", 3.5, None)], "{source}");
    }
}

#[test]
fn ignores_the_row_names_of_r() {
    let expected = [row("a", "x y", 3.0, None), row("b", "z", 4.0, None)];
    for source in [
        "\"user\" \"item\" \"rating\"\n\"1\" \"a\" \"x y\" 3\n\"2\" \"b\" \"z\" 4\n",
        "\"user\",\"item\",\"rating\"\n\"1\",\"a\",\"x y\",3\n\"2\",\"b\",\"z\",4\n",
        "\"\",\"user\",\"item\",\"rating\"\n\"1\",\"a\",\"x y\",3\n\"2\",\"b\",\"z\",4\n",
    ] {
        assert_eq!(rows(&text(source)), expected, "{source}");
    }
}

#[test]
fn reads_other_encodings() {
    let expected = [row("Zoë", "Amélie", 4.5, None)];
    let utf_16: Vec<u8> = "\u{feff}user,item,rating\nZoë,Amélie,4.5\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(rows(&text(utf_16)), expected);
    let latin = b"user,item,rating\nZo\xeb,Am\xe9lie,4.5\n";
    let refused = error(text_with(latin, &ReadOptions::default()));
    assert!(refused.contains("a user id in UTF-8 (--encoding reads others"), "{refused}");
    let options = ReadOptions::default().with_encoding("latin1".parse().ok());
    assert_eq!(rows(&text_with(latin, &options).unwrap()), expected);
}

#[test]
fn reads_json_lines() {
    for (source, expected) in [
        (
            r#"{"reviewerID": "A2", "asin": "0700", "helpful": [8, 9], "reviewText": "so, \"so\"", "overall": 5.0, "unixReviewTime": 1363392000}"#,
            row("A2", "0700", 5.0, Some(1_363_392_000)),
        ),
        (
            r#"{"review_id":"r","user_id":"u","business_id":"b","stars":4,"date":"2016-03-09 20:56:38"}"#,
            row("u", "b", 4.0, Some(1_457_557_000 - 2)),
        ),
        (
            r#"{"rating": "3,5", "user": 7, "item": 18446744073709551615, "timestamp": null}"#,
            row("7", "18446744073709551615", 3.5, None),
        ),
    ] {
        let set = text(format!("\n{source}\n\n"));
        assert_eq!((rows(&set), set.layout), (vec![expected], Layout::JsonLines), "{source}");
    }
}

#[test]
fn errors_name_bad_json_lines() {
    let good = r#"{"user":"a","item":"x","rating":3}"#;
    for (bad, expected) in [
        (
            r#"{"user":"a","item":"x"}"#,
            "test.csv:2: expected a number as the rating in \"rating\", found nothing",
        ),
        (
            r#"{"user":"a","item":1.5,"rating":3}"#,
            "expected text or an integer in \"item\", found \"1.5\"",
        ),
        (r#"{"user":["a"],"item":"x","rating":3}"#, "in \"user\", found \"[\\\"a\\\"]\""),
        (r#"{"user":"a","item":"x","rating":"good"}"#, "in \"rating\", found \"good\""),
        (r#"{"user":"a","item":"x","rating":3"#, "test.csv:2: expected a JSON object"),
        ("[1,2]", "test.csv:2: expected a JSON object"),
    ] {
        let source = format!("{good}\n{bad}\n");
        let found = error(text_with(&source, &ReadOptions::default()));
        assert!(found.contains(expected), "{bad}: {found}");
        let skip = ReadOptions::default().with_bad_rows(BadRows::Skip);
        let set = text_with(&source, &skip).unwrap();
        assert_eq!((set.ratings.len(), set.skipped.count), (1, 1), "{bad}");
    }
    let array = error(text_with("[{\"user\": 1}]", &ReadOptions::default()));
    assert!(array.contains("JSON Lines"), "{array}");
    let columns = error(text_with("{\"a\":1,\"b\":2}\n", &ReadOptions::default()));
    assert!(columns.contains("--user-column") && columns.contains("a, b"), "{columns}");
}
