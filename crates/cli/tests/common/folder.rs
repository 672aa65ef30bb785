//! A folder for running commands.

// Not every test file uses all of it.
#![allow(dead_code)]

use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use tempfile::TempDir;

/// A folder with a database.
pub(crate) struct Folder(pub(crate) TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("likemind").unwrap();
        command.current_dir(self.0.path()).env_remove("LIKEMIND_DB");
        command.args(["--format", "json"]).args(arguments);
        command
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        self.json_and_notes(arguments).0
    }

    /// Runs a command. Returns its JSON result and its messages.
    pub(crate) fn json_and_notes(&self, arguments: &[&str]) -> (Value, String) {
        let output = self.command(arguments).assert().success().get_output().clone();
        let notes = String::from_utf8(output.stderr).unwrap();
        (serde_json::from_slice(&output.stdout).unwrap(), notes)
    }

    pub(crate) fn failure(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).assert().code(1).get_output().clone();
        String::from_utf8(output.stderr).unwrap()
    }

    pub(crate) fn import(&self, name: &str, text: &str) -> Value {
        self.write(name, text);
        self.json(&["import", name])
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).unwrap();
    }
}
