//! Small files of every kind, valid and invalid.

use crate::common::{error, row, rows};
use flate2::{Compression, write::GzEncoder};
use likemind::RatingScale;
use likemind_data::{BadRows, DataError, Dataset, Layout, ReadOptions, Source, read, read_from};
use proptest::prelude::*;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use zip::{CompressionMethod, write::SimpleFileOptions};

fn text(text: &str) -> Result<Dataset, DataError> {
    read_from(text.as_bytes(), "test.csv", &ReadOptions::default())
}

#[test]
fn reads_headers_line_ends_and_byte_order_marks() {
    let expected = [row("a", "x", 3.0, Some(7)), row("b", "y", 4.0, None)];
    for source in [
        "userId,movieId,rating,timestamp\na,x,3,7\nb,y,4,\n",
        "\u{feff}userId,movieId,rating,timestamp\r\na,x,3.0,7\r\nb,y,4.0,\r\n\r\n",
        "timestamp;score;item;user\n7;3;x;a\n;4;y;b",
        "user\titem\trating\ttime\na\tx\t3\t7\nb\ty\t4\t",
        "\"user\",\"item\",\"rating\",\"timestamp\"\n\"a\",\"x\",\"3\",\"7\"\n\"b\",\"y\",\"4\",\"\"",
    ] {
        assert_eq!(rows(&text(source).unwrap()), expected, "{source:?}");
    }
}

#[test]
fn reads_common_variants_of_text() {
    let expected = [row("a b", "x", 3.5, Some(1_242_172_800)), row("c", "y", 4.0, Some(0))];
    for source in [
        // Quotes between tabs, a header by RecBole, and one by R with blanks between fields.
        "user\titem\trating\ttime\n\"a b\"\t\"x\"\t3.5\t\"2009-05-13\"\n\"c\"\ty\t4\t0\n",
        "user_id:token\titem_id:token\trating:float\ttimestamp:float\na b\tx\t3.5\t1242172800.0\nc\ty\t4.0\t0.0\n",
        "\"user\" \"item\" \"rating\" \"time\"\n\"a b\" \"x\" 3.5 1242172800\n\"c\" \"y\" 4 0\n",
        // Blanks around fields, aligned columns, and a decimal comma.
        "user, item, rating, time\na b, x, 3.5, 2009-05-13T02:00:00+02:00\n c ,y , 4 ,1970-01-01 00:00:00 UTC\n",
        "user   item   rating  time\n\"a b\"  x      3.5     1242172800000\nc      y      4       0\n",
        "\"User-ID\";\"ISBN\";\"Book-Rating\";\"time\"\n\"a b\";\"x\";\"3,5\";\"1242172800\"\nc;y;4,0;0\n",
    ] {
        assert_eq!(rows(&text(source).unwrap()), expected, "{source}");
    }
    let thousands = error(text("user;item;rating\na;x;1,000\n"));
    assert!(thousands.contains("a number as the rating, found \"1,000\""), "{thousands}");
}

#[test]
fn reads_files_without_a_header() {
    let expected = [row("1", "242", 3.0, Some(881))];
    for source in
        ["1\t242\t3\t881\n", "1::242::3::881", "1,242,3,881", "1|242|3|881", "1 \t242\t\t3  881"]
    {
        assert_eq!(rows(&text(source).unwrap()), expected, "{source:?}");
    }
    let options = ReadOptions::default().with_columns("rating,-,item,user".parse().unwrap());
    let set = read_from(&b"4 z i u\n"[..], "t", &options).unwrap();
    assert_eq!(rows(&set), [row("u", "i", 4.0, None)]);
}

