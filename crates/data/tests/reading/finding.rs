//! What is found out by itself: layouts, headers, delimiters, columns.

use likemind::RatingScale;
use likemind_data::{
    DataError, Dataset, Delimiter, Layout, ReadOptions, ScaleOrigin, Source, read, read_from,
};
use std::fs;

fn of(file: &str, text: &str) -> Result<Dataset, DataError> {
    read_from(text.as_bytes(), file, &ReadOptions::default())
}

fn first(set: &Dataset) -> (&str, &str, f64, Option<i64>) {
    let row = set.ratings.row(0);
    let user = set.ratings.users().name(row.user).unwrap();
    (user, set.ratings.items().name(row.item).unwrap(), row.rating, row.timestamp)
}

#[test]
fn a_single_file_of_a_published_layout_is_known_by_its_name() {
    let ratings = of("ratings.dat", "1::1193::5::978300760\n2::7::3::0\n").unwrap();
    assert_eq!((ratings.layout, ratings.scale), (Layout::Ml1m, RatingScale::FIVE_STARS));
    assert_eq!(ratings.ratings.row(1).timestamp, None, "0 is unknown in this layout");
    let movielens = "userId,movieId,rating,timestamp\n1,2,4.0,9\n";
    let latest = of("ratings.csv.gz", movielens).unwrap();
    assert_eq!((latest.layout, latest.scale), (Layout::MlLatest, RatingScale::HALF_STARS));
    assert_eq!(latest.scale_origin, ScaleOrigin::Layout);
    assert_eq!(of("mine.csv", movielens).unwrap().scale_origin, ScaleOrigin::Found);
    let data = of("u.data", "196\t242\t3\t881250949\n").unwrap();
    assert_eq!((data.layout, data.scale), (Layout::Ml100k, RatingScale::FIVE_STARS));
    let plays = of("user_artists.dat", "userID\tartistID\tweight\n2\t51\t13883\n").unwrap();
    assert_eq!((plays.layout, first(&plays)), (Layout::Lastfm2k, ("2", "51", 13_883.0, None)));
}

#[test]
fn the_layout_asked_for_is_the_one_read() {
    let options = ReadOptions::default().with_layout(Layout::Ml1m);
    let set = read_from(&b"1::2::3.5::0\n"[..], "x", &options).unwrap();
    assert_eq!((set.layout, set.scale), (Layout::Ml1m, RatingScale::HALF_STARS));
    assert_eq!(first(&set).3, None);
    let found = read_from(&b"1::2::9::0\n"[..], "x", &options).unwrap_err().to_string();
    assert_eq!(
        found,
        "x:1: expected a rating on the scale 0.5:5:0.5 of ml-1m (--scale takes another), found 9"
    );
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("any.csv"), "user,item,rating\na,x,3\n").unwrap();
    let found = read(&Source::Path(folder.path().to_owned()), &options).unwrap_err().to_string();
    assert!(found.contains("expected ratings.dat for ml-1m, found any.csv"), "{found}");
}

#[test]
fn other_peoples_ratings_csv_is_no_movielens() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("ratings.csv"), "user,item,rating\na,x,9\na,y,7\n").unwrap();
    fs::write(folder.path().join("users.csv"), "user,age\na,9\n").unwrap();
    let set = read(&Source::Path(folder.path().to_owned()), &ReadOptions::default()).unwrap();
    assert_eq!((set.layout, set.scale.to_string().as_str()), (Layout::Csv, "7:9:1"));
}

#[test]
fn the_best_column_is_found_whatever_the_order() {
    let text = "count,movie,user,movie_id,userId,date,Rating\n7,Heat,Ada,6,1,2005-09-06,4\n";
    assert_eq!(first(&of("t", text).unwrap()), ("1", "6", 4.0, Some(1_125_964_800)));
}

#[test]
fn headers_may_be_quoted_and_come_after_blank_lines() {
    let set = of("t", "  \n\n\"user\";\"item, or film\";item;rating\nu;a,b;c;3\n").unwrap();
    assert_eq!(first(&set), ("u", "c", 3.0, None));
    let found = of("t", "\n\nuser,item,rating\na,x,bad\n").unwrap_err().to_string();
    assert!(found.starts_with("t:4: "), "{found}");
}

#[test]
fn the_delimiter_makes_three_fields() {
    assert_eq!(first(&of("t", "ada;heat;3,5\n").unwrap()), ("ada", "heat", 3.5, None));
    let found = of("t", "ada;heat;much, too much\n").unwrap_err().to_string();
    assert!(found.contains("found the columns ada, heat, much, too much"), "{found}");
    let set = of("t", "user|item|rating|note, if any\nu|i|2|-\n").unwrap();
    assert_eq!(first(&set), ("u", "i", 2.0, None));
    let given = ReadOptions::default().with_delimiter(Delimiter::Byte(b'/'));
    assert_eq!(first(&read_from(&b"1/2/3\n"[..], "t", &given).unwrap()), ("1", "2", 3.0, None));
}

#[test]
fn five_columns_without_a_header_are_not_guessed() {
    let found = of("t", "1,2,3,4,5\n").unwrap_err().to_string();
    assert!(found.contains("expected a column"), "{found}");
}

#[test]
fn standard_input_and_single_files_have_no_parts() {
    let options = ReadOptions::default().with_part("u1.base".to_owned());
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), "1,2,3\n").unwrap();
    for source in [Source::StandardInput, Source::Path(file.path().to_owned())] {
        let found = read(&source, &options).unwrap_err().to_string();
        assert!(found.contains("expected a file \"u1.base\" in it"), "{found}");
    }
}
