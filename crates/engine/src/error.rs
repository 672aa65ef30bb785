//! Errors of answers.

use likemind::model::SessionError;
use likemind::{ParameterError, RatingScale, Side};
use likemind_store::{LookupError, ModelError, ModelKind, StoreError};
use std::fmt;

/// The error returned when no model of a kind has been fitted yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoModel {
    /// The kind of the expected model.
    pub kind: ModelKind,
    /// The side of the expected neighbours; `None` for either, and for other kinds.
    pub side: Option<Side>,
}

impl NoModel {
    /// The error when there are no neighbours.
    pub(crate) fn of_neighbours(side: Option<Side>) -> Self {
        Self { kind: ModelKind::Neighbours, side }
    }
}

impl fmt::Display for NoModel {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.kind, self.side) {
            (ModelKind::Neighbours, Some(side)) => {
                write!(out, "expected a model of {side}, found none")
            }
            (ModelKind::Neighbours, None) => out.write_str("expected a model, found none"),
            (kind, _) => write!(out, "expected a model of kind {kind}, found none"),
        }
    }
}

impl std::error::Error for NoModel {}

/// The error returned for an id that no user (or item) has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownId {
    /// The side whose id was expected.
    pub side: Side,
    /// The id.
    pub id: String,
}

impl UnknownId {
    /// The expected owner of the id: `"a user"` or `"an item"`.
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

/// The error returned when ratings should be predicted that are
/// [counts](likemind::RatingScale::has_counts): a predicted number of plays says little.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NotOpinions;

impl NotOpinions {
    /// Checks that ratings on a scale can be predicted.
    ///
    /// # Errors
    /// [`NotOpinions`] if they are counts.
    pub fn check(scale: &RatingScale) -> Result<(), Self> {
        if scale.has_counts() { Err(Self) } else { Ok(()) }
    }
}

impl fmt::Display for NotOpinions {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("expected opinions to predict, found counts (such as plays or purchases)")
    }
}

impl std::error::Error for NotOpinions {}

/// Errors when answering a question.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// No model has been fitted yet.
    #[error(transparent)]
    NoModel(#[from] NoModel),
    /// The id is unknown.
    #[error(transparent)]
    UnknownId(#[from] UnknownId),
    /// Predictions were asked for, but ratings are counts.
    #[error(transparent)]
    NotOpinions(#[from] NotOpinions),
    /// The requested prediction options are invalid.
    #[error(transparent)]
    Parameters(#[from] ParameterError),
    /// The model cannot open a session for this person.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The index is not in the database.
    #[error(transparent)]
    Lookup(LookupError),
    /// The model cannot be read or brought up to date.
    #[error(transparent)]
    Model(ModelError),
    /// The database failed.
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