#[test]
fn errors_name_the_file_and_line_of_a_bad_row() {
    let header = "user,item,rating\na,x,3\n";
    for (bad, expected) in [
        ("b,x", "test.csv:3: expected 3 fields between commas (--delimiter sets another), found 2"),
        ("b,x,good", "test.csv:3: expected a number as the rating, found \"good\""),
        ("b,x,NaN", "test.csv:3: expected a rating of at most ±1e100, found NaN"),
        ("b,x,-2e100", "test.csv:3: expected a rating of at most ±1e100, found -2"),
        (",x,3", "test.csv:3: expected a user id, found an empty field"),
        ("b,,3", "test.csv:3: expected an item id, found an empty field"),
        ("b,x\0y,3", "test.csv:3: expected an item id without NUL characters, found \"x\\0y\""),
    ] {
        let found = error(text(&format!("{header}{bad}\n")));
        assert!(found.starts_with(expected), "{bad:?}: {found}");
    }
    let time = error(text("user,item,rating,timestamp\na,x,3,yesterday\n"));
    assert!(time.contains("test.csv:2: expected a time (in seconds"), "{time}");
}

#[test]
fn ratings_off_a_given_scale_are_rejected_or_skipped() {
    let source = "user,item,rating\na,x,3\nb,x,5.5\nc,x,0\nd,x,5\n";
    let scale = Some(RatingScale::FIVE_STARS);
    let refuse = ReadOptions::default().with_scale(scale);
    let found = error(read_from(source.as_bytes(), "t", &refuse));
    assert_eq!(found, "t:3: expected a rating on the scale 1:5:1, found 5.5");
    let skip = refuse.with_bad_rows(BadRows::Skip);
    let set = read_from(source.as_bytes(), "t", &skip).unwrap();
    assert_eq!((set.ratings.len(), set.skipped.count), (2, 2));
    assert_eq!(set.skipped.first.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 4]);
}

#[test]
fn skips_only_the_rows_that_cannot_be_parsed() {
    let mut lines: Vec<String> = (0..1000).map(|user| format!("u{user},x,3")).collect();
    lines[51] = "\"u51,x,3".to_owned();
    let refused = error(text(&lines.join("\n")));
    assert!(refused.starts_with("test.csv:52: expected a closing quote"), "{refused}");
    lines[700] = format!("u700,{},3", "x".repeat(100_000));
    let skip = ReadOptions::default().with_bad_rows(BadRows::Skip);
    let set = read_from(lines.join("\n").as_bytes(), "test.csv", &skip).unwrap();
    assert_eq!((set.ratings.len(), set.skipped.count), (998, 2));
    assert_eq!(set.skipped.first.iter().map(|row| row.line).collect::<Vec<_>>(), [52, 701]);
}

#[test]
fn replaces_and_counts_duplicates() {
    let set = text("user,item,rating,timestamp\na,x,3,9\na,x,1,5\nb,x,2,\nb,x,4,\n").unwrap();
    assert_eq!(rows(&set), [row("a", "x", 3.0, Some(9)), row("b", "x", 4.0, None)]);
    assert_eq!(set.duplicates, 2);
}

#[test]
fn rejects_empty_binary_and_unknown_files() {
    assert!(error(text("")).contains("expected ratings, found none"));
    assert!(error(text("user,item,rating\n")).contains("expected ratings, found none"));
    assert!(error(text("a\0b\n")).contains("neither text nor Parquet"));
    let columns = error(text("who,what,howmuch\na,b,c\n"));
    assert!(columns.contains("called user") && columns.contains("who, what, howmuch"), "{columns}");
    let missing = Source::Path("/no/such/file.csv".into());
    assert!(error(read(&missing, &ReadOptions::default())).starts_with("/no/such/file.csv"));
}

#[test]
fn unpacks_checks_and_limits_gzip() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(b"user,item,rating\na,x,3\n").unwrap();
    let packed = encoder.finish().unwrap();
    let options = ReadOptions::default();
    assert_eq!(read_from(&packed[..], "r.csv.gz", &options).unwrap().ratings.len(), 1);
    let cut = error(read_from(&packed[..packed.len() - 9], "r.csv.gz", &options));
    assert!(cut.starts_with("r.csv.gz: expected to read to the end"), "{cut}");
    let tight = options.with_max_unpacked_bytes(10);
    let large = error(read_from(&packed[..], "r.csv.gz", &tight));
    assert_eq!(large, "r.csv.gz: expected at most 10 bytes when unpacked, found more");
}

