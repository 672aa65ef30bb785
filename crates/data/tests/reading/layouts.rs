//! Layouts of several files, and files whose contents do not match their names.

use crate::common::{error, row, rows};
use likemind::RatingScale;
use likemind_data::{
    DataError, Dataset, Layout, ReadOptions, ScaleOrigin, Source, read, read_from,
};
use std::fs;
use tempfile::TempDir;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn read_folder(files: &[(&str, &str)]) -> Result<Dataset, DataError> {
    let folder = folder(files);
    read(&Source::Path(folder.path().to_owned()), &ReadOptions::default())
}

#[test]
fn reads_the_netflix_prize_with_titles() {
    let set = read_folder(&[
        ("download/combined_data_2.txt", "10:\n7,5,2004-01-01\n"),
        ("download/combined_data_1.txt", "9:\n7,3,2005-09-06\n8,4,2005-05-13\n"),
        ("download/movie_titles.csv", "9,NULL,Paula, Abdul's\n10,1996,Screamers\n11,2000,Unseen\n"),
        ("download/probe.txt", "9:\n7\n"),
        ("download/README", "hello"),
    ])
    .unwrap();
    assert_eq!((set.layout, set.scale), (Layout::Netflix, RatingScale::FIVE_STARS));
    let expected = [
        row("7", "9", 3.0, Some(1_125_964_800)),
        row("8", "9", 4.0, Some(1_115_942_400)),
        row("7", "10", 5.0, Some(1_072_915_200)),
    ];
    assert_eq!(rows(&set), expected);
    let info = |id| set.catalogue.get(set.ratings.items().get(id).unwrap()).clone();
    assert_eq!(info("9").title.as_deref(), Some("Paula, Abdul's"));
    assert_eq!((info("10").year, info("11").year), (Some(1996), Some(2000)));
    let single = read_folder(&[("training_set/mv_0000001.txt", "1:\n5,3,2005-09-06\n")]).unwrap();
    assert_eq!(rows(&single)[0].1, "1");
    let bad = error(read_from(&b"1:\n5,3\n"[..], "x", &ReadOptions::default()));
    assert!(bad.starts_with("x:2: expected user,rating,date"), "{bad}");
}

#[test]
fn reads_a_folder_of_part_files_as_one_table() {
    let set = read_folder(&[
        ("_SUCCESS", ""),
        (".part-00000.csv.crc", "crc"),
        ("part-00000.csv", "user,item,rating\na,x,3\n"),
        ("part-00002.csv", ""),
        ("part-00010.csv", "user,item,rating\na,x,5\n"),
        ("part-00009.csv", "user,item,rating\n"),
    ])
    .unwrap();
    assert_eq!((rows(&set), set.duplicates), (vec![row("a", "x", 5.0, None)], 1));
    let text = read_folder(&[("part-00000", "a\tx\t3\n"), ("part-00001", "b\tx\t4\n")]).unwrap();
    assert_eq!(rows(&text).len(), 2);
    let files = [("part-0.csv", "a,x,3\n"), ("part-1.csv", "a,x,3\nb,x,bad\n")];
    let bad = error(read_folder(&files));
    assert!(bad.contains("/part-1.csv:2: "), "{bad}");
    let two = error(read_folder(&[("r.csv", "a,x,3\n"), ("titles.csv", "x,Heat\n")]));
    assert!(two.contains("--part") && two.contains("r.csv, titles.csv"), "{two}");
}

#[test]
fn a_matching_file_name_is_not_enough_for_a_layout() {
    let read_text =
        |file: &str, text: &str| read_from(text.as_bytes(), file, &ReadOptions::default());
    // MovieTweetings: the layout of MovieLens 1M, on another scale.
    let tweets =
        read_text("ratings.dat", "1::0114508::8::1381006850\n2::0499549::9::1376753198\n").unwrap();
    assert_eq!((tweets.layout, tweets.scale_origin), (Layout::Ml1m, ScaleOrigin::Detected));
    assert_eq!(tweets.scale.to_string(), "8:9:1");
    let commas = read_text("ratings.dat", "a,x,3\n").unwrap();
    assert_eq!((commas.layout, rows(&commas)), (Layout::Csv, vec![row("a", "x", 3.0, None)]));
    let three = read_text("u.data", "a\tx\t3\n").unwrap();
    assert_eq!(three.layout, Layout::Csv);
    let plays = read_text("user_artists.dat", "user\tartistID\tweight\na\tx\t3\n").unwrap();
    assert_eq!(plays.layout, Layout::Csv);
}

#[test]
fn errors_name_the_assumptions() {
    let read_text =
        |file: &str, text: &str| error(read_from(text.as_bytes(), file, &ReadOptions::default()));
    let good = "1::2::3::4\n".repeat(50);
    let fields = read_text("ratings.dat", &format!("{good}1::2::3\n"));
    assert_eq!(
        fields,
        "ratings.dat:51: expected 4 fields between \"::\" (as in ml-1m, by the file's name; \
         --dataset csv reads any text), found 3"
    );
    let scale = read_text("ratings.dat", &format!("{good}1::2::8::4\n"));
    assert_eq!(
        scale,
        "ratings.dat:51: expected a rating on the scale 0.5:5:0.5 of ml-1m (by the file's name; \
         --scale sets another, --dataset csv detects it), found 8"
    );
    let found = read_text("my.txt", "a;x;3\nb,x,3\n");
    assert_eq!(
        found,
        "my.txt:2: expected 3 fields between semicolons (--delimiter sets another), found 1"
    );
    let columns = read_text("my.txt", "who,what,howmuch\na,x,3\n");
    for part in ["--user-column", "who, what, howmuch", "--columns", "--delimiter"] {
        assert!(columns.contains(part), "{columns}");
    }
    let rating = read_text("my.txt", "user,item,bought\na,x,yes\n");
    assert!(rating.contains("--rating-column") && rating.contains("--implicit"), "{rating}");
}
