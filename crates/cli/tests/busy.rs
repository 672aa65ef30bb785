//! Several processes that use the same database wait for each other.
#![cfg(unix)]

mod common;

use common::arena::{Arena, FIT, kill, signal};
use common::until;
use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use std::io::{BufRead, BufReader};
use std::process::{Child, Output};
use std::thread::sleep;
use std::time::Duration;

/// Another program that holds the write lock of the database.
struct Writer {
    runtime: tokio::runtime::Runtime,
    connection: SqliteConnection,
}

impl Writer {
    fn begin(arena: &Arena, db: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let options = SqliteConnectOptions::new().filename(arena.path().join(db));
        let connection = runtime.block_on(async {
            let mut connection = options.connect().await.unwrap();
            sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut connection).await.unwrap();
            connection
        });
        Self { runtime, connection }
    }

    fn end(mut self) {
        let rollback = sqlx::raw_sql("ROLLBACK").execute(&mut self.connection);
        self.runtime.block_on(rollback).unwrap();
    }
}

/// The next message of a command.
fn said(child: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut line).unwrap();
    line
}

fn ended_well(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn commands_wait_for_a_program_that_writes() {
    let arena = Arena::new();
    let db = "turn.db";
    arena.done(db, &["import", "first.csv"]);
    for command in [
        &["rate", "--user", "1", "--item", "1", "4"][..],
        &["import", "second.csv"],
        FIT,
        &["models", "activate", "1"],
        &["scale", "auto"],
        &["forget", "--user", "2"],
    ] {
        let writer = Writer::begin(&arena, db);
        let mut child = arena.command(db, command).spawn().unwrap();
        let first = said(&mut child);
        assert!(first.contains("waiting for another process that writes"), "{command:?}: {first}");
        writer.end();
        ended_well(&child.wait_with_output().unwrap());
    }
}

#[test]
fn imports_and_a_fit_wait_for_each_other() {
    let arena = Arena::new();
    let db = "both.db";
    arena.done(db, &["import", "second.csv"]);
    let fit = arena.command(db, FIT).spawn().unwrap();
    for _ in 0..3 {
        ended_well(&arena.command(db, &["import", "first.csv"]).output().unwrap());
    }
    ended_well(&fit.wait_with_output().unwrap());
    arena.done(db, FIT);
    assert_eq!(arena.models(db).last().unwrap()["digest"], *arena.digest);
}

#[test]
fn a_fit_computes_while_another_program_writes_and_can_be_stopped() {
    let arena = Arena::new();
    let db = "stopped.db";
    arena.done(db, &["import", "second.csv"]);
    let mut fit = arena.endless(db);
    let writer = Writer::begin(&arena, db);
    signal(&fit, "-TERM");
    assert_eq!(fit.wait().unwrap().code(), Some(143));
    // Its end is detected immediately, although it could not record it.
    assert_eq!(arena.job(db)["state"], "queued");
    writer.end();
    arena.done(db, FIT);
    assert_eq!(arena.job(db)["state"], "done");
}

#[test]
fn five_concurrent_fits_finish_or_report_the_holder() {
    let arena = Arena::new();
    let db = "five.db";
    arena.done(db, &["import", "second.csv"]);
    arena.done(db, &["import", "first.csv"]);
    let fits: Vec<Child> = (0..5).map(|_| arena.command(db, FIT).spawn().unwrap()).collect();
    let mut made = 0;
    for fit in fits {
        let output = fit.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        made += usize::from(output.status.success());
        assert!(output.status.success() || said.contains("since"), "{said}");
    }
    let jobs = arena.done(db, &["jobs", "list"]);
    let states: Vec<&Value> = jobs.as_array().unwrap().iter().map(|job| &job["state"]).collect();
    assert!(made > 0 && states == vec!["done"; made], "{made}: {states:?}");
    let models = arena.models(db);
    assert!(models.iter().all(|model| model["digest"] == arena.digest), "{models:?}");
}

#[test]
fn a_second_fit_reports_the_holder() {
    let arena = Arena::new();
    arena.done("two.db", &["import", "second.csv"]);
    let one = arena.endless("two.db");
    let refused = arena.command("two.db", FIT).output().unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    let holder = format!("process {}", one.id());
    assert!(said.contains(&holder) && said.contains("since") && said.contains("UTC"), "{said}");
    kill(one);
    arena.done("two.db", FIT);
}

#[test]
fn a_fit_that_is_cancelled_while_suspended_writes_nothing_when_it_wakes() {
    let arena = Arena::new();
    let db = "asleep.db";
    arena.done(db, &["import", "second.csv"]);
    let fit = arena.endless(db);
    signal(&fit, "-STOP");
    arena.done(db, &["jobs", "cancel", "1"]);
    signal(&fit, "-CONT");
    let output = fit.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1) && said.contains("cancelled"), "{said}");
    assert_eq!(arena.job(db)["state"], "cancelled");
    assert!(arena.models(db).is_empty());
}

#[test]
#[ignore = "takes half a minute"]
fn a_fit_that_is_suspended_for_long_is_replaced() {
    let arena = Arena::new();
    for (db, is_cancelled) in [("replaced.db", false), ("cancelled.db", true)] {
        arena.done(db, &["import", "second.csv"]);
        arena.done(db, &["import", "first.csv"]);
        let mut fit = arena.endless(db);
        signal(&fit, "-STOP");
        if is_cancelled {
            arena.done(db, &["jobs", "cancel", "1"]);
        }
        let state = if is_cancelled { "cancelled" } else { "queued" };
        until(&mut fit, || arena.job(db)["state"] == state);
        let made = arena.done(db, FIT);
        assert_eq!(made["digest"], arena.digest);
        signal(&fit, "-CONT");
        let output = fit.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let models = arena.models(db);
        assert_eq!((models.len(), &models[0]["digest"]), (1, &arena.digest.clone().into()));
    }
}

#[test]
#[ignore = "takes half a minute"]
fn a_fit_keeps_its_job_while_another_program_writes_for_long() {
    let arena = Arena::new();
    let db = "long.db";
    arena.done(db, &["import", "second.csv"]);
    let fit = arena.endless(db);
    let writer = Writer::begin(&arena, db);
    // Longer than the timeout of a holder without heartbeats.
    sleep(Duration::from_secs(15));
    let waiting = arena.command(db, FIT).spawn().unwrap();
    writer.end();
    let refused = waiting.wait_with_output().unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains(&format!("process {}", fit.id())), "{said}");
    kill(fit);
    arena.done(db, FIT);
}
