//! The errors of this crate, grouped by operation.
//!
//! A [`StoreError`] can occur in any operation; the error type of each operation wraps it.

mod import;
mod job;
mod lookup;
mod model;
mod open;
mod rate;

pub use import::ImportError;
pub use job::JobError;
pub use lookup::LookupError;
pub use model::ModelError;
pub use open::{BackupError, OpenError};
pub use rate::RateError;

use crate::location::Location;
use likemind::RatingScale;
use likemind::matrix::MAX_ROW_LENGTH;
use std::error::Error;
use std::sync::Arc;

/// An error that can occur in any operation on a database. The database is unchanged. Messages
/// state what was expected and what was found.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The content of the database is damaged.
    #[error("{location}: expected a sound database, found {found}")]
    Damaged {
        /// The database.
        location: Location,
        /// A description of the damage.
        found: String,
    },
    /// The file cannot be created or written.
    #[error("{location}: expected a writable file in a writable folder, found: {found}")]
    Unwritable {
        /// The file.
        location: Location,
        /// The message of the operating system.
        found: String,
    },
    /// Another process kept writing for longer than the time limit.
    #[error(
        "{location}: expected to write to the database, found it locked by another process; try \
         again later"
    )]
    Locked {
        /// The database.
        location: Location,
    },
    /// The disk is full.
    #[error("{location}: expected enough disk space, found the disk full")]
    Full {
        /// The database.
        location: Location,
    },
    /// The database contains no data set yet.
    #[error("{location}: expected ratings, found none")]
    NoRatings {
        /// The database.
        location: Location,
    },
    /// Any other error of the database.
    #[error("{location}: {source}")]
    Database {
        /// The database.
        location: Location,
        /// The error of the database driver.
        source: Arc<dyn Error + Send + Sync>,
    },
}

impl StoreError {
    /// Whether another process was writing, so that the operation can be retried.
    pub fn is_locked(&self) -> bool {
        matches!(self, Self::Locked { .. })
    }
}

/// An error that occurs when a rating is not on the scale.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("expected ratings on the scale {scale}, found {rating} by user {user:?} of item {item:?}")]
pub struct OffScale {
    /// The scale.
    pub scale: RatingScale,
    /// The rating.
    pub rating: f64,
    /// The user's id.
    pub user: String,
    /// The item's id.
    pub item: String,
}

/// An error that occurs when a user or an item would have more ratings than allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected at most {MAX_ROW_LENGTH} ratings of the {what} {id:?}, found {found}")]
pub struct TooManyRatings {
    /// `"user"` or `"item"`.
    pub what: &'static str,
    /// Its id.
    pub id: String,
    /// The number of ratings that it would have.
    pub found: u64,
}
