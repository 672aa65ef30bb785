//! The file of a database: recognising, checking and copying it.

use super::Connection;
use super::migrate::APPLICATION_ID;
use crate::bucket;
use crate::count::count;
use crate::error::{OpenError, StoreError};
use crate::fault::Fault;
use crate::location::Location;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read};

/// What to do if there is no database.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum IfMissing {
    Create,
    Fail,
}

/// The start of every SQLite file, and the position of the application id in its header.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const HEADER_BYTES: usize = 100;
const APPLICATION_ID_AT: usize = 68;

/// Checks that the file is not in a bucket and, by its first bytes, that it is a likemind database,
/// before SQLite may write to it.
pub(super) fn check(location: &Location, if_missing: IfMissing) -> Result<(), OpenError> {
    let Location::File(path) = location;
    let not_ours = |found| Err(OpenError::NotLikemind { location: location.clone(), found });
    match path.metadata() {
        Ok(about) if about.is_dir() => return not_ours("a folder"),
        // Opening these might block.
        Ok(about) if !about.is_file() => return not_ours("a pipe or a device"),
        _ => {}
    }
    if let Some(program) = bucket::program_at(path) {
        return Err(OpenError::OnBucket { location: location.clone(), program });
    }
    let mut header = Vec::new();
    open(location, if_missing)?
        .take(HEADER_BYTES as u64)
        .read_to_end(&mut header)
        .map_err(|error| unwritable(location, &error))?;
    match (header.is_empty(), if_missing) {
        (true, IfMissing::Create) => return Ok(()),
        (true, IfMissing::Fail) => return not_ours("an empty file"),
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

/// Opens the file for writing, too, so that missing permissions are reported with the message of
/// the operating system.
fn open(location: &Location, if_missing: IfMissing) -> Result<File, OpenError> {
    let Location::File(path) = location;
    let create = if_missing == IfMissing::Create;
    OpenOptions::new().read(true).write(true).create(create).truncate(false).open(path).map_err(
        |error| match error.kind() {
            ErrorKind::NotFound if !create => OpenError::Missing { location: location.clone() },
            _ => unwritable(location, &error).into(),
        },
    )
}

fn unwritable(location: &Location, error: &io::Error) -> StoreError {
    StoreError::Unwritable { location: location.clone(), found: error.to_string() }
}

/// Checks the integrity of every page, all foreign keys and the names of all columns, and returns the
/// number of pages.
pub(crate) async fn check_pages(connection: &mut Connection) -> Result<u64, Fault> {
    let check = sqlx::query_scalar("PRAGMA integrity_check(1)");
    let found: String = check.fetch_one(&mut *connection).await?;
    if found != "ok" {
        return Err(Fault::Damaged(found));
    }
    let orphans = sqlx::query("PRAGMA foreign_key_check").fetch_optional(&mut *connection).await?;
    if orphans.is_some() {
        return Err(Fault::Damaged("a row that refers to a missing row".to_owned()));
    }
    check_names(connection).await?;
    let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(connection).await?;
    Ok(count(pages))
}

/// Checks that all columns have names in lower case. Statements find others, too, but values are read
/// by the names that the schema spells: a single flipped bit makes an `I` of an `i`.
async fn check_names(connection: &mut Connection) -> Result<(), Fault> {
    let other = "SELECT column.name FROM sqlite_schema, pragma_table_info(sqlite_schema.name) AS column \
                 WHERE column.name <> lower(column.name)";
    let found: Option<String> = sqlx::query_scalar(other).fetch_optional(connection).await?;
    match found {
        Some(name) => Err(Fault::Damaged(format!("a column with the name {name:?}"))),
        None => Ok(()),
    }
}

/// Copies the database, read in one transaction, to a file that must be empty.
pub(crate) async fn copy_to(connection: &mut Connection, name: &str) -> Result<(), Fault> {
    sqlx::query("VACUUM INTO ?").bind(name).execute(connection).await?;
    Ok(())
}
