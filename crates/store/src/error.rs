//! What can go wrong with a database.

use crate::jobs::{JobId, JobState};
use crate::models::ModelId;
use likemind::catalogue::InfoTooLong;
use likemind::ids::IdError;
use likemind::matrix::{MAX_ROW_LENGTH, MatrixError};
use likemind::{RatingScale, Side};
use std::path::{Path, PathBuf};

/// Why the database could not do what it was asked; it is as it was before. Each text names what
/// was expected and what was found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no file.
    #[error(
        "expected a likemind database at {}, found no file; `likemind import` makes one",
        .path.display()
    )]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Something else is there.
    #[error("expected a likemind database at {}, found {found}", .path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
        /// What it is.
        found: &'static str,
    },
    /// A database of a later version of likemind.
    #[error("{}: made by a newer likemind, schema {found}, this one knows {known}", .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: u32,
        /// The last schema that this version knows.
        known: u32,
    },
    /// A database of ours whose content cannot be right.
    #[error("{}: expected a sound database, found {found}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        found: String,
    },
    /// The file cannot be made, or not be written.
    #[error("{}: expected a file in a folder, both writable, found: {found}", .path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        found: String,
    },
    /// There is something where a copy was to be written.
    #[error("expected no file at {}, found one; a copy is written to a new file", .path.display())]
    Exists {
        /// Where.
        path: PathBuf,
    },
    /// Another process is writing, and went on longer than we wait.
    #[error(
        "{}: expected to get a turn, found the database locked by another process; try again later",
        .path.display()
    )]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// No room is left.
    #[error("{}: expected room to write, found the disk full", .path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// The database holds no data set yet.
    #[error("{}: expected ratings, found none; `likemind import` adds some", .path.display())]
    NoRatings {
        /// The file.
        path: PathBuf,
    },
    /// The data set and an import are on scales that do not go together.
    #[error(
        "expected ratings on the database's scale {database}, found a data set on {import}; \
         `--scale {both}` takes both in, `--replace` puts the one in the place of the other"
    )]
    ScaleConflict {
        /// The scale of the database.
        database: RatingScale,
        /// The scale of the import.
        import: RatingScale,
        /// One that holds both.
        both: RatingScale,
    },
    /// A rating is not on the scale.
    #[error(
        "expected ratings on the scale {scale}, found {rating} by user {user:?} of item {item:?}; \
         `likemind scale` and `--scale` change the scale"
    )]
    OffScale {
        /// The scale.
        scale: RatingScale,
        /// The rating.
        rating: f64,
        /// The user's id.
        user: String,
        /// The item's id.
        item: String,
    },
    /// An import has two ratings of one user and item.
    #[error("expected one rating a user and item, found two by user {user:?} of item {item:?}")]
    Duplicate {
        /// The user's id.
        user: String,
        /// The item's id.
        item: String,
    },
    /// A user or an item that would have more ratings than it may.
    #[error("expected at most {MAX_ROW_LENGTH} ratings of the {what} {id:?}, found {found}")]
    TooManyRatings {
        /// `"user"` or `"item"`.
        what: &'static str,
        /// Its id.
        id: String,
        /// How many it would have.
        found: u64,
    },
    /// A title or genres that are too long to be kept.
    #[error("{error}, of the item {item:?}")]
    InfoTooLong {
        /// The item's id.
        item: String,
        /// What is too long.
        error: InfoTooLong,
    },
    /// Ratings that make no matrix.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
    /// An id that cannot be kept.
    #[error(transparent)]
    Id(#[from] IdError),
    /// An index that no user or item has.
    #[error("expected the index of {what}, found {index}")]
    UnknownIndex {
        /// `"a user"` or `"an item"`.
        what: &'static str,
        /// The index.
        index: u32,
    },
    /// An id that no user or item has.
    #[error("expected the id of {what} in the database, found {id:?}")]
    UnknownId {
        /// `"a user"` or `"an item"`.
        what: &'static str,
        /// The id.
        id: String,
    },
    /// A model that is not there.
    #[error("expected the number of a stored model, found {id}")]
    UnknownModel {
        /// The number.
        id: ModelId,
    },
    /// The model in use cannot be deleted.
    #[error("expected a model that is not in use, found {id}, the active model of {side}")]
    ActiveModel {
        /// The model.
        id: ModelId,
        /// Its side.
        side: Side,
    },
    /// A model whose parts do not belong together.
    #[error("expected a model {expected}, found {found}")]
    BadModel {
        /// What the model should be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// Another process works on a job, and there is one at a time.
    #[error(
        "expected a database where no job is running, found job {job} of {holder}, running since \
         {since}; `likemind jobs watch` shows how far it is"
    )]
    Busy {
        /// The job.
        job: JobId,
        /// Who works on it.
        holder: String,
        /// Since when, as a date and time.
        since: String,
    },
    /// Another process took a job over, since this one was not heard of for too long.
    #[error(
        "expected to hold job {job}, found that another process took it over; it goes on there"
    )]
    LeaseLost {
        /// The job.
        job: JobId,
    },
    /// A job that is not there.
    #[error("expected the number of a job, found {id}; `likemind jobs list` shows them")]
    UnknownJob {
        /// The number.
        id: JobId,
    },
    /// A job that is over cannot be ended.
    #[error("expected a job that is not over, found job {id}, which is {state}")]
    JobOver {
        /// The job.
        id: JobId,
        /// What became of it.
        state: JobState,
    },
    /// Work on a job ended in a way that nobody expected.
    #[error("expected job {job} to end with a model, found: {found}")]
    JobFailed {
        /// The job.
        job: JobId,
        /// What happened.
        found: String,
    },
    /// Anything else that the database said.
    #[error("{}: {source}", .path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What it said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// A [`StoreError`], or one that does not know its file yet. Inside the crate alone, so that `?`
