//! Titles, years and genres of items.

use crate::error::{LookupError, StoreError};
use crate::items::FoundItem;
use crate::sqlite::{data_set, items};
use crate::store::Store;
use likemind::{Catalogue, ItemIdx, ItemInfo};

impl Store {
    /// Returns the titles, years and genres of all items.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if they are damaged.
    pub async fn catalogue(&self) -> Result<Catalogue, StoreError> {
        self.run(async {
            let mut tx = self.database.begin_read().await?;
            let digests = data_set::read(&mut tx).await?.rows;
            let mut catalogue = Catalogue::new();
            for row in items::all_infos(&mut tx, &digests).await? {
                catalogue.set(ItemIdx(row.idx.unwrap_or_default()), row.info()?);
            }
            Ok(catalogue)
        })
        .await
    }

    /// Returns the titles, years and genres of some items, in the given order.
    ///
    /// # Errors
    /// [`LookupError::UnknownIndex`] if no item has one of the indices.
    pub async fn item_infos(&self, items: &[ItemIdx]) -> Result<Vec<ItemInfo>, LookupError> {
        let infos = async { items::infos(&mut *self.database.connection().await?, items).await };
        self.run_operation(infos).await
    }

    /// Returns at most `limit` items whose title contains `query`, ignoring case and accents (see
    /// [`fold_for_search`](crate::fold_for_search)), or whose id is `query`. The item with that id comes first, then
    /// items by number of ratings, descending. An empty query matches all items.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn find_items(
        &self,
        query: &str,
        limit: usize,
    ) -> Result<Vec<FoundItem>, StoreError> {
        let find =
            async { items::find(&mut *self.database.connection().await?, query, limit).await };
        self.run(find).await
    }
}
