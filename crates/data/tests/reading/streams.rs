//! Pipes and devices are read as streams, or rejected.

use crate::common::{error, row, rows};
use flate2::Compression;
use flate2::write::GzEncoder;
use likemind_data::{Dataset, ReadOptions, Source, read};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

fn pipe_in(folder: &Path) -> PathBuf {
    let pipe = folder.join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    pipe
}

/// Writes bytes to a named pipe, and returns the data set read from it.
fn through_pipe(bytes: &[u8]) -> Dataset {
    let folder = tempfile::tempdir().unwrap();
    let pipe = pipe_in(folder.path());
    std::thread::scope(|scope| {
        scope.spawn(|| fs::write(&pipe, bytes).unwrap());
        read(&Source::Path(pipe.clone()), &ReadOptions::default()).unwrap()
    })
}

#[test]
fn reads_ratings_from_a_pipe() {
    let text = b"user,item,rating\na,x,3\nb,y,4\n";
    let expected = [row("a", "x", 3.0, None), row("b", "y", 4.0, None)];
    assert_eq!(rows(&through_pipe(text)), expected);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    assert_eq!(rows(&through_pipe(&encoder.finish().unwrap())), expected);
}

#[test]
fn reads_titles_from_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = pipe_in(folder.path());
    let ratings = folder.path().join("ratings.csv");
    fs::write(&ratings, "a,x,3\nb,y,4\n").unwrap();
    let options = ReadOptions::default().with_items(pipe.clone());
    let set = std::thread::scope(|scope| {
        scope.spawn(|| fs::write(&pipe, "item,title\nx,Heat\n").unwrap());
        read(&Source::Path(ratings), &options).unwrap()
    });
    let title = |id| set.catalogue.get(set.ratings.items().get(id).unwrap()).title.clone();
    assert_eq!((title("x").as_deref(), title("y")), (Some("Heat"), None));
}

#[test]
fn rejects_endless_devices() {
    let zeros = || PathBuf::from("/dev/zero");
    let refused = error(read(&Source::Path(zeros()), &ReadOptions::default()));
    assert!(refused.starts_with("/dev/zero: "), "{refused}");
    let folder = tempfile::tempdir().unwrap();
    let ratings = folder.path().join("ratings.csv");
    fs::write(&ratings, "a,x,3\nb,y,4\n").unwrap();
    let options = ReadOptions::default().with_items(zeros());
    let refused = error(read(&Source::Path(ratings), &options));
    assert!(refused.contains("expected at most 268435456 bytes"), "{refused}");
    let nothing = Source::Path("/dev/null".into());
    assert!(error(read(&nothing, &ReadOptions::default())).contains("expected ratings"));
}