fn archive(path: &Path, files: &[(&str, &[u8])]) -> Source {
    let mut zip = zip::ZipWriter::new(File::create(path).unwrap());
    for (name, bytes) in files {
        let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        zip.start_file(*name, packed).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
    Source::Path(path.to_owned())
}

#[test]
fn ml_10m_has_half_stars() {
    let folder = tempfile::tempdir().unwrap();
    let source = archive(
        &folder.path().join("ml-10m.zip"),
        &[
            (
                "ml-10M100K/movies.dat",
                "122::Boomerang (1992)::Comedy|Romance\n7::Les Misérables::Drama\n".as_bytes(),
            ),
            ("ml-10M100K/ratings.dat", b"1::122::4.5::838985046\n1::9::5::0\n"),
        ],
    );
    let set = read(&source, &ReadOptions::default()).unwrap();
    assert_eq!((set.layout, set.scale), (Layout::Ml1m, RatingScale::HALF_STARS));
    assert_eq!(set.name, "ml-10m");
    assert_eq!(rows(&set)[1], row("1", "9", 5.0, None));
    let boomerang = set.catalogue.get(set.ratings.items().get("122").unwrap());
    assert_eq!((boomerang.title.as_deref(), boomerang.year), (Some("Boomerang"), Some(1992)));
    assert!(set.ratings.items().get("7").is_some(), "unrated films are included");
}

#[test]
fn reads_archives_and_folders_and_rejects_damaged_ones() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let options = ReadOptions::default();
    let single = archive(&at("one.zip"), &[("inner/r.csv", b"user,item,rating\na,x,1\n")]);
    assert_eq!(read(&single, &options).unwrap().name, "one");
    let unknown = archive(&at("no.zip"), &[("readme.md", b"hello")]);
    let found = error(read(&unknown, &options));
    assert!(found.contains("ratings.csv") && found.contains("readme.md"), "{found}");
    fs::write(at("cut.zip"), &fs::read(at("one.zip")).unwrap()[..60]).unwrap();
    assert!(error(read(&Source::Path(at("cut.zip")), &options)).contains("cut.zip"));
    let bomb = b"userId,movieId,rating,timestamp\n".to_vec();
    let bomb = [bomb, vec![b'\n'; 80 << 20]].concat();
    let bomb = archive(&at("bomb.zip"), &[("ratings.csv", &bomb)]);
    assert!(error(read(&bomb, &options)).contains("when unpacked, found more"));
    fs::create_dir(at("ml-20m")).unwrap();
    fs::write(at("ml-20m/ratings.csv"), "userId,movieId,rating,timestamp\n1,2,3.5,9\n").unwrap();
    let set = read(&Source::Path(at("ml-20m")), &options).unwrap();
    assert_eq!((set.layout, set.name.as_str()), (Layout::MlLatest, "ml-20m"));
}

proptest! {
    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), layout in 0..9usize) {
        let layouts = [Layout::Ml100k, Layout::Ml1m, Layout::MlLatest, Layout::Lastfm2k, Layout::Netflix, Layout::Csv, Layout::JsonLines, Layout::Parquet];
        let options = ReadOptions::default().with_layout(layouts.get(layout).copied());
        let _ = read_from(&bytes[..], "any", &options);
        let parquet = [b"PAR1", &bytes[..], b"PAR1"].concat();
        let _ = read_from(&parquet[..], "any", &ReadOptions::default());
    }

    #[test]
    fn arbitrary_texts_do_not_panic(source in "[0-9a-z,;|\"\t\n\r:. ]{0,200}") {
        let _ = text(&source);
    }
}
