//! Commands are killed at random moments: nothing acknowledged is lost, nothing is half done.
//!
//! `cargo test` kills 30 times; `cargo test -p likemind-cli --test kills -- --ignored` 500 times.

mod common;

use assert_cmd::cargo::cargo_bin;
use common::until;
use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
#[cfg(target_os = "linux")]
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The times at which processes are killed, from a seed.
struct Random(u64);

impl Random {
    /// A part of a time, up to the whole and a little more.
    fn moment(&mut self, whole: Duration) -> Duration {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        whole.mul_f64((self.0 >> 33) as f64 / f64::from(1_u32 << 31) * 1.05)
    }
}

/// A folder with two files of ratings, and how long the commands take that nobody kills.
struct Arena {
    folder: TempDir,
    random: Random,
    import: Duration,
    fit: Duration,
    /// The digest of the model of all ratings.
    digest: String,
}

/// Slow on purpose, so that there is something to interrupt; and checkpoints come often.
const FIT: &[&str] = &["fit", "-k", "20", "--threads", "1", "--checkpoint-every", "0.05"];
/// Rests after its first tile for longer than any test takes, so that it never ends by itself.
const ENDLESS: &[&str] =
    &["fit", "-k", "20", "--threads", "1", "--checkpoint-every", "0.05", "--rest", "3600"];

impl Arena {
    fn new(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (import, fit, digest) = (Duration::ZERO, Duration::ZERO, String::new());
        let mut arena = Self { folder, random: Random(seed), import, fit, digest };
        for (name, fraction, seed) in [("first.csv", "0.02", "1"), ("second.csv", "0.2", "2")] {
            let like = ["generate", "--like", "ml-1m", "--out", name, "--fraction", fraction];
            arena.done("none.db", &[&like[..], &["--seed", seed]].concat());
        }
        arena.import = arena.timed("reference.db", &["import", "first.csv"]);
        arena.import = arena.timed("reference.db", &["import", "second.csv"]);
        arena.fit = arena.timed("reference.db", FIT);
        arena.digest = arena.models("reference.db")[0]["digest"].as_str().unwrap().to_owned();
        arena
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn command(&self, db: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(cargo_bin!("likemind"));
        command.current_dir(self.path()).args(["--db", db, "--format", "json"]).args(arguments);
        command.env("LIKEMIND_KERNEL", "sparse").stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn done(&self, db: &str, arguments: &[&str]) -> Value {
        let output = self.command(db, arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
    }

    fn timed(&self, db: &str, arguments: &[&str]) -> Duration {
        let begun = Instant::now();
        self.done(db, arguments);
        begun.elapsed()
    }

    fn models(&self, db: &str) -> Vec<Value> {
        self.done(db, &["models", "list"]).as_array().unwrap().clone()
    }

    /// Runs a command that is killed at a random moment, if it is not done by then.
    fn killed(&mut self, db: &str, arguments: &[&str], usual: Duration) -> Output {
        let child = self.command(db, arguments).spawn().unwrap();
        sleep(self.random.moment(usual));
        kill(child)
    }

    /// What must hold after every kill.
    fn check(&self, db: &str) {
        assert_eq!(sound(&self.path().join(db)), "ok");
        // A model that is there is whole: its neighbours are held against their digest.
        for model in self.models(db).iter().filter(|model| model["active"] == true) {
            let out = self.path().join("neighbours.csv");
            let side = model["side"].as_str().unwrap();
            self.done(
                db,
                &["export", "neighbours", "--side", side, "--out", out.to_str().unwrap()],
            );
        }
    }
}

/// Ends a process as the system does that has no memory left: it notices nothing.
fn kill(mut child: Child) -> Output {
    child.kill().unwrap();
    child.wait_with_output().unwrap()
}

fn sound(db: &Path) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(db).create_if_missing(true);
        let mut connection: SqliteConnection = options.connect().await.unwrap();
        sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await.unwrap()
    })
}

/// Kills an import into a database that has ratings: it has the import's too, or as before.
fn kill_import(arena: &mut Arena, round: usize) {
    let db = format!("import-{round}.db");
    arena.done(&db, &["import", "first.csv"]);
    let before = ratings(arena, &db);
    let output = arena.killed(&db, &["import", "second.csv"], arena.import);
    arena.check(&db);
    let now = ratings(arena, &db);
    let whole = ratings(arena, "reference.db");
    assert!(now == whole || now == before && !output.status.success(), "{now} of {whole}");
    arena.done(&db, &["import", "second.csv"]);
    assert_eq!(ratings(arena, &db), whole);
}

fn ratings(arena: &Arena, db: &str) -> u64 {
    let out = arena.path().join("ratings.csv");
    let exported = arena.done(db, &["export", "ratings", "--out", out.to_str().unwrap()]);
    exported["rows"].as_u64().unwrap()
}

/// Kills a fit and lets the next one go on, and so on until one is done. Returns the kills.
fn kill_fit(arena: &mut Arena, round: usize) -> usize {
    let db = format!("fit-{round}.db");
    arena.done(&db, &["import", "first.csv"]);
    arena.done(&db, &["import", "second.csv"]);
    for kills in 1.. {
        let output = arena.killed(&db, FIT, arena.fit / 2);
        arena.check(&db);
        let models = arena.models(&db);
        assert!(models.iter().all(|model| model["digest"] == arena.digest), "{models:?}");
        if !models.is_empty() || kills == 20 {
            let fitted = arena.done(&db, FIT);
            assert_eq!(fitted["digest"], arena.digest, "{output:?}");
            return kills;
        }
    }
    unreachable!("there is an end to the kills")
}

