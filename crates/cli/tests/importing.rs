//! Importing files of various kinds with options of `import`.

use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use tempfile::TempDir;

/// Imports a file with these bytes into a new database. Returns the counts, the ratings as CSV, and the
/// messages.
fn import(bytes: &[u8], flags: &[&str]) -> (Value, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let output = command(&folder, bytes, flags).assert().success().get_output().clone();
    let summary = serde_json::from_slice(&output.stdout).unwrap();
    let mut export = likemind(&folder);
    export.args(["export", "ratings", "--out", "out.csv"]).assert().success();
    let ratings = fs::read_to_string(folder.path().join("out.csv")).unwrap();
    (summary, ratings, String::from_utf8(output.stderr).unwrap())
}

/// The error message of an import that must fail.
fn refused(bytes: &[u8], flags: &[&str], code: i32) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = command(&folder, bytes, flags).assert().code(code).get_output().clone();
    assert!(!folder.path().join("likemind.db").exists());
    String::from_utf8(output.stderr).unwrap()
}

fn command(folder: &TempDir, bytes: &[u8], flags: &[&str]) -> Command {
    fs::write(folder.path().join("in.txt"), bytes).unwrap();
    fs::write(folder.path().join("titles.csv"), "item,title\nx,Heat (1995)\n").unwrap();
    let mut command = likemind(folder);
    command.args(["--format", "json", "import", "in.txt"]).args(flags);
    command
}

fn likemind(folder: &TempDir) -> Command {
    let mut command = Command::cargo_bin("likemind").unwrap();
    command.current_dir(folder.path()).env_remove("LIKEMIND_DB");
    command
}

#[test]
fn the_first_column_of_a_matrix_can_be_specified() {
    let (summary, ratings, notes) =
        import(b"user,x,y\na,5,99\nb,,1\n", &["--wide", "--missing", "99"]);
    assert_eq!(ratings, "user,item,rating,timestamp\na,x,5,\nb,y,1,\n");
    assert_eq!((&summary["ratings"], &summary["scale"]), (&2.into(), &"1:5:1".into()));
    assert!(notes.contains("note: rows or cells without a rating, by --missing: 1"), "{notes}");
    let (_, numbered, _) = import(b"2,7.5,-9\n2,99,1.25\n", &["--wide=-", "--missing", "99"]);
    assert_eq!(numbered, "user,item,rating,timestamp\n1,1,7.5,\n1,2,-9,\n2,2,1.25,\n");
    let (_, items, _) = import(b",a\nx,3\n", &["--wide=item"]);
    assert_eq!(items, "user,item,rating,timestamp\na,x,3,\n");
    assert!(refused(b"user,x\na,5\n", &["--wide=rows"], 2).contains("user, item, rating"));
}

#[test]
fn rows_without_ratings_are_counted_or_used_once() {
    let events = b"user,item\na,x\na,x\nb,x\n";
    let told = refused(events, &[], 1);
    assert!(told.contains("--implicit") && told.contains("--rating-column"), "{told}");
    let (_, counted, _) = import(events, &["--implicit"]);
    assert_eq!(counted, "user,item,rating,timestamp\na,x,2,\nb,x,1,\n");
    let (summary, once, _) = import(events, &["--implicit=once"]);
    assert_eq!(once, "user,item,rating,timestamp\na,x,1,\nb,x,1,\n");
    assert_eq!(summary["duplicates"], 1);
}

#[test]
fn titles_encodings_and_timestamps_have_options() {
    let latin = b"user,item,rating,timestamp\nZo\xeb,x,3,soon\n";
    assert!(refused(latin, &["--timestamp-column", "-"], 1).contains("--encoding"));
    let flags = ["--timestamp-column", "-", "--encoding", "latin1", "--items", "titles.csv"];
    let folder = tempfile::tempdir().unwrap();
    command(&folder, latin, &flags).assert().success();
    let found = likemind(&folder).args(["items", "--query", "heat"]).assert().success();
    let found = String::from_utf8(found.get_output().stdout.clone()).unwrap();
    assert!(found.contains("Heat") && found.contains("1995"), "{found}");
    likemind(&folder).args(["facts", "--user", "Zoë"]).assert().success();
}
