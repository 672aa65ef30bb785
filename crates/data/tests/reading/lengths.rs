//! Limits on the lengths of ids, titles and error messages.

use crate::common::{error, text_with};
use likemind::catalogue::MAX_TEXT_BYTES;
use likemind::ids::MAX_ID_BYTES;
use likemind_data::{BadRows, ReadOptions};
use std::fs;

#[test]
fn long_ids_are_rejected_or_skipped() {
    let (longest, longer) = ("x".repeat(MAX_ID_BYTES), "x".repeat(MAX_ID_BYTES + 1));
    let found = format!("in at most 1024 bytes, found 1025 that begin with \"{}\"", "x".repeat(20));
    let json = |user, item| format!("{{\"user\":\"{user}\",\"item\":\"{item}\",\"rating\":3}}\n");
    let texts = [
        (format!("a,x,3\n{longest},x,3\nb,{longer},3\n"), "test.csv:3: expected an item id"),
        (format!("a,x,3\n{longest},x,3\n{longer},x,3\n"), "test.csv:3: expected a user id"),
        (
            json("a", "x") + &json("b", &longest) + &json("b", &longer),
            "test.csv:3: expected an item",
        ),
    ];
    let skip = ReadOptions::default().with_bad_rows(BadRows::Skip);
    for (text, place) in texts {
        let refused = error(text_with(&text, &ReadOptions::default()));
        assert!(refused.starts_with(place) && refused.contains(&found), "{refused}");
        let set = text_with(&text, &skip).unwrap();
        assert_eq!((set.ratings.len(), set.skipped.count), (2, 1));
        // A skipped row adds no ids.
        let ids = set.ratings.users().len() + set.ratings.items().len();
        assert_eq!(ids, 2 + set.ratings.rated_items());
    }
}

#[test]
fn long_titles_are_rejected_or_skipped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("films.csv");
    let (longest, longer) = ("t".repeat(MAX_TEXT_BYTES), "t".repeat(MAX_TEXT_BYTES + 1));
    fs::write(&path, format!("item,title\nx,{longest}\ny,{longer}\n")).unwrap();
    let options = ReadOptions::default().with_items(path);
    let refused = error(text_with("a,x,3\nb,y,4\n", &options));
    assert_eq!(refused, "films.csv:3: expected a title in at most 4096 bytes, found 4097");
    let skip = options.with_bad_rows(BadRows::Skip);
    let set = text_with("a,x,3\nb,y,4\n", &skip).unwrap();
    let title = |id| set.catalogue.get(set.ratings.items().get(id).unwrap()).title.clone();
    assert_eq!((title("x"), title("y"), set.skipped.count), (Some(longest), None, 1));
}

#[test]
fn errors_quote_long_texts_only_in_part() {
    for bad in ["b,x,", "b,x,3,4,", "b"] {
        let text = format!("a,x,3\n{bad}{}\n", "é".repeat(20_000));
        let refused = error(text_with(&text, &ReadOptions::default()));
        assert!(refused.starts_with("test.csv:2: ") && refused.len() < 700, "{refused}");
    }
    let header = format!("who,what,{}\na,x,3\n", "é".repeat(20_000));
    let refused = error(text_with(&header, &ReadOptions::default()));
    assert!(refused.contains("expected a column") && refused.len() < 1000, "{refused}");
}