/// Kills single ratings: those that were acknowledged are there.
fn kill_ratings(arena: &mut Arena, kills: usize) {
    arena.done("rate.db", &["import", "first.csv"]);
    let usual = arena.timed("rate.db", &["rate", "--new", "--user", "1", "--item", "new 0", "4"]);
    for round in 1..=kills {
        let item = format!("new {round}");
        let output =
            arena.killed("rate.db", &["rate", "--new", "--user", "1", "--item", &item, "5"], usual);
        arena.check("rate.db");
        let predicted = ["export", "ratings", "--out", "ratings.csv"];
        arena.done("rate.db", &predicted);
        let text = std::fs::read_to_string(arena.path().join("ratings.csv")).unwrap();
        let is_there = text.contains(&format!("1,{item},5"));
        let acknowledged = !output.stdout.is_empty();
        assert!(is_there || !acknowledged, "{item} was acknowledged");
    }
}

/// A third of the kills each.
fn kill_everything(seed: u64, kills: usize) {
    let mut arena = Arena::new(seed);
    for round in 0..kills / 3 {
        kill_import(&mut arena, round);
        std::fs::remove_file(arena.path().join(format!("import-{round}.db"))).unwrap();
    }
    kill_ratings(&mut arena, kills / 3);
    let (mut fit_kills, mut round) = (0, 0);
    while fit_kills < kills / 3 {
        fit_kills += kill_fit(&mut arena, round);
        round += 1;
    }
}

#[test]
fn thirty_kills_lose_nothing() {
    kill_everything(1, 30);
}

#[test]
#[ignore = "takes some minutes"]
fn five_hundred_kills_lose_nothing() {
    kill_everything(2, 500);
}

#[test]
fn two_fits_at_once() {
    let arena = Arena::new(3);
    arena.done("two.db", &["import", "second.csv"]);
    let mut one = arena.command("two.db", ENDLESS).spawn().unwrap();
    let has_begun = || !arena.done("two.db", &["jobs", "list"]).as_array().unwrap().is_empty();
    until(&mut one, has_begun);
    let refused = arena.command("two.db", FIT).output().unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    let holder = format!("process {}", one.id());
    assert!(said.contains(&holder) && said.contains("since") && said.contains("UTC"), "{said}");
    kill(one);
    arena.done("two.db", FIT);
}

#[cfg(unix)]
#[test]
fn a_signal_stops_a_fit_that_goes_on_later() {
    let arena = Arena::new(4);
    for (db, signal, code) in [("int.db", "-INT", 130), ("term.db", "-TERM", 143)] {
        arena.done(db, &["import", "second.csv"]);
        arena.done(db, &["import", "first.csv"]);
        let mut child = arena.command(db, ENDLESS).spawn().unwrap();
        let begun = |jobs: &Value| jobs[0]["tiles_done"].as_u64().is_some_and(|tiles| tiles > 0);
        until(&mut child, || begun(&arena.done(db, &["jobs", "list"])));
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.contains("% with: likemind --db"), "{said}");
        let job = &arena.done(db, &["jobs", "list"])[0];
        assert_eq!(job["state"], "queued");
        let again = arena.command(db, FIT).output().unwrap();
        assert!(again.status.success());
        let said = String::from_utf8(again.stderr).unwrap();
        assert!(said.contains("going on with job 1"), "{said}");
        let jobs = arena.done(db, &["jobs", "list"]);
        assert_eq!((jobs.as_array().unwrap().len(), &jobs[0]["state"]), (1, &"done".into()));
    }
}

/// Standard errors that take nothing: a full device, a pipe that nobody reads, and one that nobody can.
#[cfg(target_os = "linux")]
fn deaf_ends() -> Vec<(&'static str, Stdio, Option<std::io::PipeReader>)> {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let (unread, mut to_unread) = std::io::pipe().unwrap();
    // As much as a pipe holds.
    to_unread.write_all(&[b' '; 65_536]).unwrap();
    let (_, to_nobody) = std::io::pipe().unwrap();
    vec![
        ("full", full.into(), None),
        ("unread", to_unread.into(), Some(unread)),
        ("broken", to_nobody.into(), None),
    ]
}

#[cfg(target_os = "linux")]
#[test]
fn a_signal_stops_a_fit_whatever_becomes_of_what_it_says() {
    let arena = Arena::new(5);
    for (name, deaf, unread) in deaf_ends() {
        let db = &format!("{name}.db");
        arena.done(db, &["import", "second.csv"]);
        let arguments = [ENDLESS, &["--progress", "json"]].concat();
        let mut child = arena.command(db, &arguments).stderr(deaf).spawn().unwrap();
        let begun = |jobs: &Value| jobs[0]["tiles_done"].as_u64().is_some_and(|tiles| tiles > 0);
        until(&mut child, || begun(&arena.done(db, &["jobs", "list"])));
        let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        assert_eq!(child.wait().unwrap().code(), Some(143), "{name}");
        drop(unread);
        assert_eq!(arena.done(db, &["jobs", "list"])[0]["state"], "queued", "{name}");
    }
}
