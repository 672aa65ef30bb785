//! `serve` as a process, and the commands that use it.

mod common;

use common::served::{Served, command};
use serde_json::Value;
use std::path::Path;
use std::process::Output;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

/// Number of acknowledged ratings before the service is killed.
const RATINGS: usize = 500;

fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let output = run(folder, &[arguments, &["--format", "json"]].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A folder with a database whose job has a dozen tiles.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let generate = ["generate", "--like", "ml-1m", "--fraction", "0.3", "--out", "r.csv"];
    assert!(run(folder.path(), &generate).status.success());
    assert!(run(folder.path(), &["import", "r.csv"]).status.success());
    folder
}

const SERVE: &[&str] = &["serve", "--listen", "127.0.0.1:0"];
/// Options of a service whose jobs pause after their first tile for longer than any test takes.
const SERVE_ENDLESS: &[&str] =
    &["serve", "--listen", "127.0.0.1:0", "--job-threads", "1", "--job-rest", "3600"];

#[test]
fn a_kill_under_load_loses_no_acknowledged_rating_and_the_job_is_resumed() {
    let folder = folder();
    let served = Served::start(folder.path(), SERVE_ENDLESS);
    let detached = json(folder.path(), &["fit", "--detach", "--server", &served.url]);
    assert_eq!((&detached["job"], &detached["state"]), (&1.into(), &"running".into()));
    let (acknowledged, stop) = (Mutex::new(Vec::new()), AtomicBool::new(false));
    thread::scope(|scope| {
        for writer in 0..4 {
            let (served, acknowledged, stop) = (&served, &acknowledged, &stop);
            scope.spawn(move || {
                for number in 0.. {
                    let rating = f64::from(number % 5 + 1);
                    let path = format!("/v1/users/writer-{writer}/ratings/{}", number + 1);
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    if served.put(&path, &format!("{{\"rating\": {rating}}}")) {
                        acknowledged.lock().unwrap().push((path, rating));
                    }
                }
            });
        }
        while acknowledged.lock().unwrap().len() < RATINGS {
            thread::sleep(Duration::from_millis(5));
        }
        // While they are writing.
        served.signal("-KILL");
        stop.store(true, Ordering::Relaxed);
    });
    served.wait();

    let served = Served::start(folder.path(), SERVE);
    let acknowledged = acknowledged.into_inner().unwrap();
    assert!(acknowledged.len() >= RATINGS);
    for (path, rating) in acknowledged {
        let found = served.get(&path).unwrap_or_else(|| panic!("{path} is lost"));
        assert_eq!(found["rating"], rating, "{path}");
    }
    let watched = json(folder.path(), &["jobs", "watch", "1", "--server", &served.url]);
    assert_eq!((&watched["state"], &watched["model"]), (&"done".into(), &1.into()));
    let models = served.get("/v1/models").unwrap();
    assert_eq!(models["models"][0]["exact"], true, "with the ratings that came meanwhile");
    served.kill();
}

/// Sends SIGTERM. Returns the exit code.
fn ended(served: Served) -> Option<i32> {
    served.signal("-TERM");
    served.wait()
}

#[test]
fn a_signal_ends_the_service_and_saves_its_job() {
    let folder = folder();
    let served = Served::start(folder.path(), SERVE_ENDLESS);
    json(folder.path(), &["fit", "--detach", "--server", &served.url]);
    assert_eq!(ended(served), Some(0));
    assert_eq!(json(folder.path(), &["jobs", "list"])[0]["state"], "queued");
    let served = Served::start(folder.path(), SERVE_ENDLESS);
    let cancelled = json(folder.path(), &["jobs", "cancel", "1", "--server", &served.url]);
    assert_eq!(cancelled["job"], 1);
    let watched = run(folder.path(), &["jobs", "watch", "--server", &served.url]);
    let said = String::from_utf8(watched.stderr).unwrap();
    assert!(!watched.status.success() && said.contains("cancelled"), "{said}");
    let listed = json(folder.path(), &["jobs", "list", "--server", &served.url]);
    assert_eq!(listed[0]["state"], "cancelled");
    assert_eq!(ended(served), Some(0));
}

#[test]
fn the_demo_can_serve_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(folder.path(), &["demo", "--serve", "--listen", "127.0.0.1:0"]);
    let list = served.get("/v1/users/Ada/recommendations?explain=true").unwrap();
    assert_eq!(list["recommendations"][0]["source"], "neighbours");
    let health = run(folder.path(), &["health", "--ready", "--server", &served.url]);
    assert!(health.status.success());
    let url = served.url.clone();
    served.kill();
    let health = run(folder.path(), &["health", "--server", &url]);
    assert_eq!(health.status.code(), Some(1));
}

#[test]
fn tokens_come_from_files_and_variables() {
    let folder = tempfile::tempdir().unwrap();
    let open = run(folder.path(), &["serve", "--listen", "0.0.0.0:0"]);
    let said = String::from_utf8(open.stderr).unwrap();
    assert!(open.status.code() == Some(1) && said.contains("LIKEMIND_TOKEN"), "{said}");

    std::fs::write(folder.path().join("token"), "secret\n").unwrap();
    std::fs::write(folder.path().join("none"), "\n").unwrap();
    let empty = run(folder.path(), &["serve", "--token-file", "none"]);
    let said = String::from_utf8(empty.stderr).unwrap();
    assert!(empty.status.code() == Some(1) && said.contains("none: expected a token"), "{said}");

    assert!(run(folder.path(), &["demo"]).status.success());
    let serve =
        ["--db", "likemind-demo.db", "serve", "--listen", "127.0.0.1:0", "--token-file", "token"];
    let served = Served::start(folder.path(), &serve);
    let jobs = ["jobs", "list", "--server", &served.url];
    let refused = String::from_utf8(run(folder.path(), &jobs).stderr).unwrap();
    assert!(refused.contains("401"), "{refused}");
    let listed = command(folder.path(), &jobs).env("LIKEMIND_TOKEN", "secret").output().unwrap();
    assert!(listed.status.success());
    assert!(json(folder.path(), &[&jobs[..], &["--token-file", "token"]].concat()).is_array());
    served.kill();
}
