//! A rehearsed upgrade of a database: this version opens a database of an earlier schema, a running job is
//! stopped like that of a replaced pod, and the next process resumes it.
#![cfg(unix)]

mod common;

use assert_cmd::cargo::cargo_bin;
use common::until;
use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// Frequent checkpoints.
const FIT: &[&str] = &["fit", "-k", "1", "--threads", "1", "--checkpoint-every", "0.05"];
/// A pause after the first tile that is longer than any test, so that the job never ends by itself.
const ENDLESS: &[&str] =
    &["fit", "-k", "1", "--threads", "1", "--checkpoint-every", "0.05", "--rest", "3600"];

type Ratings = BTreeMap<(String, String), String>;

struct Upgrade {
    folder: TempDir,
    /// All acknowledged ratings, by user and item.
    acknowledged: Ratings,
}

impl Upgrade {
    /// Starts with a database of an earlier schema.
    fn from(fixture: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::copy(fixture, folder.path().join("live.db")).unwrap();
        let acknowledged = raw_ratings(&folder.path().join("live.db"));
        assert_eq!(acknowledged.len(), 10);
        Self { folder, acknowledged }
    }

    fn command(&self, db: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(cargo_bin!("likemind"));
        command.current_dir(self.folder.path()).args(["--db", db, "--format", "json"]);
        command.args(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, db: &str, arguments: &[&str]) -> Output {
        let output = self.command(db, arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", said(&output));
        output
    }

    fn json(&self, db: &str, arguments: &[&str]) -> Value {
        serde_json::from_slice(&self.run(db, arguments).stdout).unwrap()
    }

    /// Imports ratings of many users.
    fn import_many(&mut self) {
        let like = ["generate", "--like", "ml-1m", "--fraction", "0.3", "--out", "many.csv"];
        self.run("live.db", &like);
        self.run("live.db", &["import", "many.csv"]);
        let text = fs::read_to_string(self.folder.path().join("many.csv")).unwrap();
        self.acknowledged.extend(rows(&text));
    }

    fn rate(&mut self, user: &str, item: &str, rating: &str) {
        let rated =
            self.json("live.db", &["rate", "--new", "--user", user, "--item", item, rating]);
        assert_eq!(rated["rating"].to_string().trim_end_matches(".0"), rating);
        self.acknowledged.insert((user.to_owned(), item.to_owned()), rating.to_owned());
    }

    fn ratings(&self) -> Ratings {
        self.run("live.db", &["export", "ratings", "--out", "ratings.csv"]);
        rows(&fs::read_to_string(self.folder.path().join("ratings.csv")).unwrap()).collect()
    }

    fn newest_job(&self) -> Value {
        let jobs = self.json("live.db", &["jobs", "list"]);
        jobs.as_array().unwrap().last().cloned().unwrap_or(Value::Null)
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// User, item and rating of the rows of a CSV file with a header.
fn rows(text: &str) -> impl Iterator<Item = ((String, String), String)> {
    text.lines().skip(1).map(|line| {
        let mut fields = line.split(',').map(str::to_owned);
        let mut next = || fields.next().unwrap();
        ((next(), next()), next().trim_end_matches(".0").to_owned())
    })
}

/// The ratings of a database of any schema, read with plain SQL.
fn raw_ratings(file: &Path) -> Ratings {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let rows: Vec<(String, String, f64)> = runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(file);
        let mut connection: SqliteConnection = options.connect().await.unwrap();
        let named = "SELECT users.id, items.id, rating FROM ratings \
                     JOIN users ON users.idx = user JOIN items ON items.idx = item";
        sqlx::query_as(named).fetch_all(&mut connection).await.unwrap()
    });
    rows.into_iter().map(|(user, item, rating)| ((user, item), rating.to_string())).collect()
}

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/tests/fixtures");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.filter(|file| file.extension().is_some_and(|end| end == "db")).collect()
}

#[test]
fn no_acknowledged_rating_is_lost_and_the_job_is_resumed() {
    let fixtures = fixtures();
    assert!(!fixtures.is_empty());
    for fixture in fixtures {
        let mut upgrade = Upgrade::from(&fixture);
        // The new binary migrates the database and accepts ratings.
        upgrade.rate("ada", "seen since", "4");
        assert_eq!(upgrade.ratings(), upgrade.acknowledged);
        upgrade.import_many();

        // A running job, ratings meanwhile, and the end of the pod.
        let mut fit = upgrade.command("live.db", ENDLESS).spawn().unwrap();
        let has_tiles = || upgrade.newest_job()["tiles_done"].as_u64().is_some_and(|n| n > 0);
        until(&mut fit, has_tiles);
        upgrade.rate("bob", "while a job runs", "2");
        let told = Command::new("kill").args(["-TERM", &fit.id().to_string()]).status().unwrap();
        assert!(told.success());
        let stopped = fit.wait_with_output().unwrap();
        assert_eq!(stopped.status.code(), Some(143), "{}", said(&stopped));
        let job = upgrade.newest_job();
        assert_eq!(job["state"], "queued");
        assert!(job["work_done"].as_f64().unwrap() > 0.0, "{job}");
        upgrade.rate("cyd", "between two pods", "5");

        // The next pod.
        let fitted = upgrade.run("live.db", FIT);
        let number = job["job"].as_u64().unwrap();
        assert!(said(&fitted).contains(&format!("resuming job {number} at")), "{}", said(&fitted));
        let done = upgrade.newest_job();
        assert_eq!((&done["job"], &done["state"]), (&job["job"], &"done".into()));
        assert_eq!(upgrade.ratings(), upgrade.acknowledged);

        // The model equals that of an uninterrupted fit to all ratings.
        let fitted: Value = serde_json::from_slice(&fitted.stdout).unwrap();
        upgrade.run("live.db", &["backup", "copy.db"]);
        assert_eq!(upgrade.json("copy.db", FIT)["digest"], fitted["digest"]);
    }
}
