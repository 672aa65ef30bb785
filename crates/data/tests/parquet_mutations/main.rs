//! A damaged Parquet file ends no process, prints nothing, and takes little memory.
//!
//! What is damaged is read by a child of the test, this binary again, in little memory: an abort ends the
//! child alone, which says before each file what it reads.
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

/// Memory that the child may take, code and stacks too, in KiB.
const MEMORY: u64 = 1 << 20;

/// What the child reads: mutants from a number to another, or a file.
const TASK: &str = "LIKEMIND_TEST_READS";

/// What comes of a panic that is caught, of which there should be none.
const CAUGHT: &str = "damaged Parquet data";

#[test]
fn files_are_read_when_nothing_is_wrong() {
    for layout in layouts::all() {
        let read = read_from(&*layout.bytes, "t.parquet", &layout.options);
        assert!(read.is_ok(), "{}: {:?}", layout.name, read.err());
    }
}

#[test]
fn few_mutants_are_read() {
    read_mutants(0..2_000);
}

#[test]
#[ignore = "two minutes: .ci/full parquet-mutations"]
fn many_mutants_are_read() {
    read_mutants(2_000..2_000 + mutants_asked_for());
}

/// How many mutants: 1,000,000, or as many as `LIKEMIND_MUTANTS` says.
fn mutants_asked_for() -> u64 {
    env::var("LIKEMIND_MUTANTS")
        .map_or(1_000_000, |count| count.parse().expect("LIKEMIND_MUTANTS is a number"))
}

/// Has all of them read; where one ends the child, those after it by another.
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

/// A child that is over.
pub(crate) struct Child {
    succeeded: bool,
    stdout: String,
    stderr: String,
}

impl Child {
    /// Runs this binary again, with a task and little memory.
    fn run(task: &str) -> Self {
        let limited = format!("ulimit -c 0; ulimit -v {MEMORY}; exec \"$0\" \"$@\"");
        let output = Command::new("sh")
            .args(["-c", &limited])
            .arg(env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "--test-threads=1", "reads_as_a_child"])
            .env(TASK, task)
            .output()
            .unwrap();
        Self {
            succeeded: output.status.success(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// What follows `start` in the lines that begin so.
    fn lines(&self, start: &str) -> Vec<String> {
        self.stdout.lines().filter_map(|line| line.strip_prefix(start)).map(str::to_owned).collect()
    }
}

#[test]
#[ignore = "run by the others"]
fn reads_as_a_child() {
    let Ok(task) = env::var(TASK) else { return };
    println!();
    if let Some((from, to)) = task.split_once("..") {
        reads_mutants(from.parse().unwrap()..to.parse().unwrap());
    } else {
        let bytes = fs::read(task).unwrap();
        println!("bytes {}", bytes.len());
        match read_from(&*bytes, "t.parquet", &ReadOptions::default()) {
            Ok(data) => println!("ratings {}", data.ratings.len()),
            Err(error) => println!("error {error}"),
        }
    }
}

fn reads_mutants(numbers: Range<u64>) {
    let layouts = layouts::all();
    let mut refused = 0;
    for number in numbers.clone() {
        println!("reads {number}");
        let (layout, bytes) = mutants::mutant(&layouts, number);
        if let Err(error) = read_from(&*bytes, "t.parquet", &layout.options) {
            refused += 1;
            if error.to_string().contains(CAUGHT) {
                println!("fault {number} of {}: a panic", layout.name);
            }
        }
    }
    println!("refused {refused} of {}", numbers.count());
}
