//! A folder in which commands are started, observed and killed.

use super::until;
use assert_cmd::cargo::cargo_bin;
use serde_json::Value;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A folder with two files of ratings, and the undisturbed times of commands.
pub(crate) struct Arena {
    folder: TempDir,
    pub(crate) import: Duration,
    pub(crate) fit: Duration,
    /// The digest of a model fitted to all ratings.
    pub(crate) digest: String,
}

/// Options of a slow fit with frequent checkpoints.
pub(crate) const FIT: &[&str] =
    &["fit", "-k", "20", "--threads", "1", "--checkpoint-every", "0.05"];
/// Options of a fit that pauses after its first tile for longer than any test, so that it never ends by itself.
pub(crate) const ENDLESS: &[&str] =
    &["fit", "-k", "20", "--threads", "1", "--checkpoint-every", "0.05", "--rest", "3600"];

impl Arena {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (import, fit, digest) = (Duration::ZERO, Duration::ZERO, String::new());
        let mut arena = Self { folder, import, fit, digest };
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

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn command(&self, db: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(cargo_bin!("likemind"));
        command.current_dir(self.path()).args(["--db", db, "--format", "json"]).args(arguments);
        command.env("LIKEMIND_KERNEL", "sparse").stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn done(&self, db: &str, arguments: &[&str]) -> Value {
        let output = self.command(db, arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
    }

    pub(crate) fn timed(&self, db: &str, arguments: &[&str]) -> Duration {
        let begun = Instant::now();
        self.done(db, arguments);
        begun.elapsed()
    }

    pub(crate) fn models(&self, db: &str) -> Vec<Value> {
        self.done(db, &["models", "list"]).as_array().unwrap().clone()
    }

    /// Starts a fit that does not end by itself, and waits until it is computing.
    pub(crate) fn endless(&self, db: &str) -> Child {
        let mut fit = self.command(db, ENDLESS).spawn().unwrap();
        self.computes(db, &mut fit);
        fit
    }

    /// Waits until a fit has compared some pairs.
    pub(crate) fn computes(&self, db: &str, fit: &mut Child) {
        until(fit, || self.job(db)["tiles_done"].as_u64().is_some_and(|tiles| tiles > 0));
    }

    /// The latest job.
    pub(crate) fn job(&self, db: &str) -> Value {
        let jobs = self.done(db, &["jobs", "list"]);
        jobs.as_array().unwrap().last().cloned().unwrap_or_default()
    }
}

/// Sends a signal given as an option of `kill`, such as `-TERM`.
pub(crate) fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// Kills a process with SIGKILL.
pub(crate) fn kill(mut child: Child) -> Output {
    child.kill().unwrap();
    child.wait_with_output().unwrap()
}
