//! Why there is no answer.

use likemind::model::SessionError;
use likemind::{ParameterError, Side};
use likemind_store::{LookupError, ModelError, StoreError};
use std::fmt;

/// Nobody has fitted a model yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoModel {
    /// Of which side one was expected; `None` for either.
    pub side: Option<Side>,
}

impl fmt::Display for NoModel {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.side {
            Some(side) => write!(out, "expected a model of {side}, found none"),
            None => out.write_str("expected a model, found none"),
        }
    }
}

impl std::error::Error for NoModel {}

/// An id that no row of a side has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownId {
    /// Whose id was expected.
    pub side: Side,
    /// The id.
    pub id: String,
}

impl UnknownId {
    /// What the id was expected to be of: `"a user"` or `"an item"`.
    pub fn what(&self) -> &'static str {
        match self.side {
            Side::Users => "a user",
            Side::Items => "an item",
        }
    }
}

impl fmt::Display for UnknownId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nobody = match self.side {
            Side::Users => "nobody",
            Side::Items => "none",
        };
        write!(out, "expected the id of {}, found {:?}, which {nobody} has", self.what(), self.id)
    }
}

impl std::error::Error for UnknownId {}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// Nobody has fitted a model yet.
    #[error(transparent)]
    NoModel(#[from] NoModel),
    /// An id that nobody has.
    #[error(transparent)]
    UnknownId(#[from] UnknownId),
    /// Predictions cannot be made in the way that was asked for.
    #[error(transparent)]
    Parameters(#[from] ParameterError),
    /// The model does not answer for this person.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// An index that the database does not know.
    #[error(transparent)]
    Lookup(LookupError),
    /// A model that cannot be read, or not be brought up to date.
    #[error(transparent)]
    Model(ModelError),
    /// What can go wrong with any database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<LookupError> for AnswerError {
    fn from(error: LookupError) -> Self {
        match error {
            LookupError::Store(error) => Self::Store(error),
            unknown => Self::Lookup(unknown),
        }
    }
}

impl From<ModelError> for AnswerError {
    fn from(error: ModelError) -> Self {
        match error {
            ModelError::Store(error) => Self::Store(error),
            refused => Self::Model(refused),
        }
    }
}
