//! Signals stop a fit, which goes on later.
#![cfg(unix)]

mod common;

use common::arena::{Arena, ENDLESS, FIT, signal};
#[cfg(target_os = "linux")]
use std::{io::Write, process::Stdio};

#[test]
fn a_signal_stops_a_fit_that_goes_on_later() {
    let arena = Arena::new();
    for (db, name, code) in [("int.db", "-INT", 130), ("term.db", "-TERM", 143)] {
        arena.done(db, &["import", "second.csv"]);
        arena.done(db, &["import", "first.csv"]);
        let child = arena.endless(db);
        signal(&child, name);
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
    let arena = Arena::new();
    for (name, deaf, unread) in deaf_ends() {
        let db = &format!("{name}.db");
        arena.done(db, &["import", "second.csv"]);
        let arguments = [ENDLESS, &["--progress", "json"]].concat();
        let mut child = arena.command(db, &arguments).stderr(deaf).spawn().unwrap();
        arena.computes(db, &mut child);
        signal(&child, "-TERM");
        assert_eq!(child.wait().unwrap().code(), Some(143), "{name}");
        drop(unread);
        assert_eq!(arena.done(db, &["jobs", "list"])[0]["state"], "queued", "{name}");
    }
}
