//! What went wrong inside the crate, before it is said where.

use crate::error::{
    ImportError, JobError, LookupError, ModelError, OpenError, RateError, StoreError,
};
use crate::location::Location;
use std::error::Error;

/// A [`StoreError`] that does not know its database yet.
#[derive(Debug)]
pub(crate) enum Fault {
    /// Another process is in the way.
    Locked,
    Full,
    Unwritable(String),
    Damaged(String),
    NoRatings,
    /// Anything else that the database's driver said.
    Driver(Box<dyn Error + Send + Sync>),
}

impl Fault {
    /// The error, with the database that it is about.
    pub(crate) fn at(self, location: &Location) -> StoreError {
        let location = location.clone();
        match self {
            Self::Locked => StoreError::Locked { location },
            Self::Full => StoreError::Full { location },
            Self::Unwritable(found) => StoreError::Unwritable { location, found },
            Self::Damaged(found) => StoreError::Damaged { location, found },
            Self::NoRatings => StoreError::NoRatings { location },
            Self::Driver(source) => StoreError::Database { location, source },
        }
    }

    /// Whether another process was in the way.
    pub(crate) fn is_busy(&self) -> bool {
        matches!(self, Self::Locked)
    }
}

/// Why something was not done: the database failed, or it is nothing that can be done.
#[derive(Debug)]
pub(crate) enum Failure<E> {
    Fault(Fault),
    Refused(E),
}

/// The error of an operation.
pub(crate) trait Refusal: From<StoreError> {}

impl Refusal for OpenError {}
impl Refusal for ImportError {}
impl Refusal for RateError {}
impl Refusal for LookupError {}
impl Refusal for ModelError {}
impl Refusal for JobError {}

impl<E> From<Fault> for Failure<E> {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl<E: Refusal> From<E> for Failure<E> {
    fn from(refused: E) -> Self {
        Self::Refused(refused)
    }
}

impl<E: Refusal> Failure<E> {
    /// The error, with the database that it is about.
    pub(crate) fn at(self, location: &Location) -> E {
        match self {
            Self::Fault(fault) => fault.at(location).into(),
            Self::Refused(refused) => refused,
        }
    }

    /// As the failure of an operation that this one is a part of.
    pub(crate) fn within<F: Refusal + From<E>>(self) -> Failure<F> {
        match self {
            Self::Fault(fault) => Failure::Fault(fault),
            Self::Refused(refused) => Failure::Refused(refused.into()),
        }
    }
}
