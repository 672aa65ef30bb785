//! What the database holds.

use crate::data_set::{DataState, Summary};
use crate::error::StoreError;
use crate::sqlite::data_set;
use crate::store::Store;

impl Store {
    /// What the database holds; all counts are 0 in a new one. Takes milliseconds at any size.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn summary(&self) -> Result<Summary, StoreError> {
        self.named(async { data_set::summary(&mut *self.database.reading().await?).await }).await
    }

    /// Digest of the scale, the ids in the order of first appearance, and the ratings, as 32
    /// hexadecimal digits: of all that a model depends on besides its parameters. The same however
    /// many imports the data came in.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn data_digest(&self) -> Result<String, StoreError> {
        Ok(self.data_state().await?.digest)
    }

    /// The sequence, and the digest of the data at that sequence, whatever is written meanwhile.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn data_state(&self) -> Result<DataState, StoreError> {
        self.named(async {
            Ok(data_set::read(&mut *self.database.reading().await?).await?.state())
        })
        .await
    }
}
