//! Rows without ratings, and columns that are ignored.

use crate::common::{error, row, rows, text_with};
use likemind_data::{Implicit, ReadOptions};

fn with(implicit: Implicit) -> ReadOptions {
    ReadOptions::default().with_implicit(implicit)
}

#[test]
fn counts_events() {
    let count = with(Implicit::Count);
    for source in [
        "user,item,timestamp\na,x,1363392000\nb,x,1363392001\na,x,1363392002\n",
        "a,x,1363392000\nb,x,1363392001\na,x,1363392002\n",
        "user;item;rating;time\na;x;;1363392000\nb;x;7;1363392001\na;x;bad;1363392002\n",
        "{\"user\":\"a\",\"item\":\"x\",\"ts\":1363392000}\n{\"user\":\"b\",\"item\":\"x\",\"ts\":1363392001}\n{\"user\":\"a\",\"item\":\"x\",\"ts\":1363392002}\n",
    ] {
        let set = text_with(source, &count).unwrap();
        let expected =
            [row("a", "x", 2.0, Some(1_363_392_002)), row("b", "x", 1.0, Some(1_363_392_001))];
        assert_eq!((rows(&set), set.duplicates), (expected.to_vec(), 0), "{source}");
        assert_eq!(set.scale.to_string(), "1:2:count");
    }
    let once = text_with("a,x\nb,x\na,x\n", &with(Implicit::Once)).unwrap();
    assert_eq!(rows(&once), [row("a", "x", 1.0, None), row("b", "x", 1.0, None)]);
    assert_eq!((once.scale.to_string(), once.duplicates), ("1:1:count".to_owned(), 1));
}

#[test]
fn whole_numbers_beyond_a_million_are_counts() {
    let scale = |ratings: &[f64]| {
        let rows = ratings.iter().enumerate().map(|(row, rating)| format!("u{row},i,{rating}\n"));
        let source = rows.collect::<String>();
        text_with(&source, &ReadOptions::default()).unwrap().scale.to_string()
    };
    let plays: Vec<f64> = (0..22).map(|power| f64::from(1 << power)).collect();
    assert_eq!(scale(&plays), "1:2097152:count");
    assert_eq!(scale(&[&plays[..], &[0.5]].concat()), "0.5:2097152");
}

#[test]
fn events_need_a_user_and_an_item_column() {
    let count = with(Implicit::Count);
    let set = text_with("shop,7,33\nshop,8,12\n", &count).unwrap();
    assert_eq!(rows(&set)[0], row("shop", "7", 1.0, None), "a small number is not a time");
    let names = error(text_with("shopper,thing\n1,7\n2,8\n", &count));
    assert!(names.contains("--user-column"), "{names}");
    let by_position = with(Implicit::Count).with_columns("item,-,user".parse().unwrap());
    assert_eq!(rows(&text_with("x,-,a\n", &by_position).unwrap()), [row("a", "x", 1.0, None)]);
    let rated = by_position.with_implicit(None);
    let without = error(text_with("x,-,a\n", &rated));
    assert!(without.contains("rating") && without.contains("--implicit"), "{without}");
}

#[test]
fn times_can_be_ignored() {
    let source = "user,item,rating,timestamp\na,x,3,soon\n";
    let named = |timestamp: &str| {
        ReadOptions::default().with_columns(likemind_data::ColumnChoice::Named {
            user: None,
            item: None,
            rating: None,
            timestamp: Some(timestamp.to_owned()),
        })
    };
    assert_eq!(rows(&text_with(source, &named("-")).unwrap()), [row("a", "x", 3.0, None)]);
    assert_eq!(rows(&text_with("a,x,3,9\n", &named("-")).unwrap()), [row("a", "x", 3.0, None)]);
    // A column `date` that was not requested is used only if it contains dates.
    let unparsable = "user,item,rating,date\na,x,3,6/9/05\n";
    assert_eq!(rows(&text_with(unparsable, &ReadOptions::default()).unwrap())[0].3, None);
    let requested = error(text_with(unparsable, &named("date")));
    assert!(requested.contains("expected a time"), "{requested}");
    let date = "user,item,rating,date\na,x,3,2005-09-06\n";
    assert_eq!(rows(&text_with(date, &ReadOptions::default()).unwrap())[0].3, Some(1_125_964_800));
}

#[test]
fn skips_the_missing_marker() {
    let missing = |value: &str| ReadOptions::default().with_missing(value.to_owned());
    for (source, value) in [
        ("user,item,rating\na,x,99\na,y,3\n", "99"),
        ("user,item,rating\na,x,99.0\na,y,3\n", "99"),
        ("user,item,rating\na,x,NA\na,y,3\n", "NA"),
        ("user,item,rating\na,x,\na,y,3\n", ""),
        (
            "{\"user\":\"a\",\"item\":\"x\",\"rating\":-1}\n{\"user\":\"a\",\"item\":\"y\",\"rating\":3}\n",
            "-1",
        ),
    ] {
        let set = text_with(source, &missing(value)).unwrap();
        assert_eq!(rows(&set), [row("a", "y", 3.0, None)], "{source}");
        assert_eq!((set.without_rating, set.scale.to_string().as_str()), (1, "3:3:1"), "{source}");
    }
}
