//! Extracts the `StoreError` from the errors of all operations.

use likemind_store::{
    BackupError, ImportError, JobError, LookupError, ModelError, OpenError, RateError, StoreError,
};

pub(crate) trait IntoStoreError {
    /// Panics if the error is specific to the operation.
    fn into_store_error(self) -> StoreError;
}

impl IntoStoreError for StoreError {
    fn into_store_error(self) -> StoreError {
        self
    }
}

macro_rules! into_store_error {
    ($($error:ident),*) => {
        $(impl IntoStoreError for $error {
            fn into_store_error(self) -> StoreError {
                match self {
                    Self::Store(error) => error,
                    refused => panic!("expected a StoreError, found: {refused}"),
                }
            }
        })*
    };
}

into_store_error!(
    BackupError,
    ImportError,
    JobError,
    LookupError,
    ModelError,
    OpenError,
    RateError
);
