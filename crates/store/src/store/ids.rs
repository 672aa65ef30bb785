//! Outside ids and dense indices.

use crate::error::{LookupError, StoreError};
use crate::ids::StoredIdx;
use crate::sqlite::{data_set, ids};
use crate::store::Store;
use likemind::{Ids, ItemIdx, UserIdx};

impl Store {
    async fn all_ids<I: StoredIdx>(&self) -> Result<Ids<I>, StoreError> {
        self.named(async {
            let mut reading = self.database.reading().await?;
            let kept = data_set::read(&mut reading).await?.rows;
            ids::all(&mut reading, &kept).await
        })
        .await
    }

    async fn find<I: StoredIdx>(&self, id: &str) -> Result<Option<I>, StoreError> {
        self.named(async { ids::find(&mut *self.database.connection().await?, id).await }).await
    }

    async fn names<I: StoredIdx>(&self, indices: &[I]) -> Result<Vec<String>, LookupError> {
        let names = async { ids::names(&mut *self.database.connection().await?, indices).await };
        self.answered(names).await
    }

    /// All user ids, in the order of first appearance.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if they are not as they were written.
    pub async fn user_ids(&self) -> Result<Ids<UserIdx>, StoreError> {
        self.all_ids().await
    }

    /// All item ids, in the order of first appearance.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if they are not as they were written.
    pub async fn item_ids(&self) -> Result<Ids<ItemIdx>, StoreError> {
        self.all_ids().await
    }

    /// The user with this id; `None` if there is none.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn user(&self, id: &str) -> Result<Option<UserIdx>, StoreError> {
        self.find(id).await
    }

    /// The item with this id; `None` if there is none.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn item(&self, id: &str) -> Result<Option<ItemIdx>, StoreError> {
        self.find(id).await
    }

    /// The ids of some users, in the order asked for.
    ///
    /// # Errors
    /// [`LookupError::UnknownIndex`] for an index that no user has.
    pub async fn user_names(&self, users: &[UserIdx]) -> Result<Vec<String>, LookupError> {
        self.names(users).await
    }

    /// The ids of some items, in the order asked for.
    ///
    /// # Errors
    /// [`LookupError::UnknownIndex`] for an index that no item has.
    pub async fn item_names(&self, items: &[ItemIdx]) -> Result<Vec<String>, LookupError> {
        self.names(items).await
    }
}
