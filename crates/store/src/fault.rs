//! Errors inside the crate, before the location of the database is added to them.

use crate::error::{
    ImportError, JobError, LookupError, ModelError, OpenError, RateError, StoreError,
};
use crate::location::Location;
use std::error::Error;

/// A [`StoreError`] without the location of the database.
#[derive(Debug)]
pub(crate) enum Fault {
    /// Another process is writing.
    Locked,
    Full,
    Unwritable(String),
    Damaged(String),
    NoRatings,
    /// Any other error of the database driver.
    Driver(Box<dyn Error + Send + Sync>),
}

impl Fault {
    /// Adds the location of the database.
    pub(crate) fn at(self, location: &Location) -> StoreError {
        let location = location.clone();
        match self {
            Self::Locked => StoreError::Locked { location },
            Self::Full => StoreError::Full { location },
            Self::Unwritable(found) => StoreError::Unwritable { location, found },
            Self::Damaged(found) => StoreError::Damaged { location, found },
            Self::NoRatings => StoreError::NoRatings { location },
            Self::Driver(source) => StoreError::Database { location, source: source.into() },
        }
    }

    /// Whether another process was writing.
    pub(crate) fn is_busy(&self) -> bool {
        matches!(self, Self::Locked)
    }
}

/// The error of an operation: a fault of the database, or a request that the operation refuses.
#[derive(Debug)]
pub(crate) enum Failure<E> {
    Fault(Fault),
    Refused(E),
}

/// The public error type of an operation.
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
    /// Adds the location of the database.
    pub(crate) fn at(self, location: &Location) -> E {
        match self {
            Self::Fault(fault) => fault.at(location).into(),
            Self::Refused(refused) => refused,
        }
    }

    /// Converts this to the failure of an enclosing operation.
    pub(crate) fn within<F: Refusal + From<E>>(self) -> Failure<F> {
        match self {
            Self::Fault(fault) => Failure::Fault(fault),
            Self::Refused(refused) => Failure::Refused(refused.into()),
        }
    }
}