/// works and no type of the driver is public.
#[derive(Debug)]
pub(crate) enum Fault {
    Sql(sqlx::Error),
    Damaged(String),
    NoRatings,
    Refused(Box<StoreError>),
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Refused(Box::new(error))
    }
}

impl From<MatrixError> for Fault {
    fn from(error: MatrixError) -> Self {
        StoreError::from(error).into()
    }
}

impl From<IdError> for Fault {
    fn from(error: IdError) -> Self {
        StoreError::from(error).into()
    }
}

impl Fault {
    /// The error, with the file that it is about.
    pub(crate) fn at(self, path: &Path) -> StoreError {
        let path = path.to_owned();
        match self {
            Self::Sql(error) => of_driver(error, path),
            Self::Damaged(found) => StoreError::Damaged { path, found },
            Self::NoRatings => StoreError::NoRatings { path },
            Self::Refused(error) => *error,
        }
    }

    /// Whether another process was in the way.
    pub(crate) fn is_busy(&self) -> bool {
        matches!(self, Self::Sql(error) if code_of(error) == Some(BUSY))
    }
}

// SQLite's primary result codes (sqlite.org/rescode.html).
const PERMISSION: i32 = 3;
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READ_ONLY: i32 = 8;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANNOT_OPEN: i32 = 14;
const CONSTRAINT: i32 = 19;
const MISMATCH: i32 = 20;
const NOT_A_DATABASE: i32 = 26;

// Extended ones: the file ends before a page that it should have, and the index of the log cannot
// grow.
const SHORT_READ: i32 = 522;
const NO_ROOM_FOR_INDEX: i32 = 4874;

fn extended_code_of(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}

fn code_of(error: &sqlx::Error) -> Option<i32> {
    extended_code_of(error).map(|extended| extended & 0xff)
}

fn of_driver(error: sqlx::Error, path: PathBuf) -> StoreError {
    let found = match error.as_database_error() {
        Some(error) => error.message().to_owned(),
        None => error.to_string(),
    };
    match extended_code_of(&error) {
        Some(SHORT_READ) => {
            let found = "a file that ends too early".to_owned();
            return StoreError::Damaged { path, found };
        }
        Some(NO_ROOM_FOR_INDEX) => return StoreError::Full { path },
        _ => {}
    }
    match code_of(&error) {
        Some(BUSY | LOCKED) => StoreError::Locked { path },
        Some(FULL) => StoreError::Full { path },
        Some(PERMISSION | READ_ONLY | CANNOT_OPEN) => StoreError::Unwritable { path, found },
        // What is written to a sound database breaks no constraint.
        Some(CORRUPT | NOT_A_DATABASE | CONSTRAINT | MISMATCH) => {
            StoreError::Damaged { path, found }
        }
        _ if matches!(error, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)) => {
            StoreError::Damaged { path, found }
        }
        _ => StoreError::Database { path, source: Box::new(error) },
    }
}
