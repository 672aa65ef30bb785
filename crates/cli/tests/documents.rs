//! The documents show commands that exist, code that compiles, and results that are true.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn document(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A folder in which a shell finds `likemind`.
struct Shell {
    folder: TempDir,
    path: String,
}

impl Shell {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bin = folder.path().join("bin");
        fs::create_dir(&bin).unwrap();
        let command = bin.join("likemind");
        // Progress depends on the speed of the machine.
        let program = env!("CARGO_BIN_EXE_likemind");
        let script = format!("#!/bin/sh\nexec '{program}' --progress none \"$@\"\n");
        fs::write(&command, script).unwrap();
        fs::set_permissions(&command, fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
        Self { folder, path }
    }

    fn run(&self, script: &str) -> Output {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]).current_dir(self.folder.path()).env("PATH", &self.path);
        shell.env_remove("LIKEMIND_DB").output().unwrap()
    }
}

/// A fenced block with its language, and the line before it that is not empty.
struct Block<'a> {
    before: &'a str,
    language: &'a str,
    text: String,
}

fn blocks(document: &str) -> Vec<Block<'_>> {
    let (mut blocks, mut before) = (Vec::new(), "");
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let text = lines.by_ref().take_while(|&line| line != "```");
            let text = text.map(|line| format!("{line}\n")).collect();
            blocks.push(Block { before, language, text });
            before = line;
        } else if !line.is_empty() {
            before = line;
        }
    }
    blocks
}

fn without_trailing_blanks(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// A block below a line such as `ratings.csv`: is that file, a block `sh` runs, and a block `text` after
/// it is what it prints, first to standard error. Without such a block it must succeed.
#[test]
fn commands_on_your_data_do_what_the_page_shows() {
    let (shell, page) = (Shell::new(), document("docs/YOUR-DATA.md"));
    let blocks = blocks(&page);
    for (position, block) in blocks.iter().enumerate() {
        let name = block.before.strip_prefix('`').and_then(|line| line.strip_suffix("`:"));
        if let Some(name) = name {
            fs::write(shell.folder.path().join(name), &block.text).unwrap();
        }
        if block.language != "sh" {
            continue;
        }
        let shown = blocks
            .get(position + 1)
            .filter(|next| next.before == "```sh" && next.language == "text");
        let options = if shown.is_some() { "" } else { "set -e\n" };
        let output = shell.run(&format!("{options}{}", block.text));
        // Messages are written on a thread of their own, so their order is left to chance.
        let printed = [output.stderr.as_slice(), &output.stdout].concat();
        let printed = without_trailing_blanks(&String::from_utf8_lossy(&printed));
        match shown {
            Some(shown) => assert_eq!(printed, shown.text, "{}", block.text),
            None => assert!(output.status.success(), "{}\n{output:?}", block.text),
        }
    }
}

/// The commands in shell blocks and between backticks, up to a pipe, a redirection or a comment.
fn commands(document: &str) -> Vec<String> {
    let mut commands = Vec::new();
    for block in blocks(document) {
        if block.language == "sh" {
            let text = block.text.replace("\\\n", " ");
            commands.extend(text.lines().map(|line| line.trim_start().to_owned()));
        }
    }
    let inline =
        document.split("```").step_by(2).flat_map(|text| text.split('`').skip(1).step_by(2));
    commands.extend(inline.map(|code| code.split_whitespace().collect::<Vec<_>>().join(" ")));
    let until = |command: String| {
        command.split(['|', '>', '#', ';', '&', '\\']).next().unwrap_or_default().trim().to_owned()
    };
    let commands = commands.into_iter().filter(|command| command.starts_with("likemind "));
    let complete = |command: &String| !command.contains('$') && !command.contains(" help ");
    commands.map(until).filter(complete).collect()
}

#[test]
fn commands_in_documents_exist() {
    let shell = Shell::new();
    let mut found = 0;
    for name in [
        "README.md",
        "BENCHMARKS.md",
        "CONTRIBUTING.md",
        "deploy/README.md",
        "docs/ACCURACY.md",
        "docs/FROM-SURPRISE.md",
        "docs/MUSIC.md",
        "docs/YOUR-DATA.md",
    ] {
        for command in commands(&document(name)) {
            found += 1;
            // Options are checked, and then the help is printed instead of running the command.
            let output = shell.run(&format!("{command} --help"));
            assert!(output.status.success(), "{name}: {command}\n{output:?}");
        }
    }
    assert!(found > 80, "{found}");
}

#[test]
fn from_surprise_quotes_the_example() {
    let example = document("crates/data/examples/from_surprise.rs");
    let (_, code) = example.split_once("\n\n").expect("a doc line, an empty line, then the code");
    let page = document("docs/FROM-SURPRISE.md");
    assert!(
        page.contains(&format!("```rust\n{code}```")),
        "docs/FROM-SURPRISE.md differs from crates/data/examples/from_surprise.rs"
    );
}
