//! Opening a database, and copying one.

use super::StoreError;
use crate::location::Location;
use std::path::PathBuf;

/// Why a database cannot be opened. What is there is left untouched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no file.
    #[error("expected a likemind database at {location}, found no file")]
    Missing {
        /// Where it was looked for.
        location: Location,
    },
    /// Something else is there.
    #[error("expected a likemind database at {location}, found {found}")]
    NotOurs {
        /// Where.
        location: Location,
        /// What it is.
        found: &'static str,
    },
    /// A database of a later version of likemind.
    #[error("{location}: made by a newer likemind, schema {found}, this one knows {known}")]
    Newer {
        /// The database.
        location: Location,
        /// Its schema.
        found: u32,
        /// The last schema that this version knows.
        known: u32,
    },
    /// What can go wrong with any database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a database cannot be copied.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// There is something where the copy was to be written.
    #[error("expected no file at {}, found one; a copy is written to a new file", .path.display())]
    Exists {
        /// Where.
        path: PathBuf,
    },
    /// What can go wrong with any database, the copy included.
    #[error(transparent)]
    Store(#[from] StoreError),
}
