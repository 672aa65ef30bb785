//! Errors of opening and copying a database.

use super::StoreError;
use crate::location::Location;
use std::path::PathBuf;

/// Errors when opening a database. The file is left untouched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file does not exist.
    #[error("expected a likemind database at {location}, found no file")]
    Missing {
        /// The location that was given.
        location: Location,
    },
    /// The location contains something other than a likemind database.
    #[error("expected a likemind database at {location}, found {found}")]
    NotLikemind {
        /// The location that was given.
        location: Location,
        /// A description of what was found.
        found: &'static str,
    },
    /// The file is in a bucket of an object store, mounted as a folder, where SQLite loses writes.
    #[error(
        "{location}: expected a database on a disk, found a bucket mounted by {program}; it has no \
         locks and replaces whole files, so ratings would be lost"
    )]
    OnBucket {
        /// The location that was given.
        location: Location,
        /// The program that has mounted the bucket.
        program: &'static str,
    },
    /// The database was written by a later version of likemind.
    #[error(
        "{location}: expected schema {known} or earlier, found schema {found} of a newer likemind"
    )]
    Newer {
        /// The database.
        location: Location,
        /// The number of its schema.
        found: u32,
        /// The number of the latest schema that this version supports.
        known: u32,
    },
    /// An error of the database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Errors when copying a database.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// The destination of the copy already exists.
    #[error("expected no file at {}, found one; a backup never replaces a file", .path.display())]
    Exists {
        /// The path of the copy.
        path: PathBuf,
    },
    /// An error of the database or of the copy.
    #[error(transparent)]
    Store(#[from] StoreError),
}
