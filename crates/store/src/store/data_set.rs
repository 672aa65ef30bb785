//! Reading what the database contains.

use crate::data_set::{DataState, Summary};
use crate::error::StoreError;
use crate::sqlite::data_set;
use crate::store::Store;

impl Store {
    /// Returns the name, scale, counts and sequence of the data set; all counts are 0 in a new
    /// database. Takes milliseconds at any size.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn summary(&self) -> Result<Summary, StoreError> {
        self.run(async { data_set::summary(&mut *self.database.begin_read().await?).await }).await
    }

    /// Returns the digest of the scale, the ids in order of first appearance, and the ratings, as
    /// 32 hexadecimal digits. This is everything that a model depends on besides its parameters.
    /// The digest does not depend on the number of imports in which the data arrived.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn data_digest(&self) -> Result<String, StoreError> {
        Ok(self.data_state().await?.digest)
    }

    /// Returns the sequence and the digest of the data at that sequence, read in one transaction.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn data_state(&self) -> Result<DataState, StoreError> {
        self.run(async {
            Ok(data_set::read(&mut *self.database.begin_read().await?).await?.state())
        })
        .await
    }
}
