//! Commands do their work and do not panic, whatever happens to their outputs.
#![cfg(target_os = "linux")]

#[path = "common/deaf.rs"]
mod deaf;
#[path = "common/folder.rs"]
mod folder;

use assert_cmd::cargo::cargo_bin;
use deaf::{Deaf, deaf_ends};
use folder::Folder;
use std::process::{Command, Output, Stdio};

/// All commands that end by themselves, in an order in which all of them succeed.
const COMMANDS: [&str; 25] = [
    "generate --like ml-100k --fraction 0.02 --seed 3 --out made.csv",
    "import made.csv --progress json",
    "scale",
    "fit -k 5 --progress json",
    "fit -k 5 --side items --progress bar",
    "neighbours --user 1",
    "similarity --users 1 2",
    "items --query 1",
    "recommend --user 1 --explain --format table",
    "recommend --all --out lists.jsonl",
    "predict --user 1 --item 1",
    "facts --user 1",
    "evaluate --folds 2 --progress json",
    "export ratings --out ratings.csv",
    "export neighbours --out neighbours.csv --format csv",
    "backup copy.db",
    "backup -",
    "rate --user 1 --item 1 4",
    "verify --progress json",
    "forget --user 1",
    "models list",
    "jobs list --format csv",
    "jobs watch",
    "completions bash",
    "demo --db demo.db",
];

fn command(folder: &Folder, line: &str) -> Command {
    let mut command = Command::new(cargo_bin!("likemind"));
    command.current_dir(folder.0.path()).env_remove("LIKEMIND_DB");
    command.args(line.split(' ')).stdin(Stdio::null());
    command
}

/// The outputs of all commands with standard streams configured by `set`.
fn all(set: impl Fn(&mut Command)) -> Vec<(&'static str, Output)> {
    let folder = Folder::new();
    let done = |line: &&'static str| {
        // A backup does not overwrite an existing file.
        let _ = std::fs::remove_file(folder.0.path().join("copy.db"));
        let mut command = command(&folder, line);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        set(&mut command);
        (*line, command.output().unwrap())
    };
    COMMANDS.iter().map(done).collect()
}

#[test]
fn work_is_done_whatever_happens_to_standard_error() {
    for Deaf { name, end, unread } in deaf_ends() {
        let ran = all(|command| {
            command.stderr(end.try_clone().unwrap());
        });
        for (line, output) in ran {
            assert!(output.status.success(), "{line}, {name}: {:?}", output.status);
            assert!(!output.stdout.is_empty() || line.contains("--out"), "{line}, {name}");
        }
        drop(unread);
    }
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let ran = all(|command| {
        command.stdout(std::io::pipe().unwrap().1);
    });
    for (line, output) in ran {
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line}: {said}");
        assert!(!said.contains("panicked") && !said.contains("ipe"), "{line}: {said}");
    }
}

#[test]
fn a_full_output_is_reported_and_the_work_is_done() {
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ran = all(|command| {
        command.stdout(full());
    });
    for (line, output) in ran {
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{line}: {said}");
        assert!(
            said.contains("expected to write the results to standard output"),
            "{line}: {said}"
        );
    }
}

#[test]
fn closed_streams_do_not_matter_to_a_command() {
    let folder = Folder::new();
    for line in COMMANDS {
        let _ = std::fs::remove_file(folder.0.path().join("copy.db"));
        let plain = command(&folder, line);
        let mut closed = Command::new("sh");
        closed.current_dir(folder.0.path()).args(["-c", "exec \"$0\" \"$@\" >&- 2>&- <&-"]);
        closed.arg(plain.get_program()).args(plain.get_args());
        assert!(closed.status().unwrap().success(), "{line}");
    }
    // Their files are intact: no database used the descriptor of a closed stream.
    folder.json(&["verify"]);
}
