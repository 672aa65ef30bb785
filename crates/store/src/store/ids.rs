//! External ids and dense indices.

use crate::error::{LookupError, StoreError};
use crate::ids::StoredIdx;
use crate::sqlite::{data_set, ids};
use crate::store::Store;
use likemind::{Ids, ItemIdx, UserIdx};

impl Store {
    async fn all_ids<I: StoredIdx>(&self) -> Result<Ids<I>, StoreError> {
        self.run(async {
            let mut tx = self.database.begin_read().await?;
            let digests = data_set::read(&mut tx).await?.rows;
            ids::all(&mut tx, &digests).await
        })
        .await
    }

    async fn find<I: StoredIdx>(&self, id: &str) -> Result<Option<I>, StoreError> {
        self.run(async { ids::find(&mut *self.database.connection().await?, id).await }).await
    }

    async fn names<I: StoredIdx>(&self, indices: &[I]) -> Result<Vec<String>, LookupError> {
        let names = async { ids::names(&mut *self.database.connection().await?, indices).await };
        self.run_operation(names).await
    }

    /// Returns all user ids, in order of first appearance.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if they are damaged.
    pub async fn user_ids(&self) -> Result<Ids<UserIdx>, StoreError> {
        self.all_ids().await
    }

    /// Returns all item ids, in order of first appearance.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if they are damaged.
    pub async fn item_ids(&self) -> Result<Ids<ItemIdx>, StoreError> {
        self.all_ids().await
    }

    /// Returns the user with this id; `None` if there is none.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn user(&self, id: &str) -> Result<Option<UserIdx>, StoreError> {
        self.find(id).await
    }

    /// Returns the item with this id; `None` if there is none.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn item(&self, id: &str) -> Result<Option<ItemIdx>, StoreError> {
        self.find(id).await
    }

    /// Returns the ids of some users, in the given order.
    ///
    /// # Errors
    /// [`LookupError::UnknownIndex`] if no user has one of the indices.
    pub async fn user_ids_of(&self, users: &[UserIdx]) -> Result<Vec<String>, LookupError> {
        self.names(users).await
    }

    /// Returns the ids of some items, in the given order.
    ///
    /// # Errors
    /// [`LookupError::UnknownIndex`] if no item has one of the indices.
    pub async fn item_ids_of(&self, items: &[ItemIdx]) -> Result<Vec<String>, LookupError> {
        self.names(items).await
    }
}
