//! The file of a database: whether it is one, whether its pages are in order, and copies of it.

use super::Connection;
use super::migrate::APPLICATION_ID;
use crate::count::count;
use crate::error::{OpenError, StoreError};
use crate::fault::Fault;
use crate::location::Location;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read};

/// What to do where there is no database.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Absent {
    Make,
    Refuse,
}

/// What every SQLite file begins with, and where its header holds the application's number.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const HEADER_BYTES: usize = 100;
const APPLICATION_ID_AT: usize = 68;

/// Refuses what is not a database of ours by its first bytes, before SQLite may write to it.
pub(super) fn check(location: &Location, absent: Absent) -> Result<(), OpenError> {
    let Location::File(path) = location;
    let not_ours = |found| Err(OpenError::NotOurs { location: location.clone(), found });
    match path.metadata() {
        Ok(about) if about.is_dir() => return not_ours("a folder"),
        // Which opening might wait for.
        Ok(about) if !about.is_file() => return not_ours("a pipe or a device"),
        _ => {}
    }
    let mut header = Vec::new();
    open(location, absent)?
        .take(HEADER_BYTES as u64)
        .read_to_end(&mut header)
        .map_err(|error| unwritable(location, &error))?;
    match (header.is_empty(), absent) {
        (true, Absent::Make) => return Ok(()),
        (true, Absent::Refuse) => return not_ours("an empty file"),
        _ => {}
    }
    if !header.starts_with(MAGIC) {
        return not_ours("a file of another kind");
    }
    let Some(id) = header.get(APPLICATION_ID_AT..APPLICATION_ID_AT + 4) else {
        let found = format!("{} bytes in all", header.len());
        return Err(StoreError::Damaged { location: location.clone(), found }.into());
    };
    if id != APPLICATION_ID.to_be_bytes() {
        return not_ours("an SQLite database of another program");
    }
    Ok(())
}

/// Opens the file for writing too, so that what forbids it is told in the system's words.
fn open(location: &Location, absent: Absent) -> Result<File, OpenError> {
    let Location::File(path) = location;
    let make = absent == Absent::Make;
    OpenOptions::new().read(true).write(true).create(make).truncate(false).open(path).map_err(
        |error| match error.kind() {
            ErrorKind::NotFound if !make => OpenError::Missing { location: location.clone() },
            _ => unwritable(location, &error).into(),
        },
    )
}

fn unwritable(location: &Location, error: &io::Error) -> StoreError {
    StoreError::Unwritable { location: location.clone(), found: error.to_string() }
}

/// Has SQLite look at every page, and returns how many there are.
pub(crate) async fn check_pages(connection: &mut Connection) -> Result<u64, Fault> {
    let check = sqlx::query_scalar("PRAGMA integrity_check(1)");
    let found: String = check.fetch_one(&mut *connection).await?;
    if found != "ok" {
        return Err(Fault::Damaged(found));
    }
    let orphans = sqlx::query("PRAGMA foreign_key_check").fetch_optional(&mut *connection).await?;
    if orphans.is_some() {
        return Err(Fault::Damaged("a row that refers to one that is not there".to_owned()));
    }
    let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(connection).await?;
    Ok(count(pages))
}

/// Writes a copy of the database, as it is at one moment, to a file that is empty.
pub(crate) async fn copy_to(connection: &mut Connection, name: &str) -> Result<(), Fault> {
    sqlx::query("VACUUM INTO ?").bind(name).execute(connection).await?;
    Ok(())
}
