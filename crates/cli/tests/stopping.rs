//! Signals stop a fit, which can be resumed.
#![cfg(unix)]

mod common;
#[cfg(target_os = "linux")]
#[path = "common/deaf.rs"]
mod deaf;

use common::arena::{Arena, ENDLESS, FIT, signal};
#[cfg(target_os = "linux")]
use {
    common::until,
    deaf::{Deaf, deaf_ends, full_pipe},
};

#[test]
fn a_signal_stops_a_fit_that_can_be_resumed() {
    let arena = Arena::new();
    for (db, name, code) in [("int.db", "-INT", 130), ("term.db", "-TERM", 143)] {
        arena.done(db, &["import", "second.csv"]);
        arena.done(db, &["import", "first.csv"]);
        let child = arena.endless(db);
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.contains("%; resume it with: likemind --db"), "{said}");
        let job = &arena.done(db, &["jobs", "list"])[0];
        assert_eq!(job["state"], "queued");
        let again = arena.command(db, FIT).output().unwrap();
        assert!(again.status.success());
        let said = String::from_utf8(again.stderr).unwrap();
        assert!(said.contains("resuming job 1 at"), "{said}");
        let jobs = arena.done(db, &["jobs", "list"]);
        assert_eq!((jobs.as_array().unwrap().len(), &jobs[0]["state"]), (1, &"done".into()));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_signal_stops_a_fit_whatever_happens_to_standard_error() {
    let arena = Arena::new();
    for progress in ["json", "bar"] {
        for Deaf { name, end, unread } in deaf_ends() {
            let db = &format!("{name}-{progress}.db");
            arena.done(db, &["import", "second.csv"]);
            let arguments = [ENDLESS, &["--progress", progress]].concat();
            let mut child = arena.command(db, &arguments).stderr(end).spawn().unwrap();
            arena.computes(db, &mut child);
            signal(&child, "-TERM");
            assert_eq!(child.wait().unwrap().code(), Some(143), "{db}");
            drop(unread);
            assert_eq!(arena.done(db, &["jobs", "list"])[0]["state"], "queued", "{db}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_signal_ends_a_fit_that_is_blocked_on_standard_output() {
    let arena = Arena::new();
    let (_unread, full) = full_pipe();
    arena.done("a.db", &["import", "first.csv"]);
    let mut fit = arena.command("a.db", &["fit", "-k", "20"]).stdout(full).spawn().unwrap();
    until(&mut fit, || arena.job("a.db")["state"] == "done");
    let ended = loop {
        // The first signal may arrive before the fit writes, and then only stops the computation.
        signal(&fit, "-TERM");
        std::thread::sleep(std::time::Duration::from_millis(300));
        if let Some(ended) = fit.try_wait().unwrap() {
            break ended;
        }
    };
    assert_eq!(ended.code(), Some(143));
}
