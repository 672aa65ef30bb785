//! Reading a damaged Parquet file does not end the process, prints nothing, and needs little
//! memory.
//!
//! Damaged files are read in a child process, which runs this binary again with limited memory. An
//! abort ends only the child, which prints the number of each file before reading it.
#![cfg(target_os = "linux")]

mod bombs;
mod layouts;
mod mutants;
#[path = "../common/parquet.rs"]
mod written;

use likemind_data::{ReadOptions, read_from};
use std::ops::Range;
use std::process::Command;
use std::{env, fs};

/// Memory limit of the child, including code and stacks, in KiB.
const MEMORY: u64 = 1 << 20;

/// The environment variable with the task of the child: a range of mutants, or the path of a file.
const TASK: &str = "LIKEMIND_TEST_READS";

/// The error text for a caught panic; none is expected.
const CAUGHT: &str = "damaged Parquet data";

#[test]
fn reads_undamaged_files() {
    for layout in layouts::all() {
        let read = read_from(&*layout.bytes, "t.parquet", &layout.options);
        assert!(read.is_ok(), "{}: {:?}", layout.name, read.err());
    }
}

#[test]
fn survives_few_mutants() {
    read_mutants(0..2_000);
}

#[test]
#[ignore = "two minutes: .ci/full parquet-mutations"]
fn survives_many_mutants() {
    read_mutants(2_000..2_000 + mutant_count());
}

/// Number of mutants: the value of `LIKEMIND_MUTANTS`, or 1,000,000.
fn mutant_count() -> u64 {
    env::var("LIKEMIND_MUTANTS")
        .map_or(1_000_000, |count| count.parse().expect("LIKEMIND_MUTANTS is a number"))
}

/// Reads all mutants in child processes. If a mutant ends a child, another child reads the rest.
#[track_caller]
fn read_mutants(numbers: Range<u64>) {
    let (mut next, mut faults) = (numbers.start, Vec::new());
    while next < numbers.end {
        let child = Child::run(&format!("{next}..{}", numbers.end));
        faults.extend(child.lines("fault "));
        let last: u64 = child.lines("reads ").last().map_or(next, |last| last.parse().unwrap());
        if !child.succeeded || child.stderr.contains("panicked") {
            faults.push(format!("{last} ended the child: {}", child.stderr));
        }
        assert!(faults.len() < 50, "{faults:#?}");
        next = last + 1;
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The result of a child process that has ended.
pub(crate) struct Child {
    succeeded: bool,
    stdout: String,
    stderr: String,
}

impl Child {
    /// Runs this binary again with a task and limited memory.
    fn run(task: &str) -> Self {
        let limited = format!("ulimit -c 0; ulimit -v {MEMORY}; exec \"$0\" \"$@\"");
        let output = Command::new("sh")
            .args(["-c", &limited])
            .arg(env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "--test-threads=1", "child_process"])
            .env(TASK, task)
            .output()
            .unwrap();
        Self {
            succeeded: output.status.success(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Returns the rest of each output line that starts with `start`.
    fn lines(&self, start: &str) -> Vec<String> {
        self.stdout.lines().filter_map(|line| line.strip_prefix(start)).map(str::to_owned).collect()
    }
}

#[test]
#[ignore = "run by the other tests as a child process"]
fn child_process() {
    let Ok(task) = env::var(TASK) else { return };
    println!();
    if let Some((from, to)) = task.split_once("..") {
        read_mutants_here(from.parse().unwrap()..to.parse().unwrap());
    } else {
        let bytes = fs::read(task).unwrap();
        println!("bytes {}", bytes.len());
        match read_from(&*bytes, "t.parquet", &ReadOptions::default()) {
            Ok(data) => println!("ratings {}", data.ratings.len()),
            Err(error) => println!("error {error}"),
        }
    }
}

fn read_mutants_here(numbers: Range<u64>) {
    let layouts = layouts::all();
    let mut rejected = 0;
    for number in numbers.clone() {
        println!("reads {number}");
        let (layout, bytes) = mutants::mutant(&layouts, number);
        if let Err(error) = read_from(&*bytes, "t.parquet", &layout.options) {
            rejected += 1;
            if error.to_string().contains(CAUGHT) {
                println!("fault {number} of {}: a panic", layout.name);
            }
        }
    }
    println!("rejected {rejected} of {}", numbers.count());
}
