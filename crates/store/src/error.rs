//! What can go wrong with a database, by what was asked of it.
//!
//! Each operation has the errors that it can give. What can happen to any of them is a [`StoreError`],
//! which the others contain.

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

/// What can go wrong with a database whatever it is asked; it is as it was before. Each text says
/// what was expected and what was found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The content cannot be right.
    #[error("{location}: expected a sound database, found {found}")]
    Damaged {
        /// The database.
        location: Location,
        /// What is wrong.
        found: String,
    },
    /// The file cannot be made, or not be written.
    #[error("{location}: expected a file in a folder, both writable, found: {found}")]
    Unwritable {
        /// The file.
        location: Location,
        /// What the system said.
        found: String,
    },
    /// Another process is writing, and went on longer than we wait.
    #[error(
        "{location}: expected to get a turn, found the database locked by another process; try \
         again later"
    )]
    Locked {
        /// The database.
        location: Location,
    },
    /// No room is left.
    #[error("{location}: expected room to write, found the disk full")]
    Full {
        /// The database.
        location: Location,
    },
    /// The database holds no data set yet.
    #[error("{location}: expected ratings, found none")]
    NoRatings {
        /// The database.
        location: Location,
    },
    /// Anything else that the database said.
    #[error("{location}: {source}")]
    Database {
        /// The database.
        location: Location,
        /// What it said.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl StoreError {
    /// Whether another process was in the way: worth trying again.
    pub fn is_locked(&self) -> bool {
        matches!(self, Self::Locked { .. })
    }
}

/// A rating that is not on its scale.
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

/// A user or an item that would have more ratings than it may.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected at most {MAX_ROW_LENGTH} ratings of the {what} {id:?}, found {found}")]
pub struct TooManyRatings {
    /// `"user"` or `"item"`.
    pub what: &'static str,
    /// Its id.
    pub id: String,
    /// How many it would have.
    pub found: u64,
}
