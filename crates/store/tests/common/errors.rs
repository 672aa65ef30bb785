//! What happened to the database, in the error of any operation.

use likemind_store::{
    BackupError, ImportError, JobError, LookupError, ModelError, OpenError, RateError, StoreError,
};

pub(crate) trait OfStore {
    /// Panics with an error of the operation's own.
    fn of_store(self) -> StoreError;
}

impl OfStore for StoreError {
    fn of_store(self) -> StoreError {
        self
    }
}

macro_rules! of_store {
    ($($error:ident),*) => {
        $(impl OfStore for $error {
            fn of_store(self) -> StoreError {
                match self {
                    Self::Store(error) => error,
                    refused => panic!("expected that the database failed, found: {refused}"),
                }
            }
        })*
    };
}

of_store!(BackupError, ImportError, JobError, LookupError, ModelError, OpenError, RateError);
