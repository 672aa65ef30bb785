//! Detection of layouts, headers, delimiters and columns.

use likemind::RatingScale;
use likemind_data::{
    DataError, Dataset, Delimiter, Layout, ReadOptions, ScaleOrigin, Source, read, read_from,
};
use std::fs;

fn read_text(file: &str, text: &str) -> Result<Dataset, DataError> {
    read_from(text.as_bytes(), file, &ReadOptions::default())
}

fn first(set: &Dataset) -> (&str, &str, f64, Option<i64>) {
    let row = set.ratings.row(0);
    let user = set.ratings.users().name(row.user).unwrap();
    (user, set.ratings.items().name(row.item).unwrap(), row.rating, row.timestamp)
}

#[test]
fn recognises_a_published_layout_by_the_file_name() {
    let ratings = read_text("ratings.dat", "1::1193::5::978300760\n2::7::3::0\n").unwrap();
    assert_eq!((ratings.layout, ratings.scale), (Layout::Ml1m, RatingScale::FIVE_STARS));
    assert_eq!(ratings.ratings.row(1).timestamp, None, "0 is unknown in this layout");
    let movielens = "userId,movieId,rating,timestamp\n1,2,4.0,9\n";
    let latest = read_text("ratings.csv.gz", movielens).unwrap();
    assert_eq!((latest.layout, latest.scale), (Layout::MlLatest, RatingScale::HALF_STARS));
    assert_eq!(latest.scale_origin, ScaleOrigin::Layout);
    assert_eq!(read_text("mine.csv", movielens).unwrap().scale_origin, ScaleOrigin::Detected);
    let data = read_text("u.data", "196\t242\t3\t881250949\n").unwrap();
    assert_eq!((data.layout, data.scale), (Layout::Ml100k, RatingScale::FIVE_STARS));
    let plays = read_text("user_artists.dat", "userID\tartistID\tweight\n2\t51\t13883\n").unwrap();
    assert_eq!((plays.layout, first(&plays)), (Layout::Lastfm2k, ("2", "51", 13_883.0, None)));
}

#[test]
fn reads_the_requested_layout() {
    let options = ReadOptions::default().with_layout(Layout::Ml1m);
    let set = read_from(&b"1::2::3.5::0\n"[..], "x", &options).unwrap();
    assert_eq!((set.layout, set.scale), (Layout::Ml1m, RatingScale::HALF_STARS));
    assert_eq!(first(&set).3, None);
    let found = read_from(&b"1::2::9::0\n"[..], "x", &options).unwrap_err().to_string();
    assert_eq!(
        found,
        "x:1: expected a rating on the scale 0.5:5:0.5 of ml-1m (--scale sets another), found 9"
    );
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("any.csv"), "user,item,rating\na,x,3\n").unwrap();
    let found = read(&Source::Path(folder.path().to_owned()), &options).unwrap_err().to_string();
    assert!(found.contains("expected ratings.dat for ml-1m, found any.csv"), "{found}");
}

#[test]
fn other_files_named_ratings_csv_are_not_movielens() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("ratings.csv"), "user,item,rating\na,x,9\na,y,7\n").unwrap();
    fs::write(folder.path().join("users.csv"), "user,age\na,9\n").unwrap();
    let set = read(&Source::Path(folder.path().to_owned()), &ReadOptions::default()).unwrap();
    assert_eq!((set.layout, set.scale.to_string().as_str()), (Layout::Csv, "7:9:1"));
}

#[test]
fn finds_the_best_columns_in_any_order() {
    let text = "count,movie,user,movie_id,userId,date,Rating\n7,Heat,Ada,6,1,2005-09-06,4\n";
    assert_eq!(first(&read_text("t", text).unwrap()), ("1", "6", 4.0, Some(1_125_964_800)));
}

#[test]
fn columns_of_ids_may_be_called_by_the_thing_alone() {
    for header in ["customer,product,stars", "Reviewer,Book,Rating", "visitor,artist,plays"] {
        let set = read_text("t", &format!("{header}\nada,x,4\n")).unwrap();
        assert_eq!(first(&set), ("ada", "x", 4.0, None), "{header}");
    }
    // A column of ids is preferred.
    let set = read_text("t", "user,artist,track_id,rating\nada,abba,7,4\n").unwrap();
    assert_eq!(first(&set), ("ada", "7", 4.0, None));
}

#[test]
fn reads_quoted_headers_after_blank_lines() {
    let set = read_text("t", "  \n\n\"user\";\"item, or film\";item;rating\nu;a,b;c;3\n").unwrap();
    assert_eq!(first(&set), ("u", "c", 3.0, None));
    let found = read_text("t", "\n\nuser,item,rating\na,x,bad\n").unwrap_err().to_string();
    assert!(found.starts_with("t:4: "), "{found}");
}

#[test]
fn detects_the_delimiter_that_gives_three_fields() {
    assert_eq!(first(&read_text("t", "ada;heat;3,5\n").unwrap()), ("ada", "heat", 3.5, None));
    let found = read_text("t", "ada;heat;much, too much\n").unwrap_err().to_string();
    assert!(found.contains("found the columns ada, heat, much, too much"), "{found}");
    let set = read_text("t", "user|item|rating|note, if any\nu|i|2|-\n").unwrap();
    assert_eq!(first(&set), ("u", "i", 2.0, None));
    let given = ReadOptions::default().with_delimiter(Delimiter::Byte(b'/'));
    assert_eq!(first(&read_from(&b"1/2/3\n"[..], "t", &given).unwrap()), ("1", "2", 3.0, None));
}

#[test]
fn does_not_guess_the_meaning_of_five_columns() {
    let found = read_text("t", "1,2,3,4,5\n").unwrap_err().to_string();
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
