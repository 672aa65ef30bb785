//! Fuzzing of item files (titles, years, genres) in the layouts of published data sets.

use crate::ratings::both_ways;
use likemind_data::{Source, read};
use std::fs;
use std::sync::LazyLock;
use tempfile::TempDir;

/// For each layout: the name of the rating file, a valid content, and the name of the item file.
const LAYOUTS: [(&str, &str, &str); 5] = [
    ("u.data", "1\t1\t5\t881250949\n", "u.item"),
    ("ratings.dat", "1::1::5::978300760\n", "movies.dat"),
    ("ratings.csv", "userId,movieId,rating,timestamp\n1,1,4.5,964982703\n", "movies.csv"),
    ("user_artists.dat", "userID\tartistID\tweight\n1\t1\t13883\n", "artists.dat"),
    ("mv_1.txt", "1:\n1,5,2005-09-06\n", "movie_titles.csv"),
];

/// Separates the items of MovieLens 100K from the names of its genres.
const NEXT_FILE: u8 = 0x1c;

/// Reads items in the layout selected by the first byte.
pub fn titles(bytes: &[u8]) {
    static FOLDERS: LazyLock<Vec<TempDir>> =
        LazyLock::new(|| LAYOUTS.iter().map(|(file, row, _)| folder(file, row)).collect());
    let Some((choice, text)) = bytes.split_first() else { return };
    let choice = usize::from(*choice) % LAYOUTS.len();
    let folder = FOLDERS[choice].path();
    let mut parts = text.splitn(2, |&byte| byte == NEXT_FILE);
    for name in [LAYOUTS[choice].2, "u.genre"] {
        match parts.next() {
            Some(part) => fs::write(folder.join(name), part).expect("room for a file"),
            None => drop(fs::remove_file(folder.join(name))),
        }
    }
    let source = Source::Path(folder.to_owned());
    both_ways(|options| {
        let dataset = read(&source, options)?;
        for (item, info) in dataset.catalogue.iter() {
            assert!(dataset.ratings.items().name(item).is_some(), "{info:?} of an unknown item");
        }
        Ok(dataset)
    });
}

fn folder(file: &str, row: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join(file), row).expect("room for a file");
    folder
}
