//! Reads the published data sets if they are available.

use likemind::RatingScale;
use likemind_data::{Layout, ReadOptions, Source, read};
use std::path::PathBuf;

/// Returns a data set in `shared/data`, next to the repository. If it is absent, prints a note and
/// returns `None`.
fn data(name: &str) -> Option<Source> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    if path.exists() {
        return Some(Source::Path(path));
    }
    assert!(std::env::var_os("LIKEMIND_REQUIRE_DATA").is_none(), "{} is absent", path.display());
    eprintln!("skipped: {} is absent", path.display());
    None
}

fn check(name: &str, layout: Layout, [users, rated, items, ratings]: [usize; 4], scale: &str) {
    let Some(source) = data(name) else { return };
    let set = read(&source, &ReadOptions::default()).unwrap();
    assert_eq!(set.layout, layout);
    let counts = [
        set.ratings.users().len(),
        set.ratings.rated_items(),
        set.ratings.items().len(),
        set.ratings.len(),
    ];
    assert_eq!(counts, [users, rated, items, ratings]);
    assert_eq!(set.scale.to_string(), scale);
    assert_eq!((set.duplicates, set.skipped.count), (0, 0));
    let titled = set.catalogue.iter().filter(|(_, info)| info.title.is_some()).count();
    assert_eq!(titled, items);
}

#[test]
fn ml_latest_small() {
    check("ml-latest-small.zip", Layout::MlLatest, [610, 9_724, 9_742, 100_836], "0.5:5:0.5");
}

#[test]
fn ml_100k() {
    // One film of 100K has no title: 267, "unknown".
    check("ml-100k.zip", Layout::Ml100k, [943, 1_682, 1_682, 100_000], "1:5:1");
}

#[test]
fn ml_1m() {
    check("ml-1m.zip", Layout::Ml1m, [6_040, 3_706, 3_883, 1_000_209], "1:5:1");
    let Some(source) = data("ml-1m.zip") else { return };
    let set = read(&source, &ReadOptions::default()).unwrap();
    let unknown = set.ratings.iter().filter(|rating| rating.timestamp.is_none()).count();
    assert_eq!(unknown, 600_222);
    let titles: Vec<_> =
        set.catalogue.iter().filter_map(|(_, info)| info.title.as_deref()).collect();
    assert!(titles.iter().any(|title| title.contains('é')), "Latin-1 titles are decoded");
}

#[test]
fn lastfm() {
    check(
        "hetrec2011-lastfm-2k.zip",
        Layout::Lastfm2k,
        [1_892, 17_632, 17_632, 92_834],
        "1:352698:1",
    );
}

#[test]
fn reads_parts_of_an_archive() {
    let Some(source) = data("ml-100k.zip") else { return };
    let read_part = |part: &str| {
        let options = ReadOptions::default().with_part(part.to_owned());
        read(&source, &options)
    };
    let base = read_part("u1.base").unwrap();
    assert_eq!((base.ratings.len(), base.scale), (80_000, RatingScale::FIVE_STARS));
    assert_eq!(base.ratings.items().len(), 1_682);
    assert_eq!(read_part("ml-100k/u1.test").unwrap().ratings.len(), 20_000);
    let missing = read_part("u9.base").unwrap_err().to_string();
    assert!(missing.contains("u9.base") && missing.contains("u1.base"), "{missing}");
}

#[test]
fn plain_csv_files() {
    let Some(source) = data("flixster/train.csv") else { return };
    let set = read(&source, &ReadOptions::default()).unwrap();
    assert_eq!((set.layout, set.ratings.len()), (Layout::Csv, 23_556));
    assert_eq!(set.scale, RatingScale::HALF_STARS);
}
