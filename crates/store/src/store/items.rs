//! What is known of items.

use crate::error::{LookupError, StoreError};
use crate::items::FoundItem;
use crate::sqlite::{data_set, items};
use crate::store::Store;
use likemind::{Catalogue, ItemIdx, ItemInfo};

impl Store {
    /// What is known of all items.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if it is not as it was written.
    pub async fn catalogue(&self) -> Result<Catalogue, StoreError> {
        self.named(async {
            let mut reading = self.database.reading().await?;
            let kept = data_set::read(&mut reading).await?.rows;
            let mut catalogue = Catalogue::new();
            for row in items::all_infos(&mut reading, &kept).await? {
                catalogue.set(ItemIdx(row.idx.unwrap_or_default()), row.info()?);
            }
            Ok(catalogue)
        })
        .await
    }

    /// What is known of some items, in the order asked for.
    ///
    /// # Errors
    /// [`LookupError::UnknownIndex`] for an index that no item has.
    pub async fn item_infos(&self, items: &[ItemIdx]) -> Result<Vec<ItemInfo>, LookupError> {
        let infos = async { items::infos(&mut *self.database.connection().await?, items).await };
        self.answered(infos).await
    }

    /// At most `limit` items whose title contains `query`, in whatever case and with whatever accents
    /// (see [`folded`](crate::folded)), or whose id is `query`. The one with that id comes first, then the most rated.
    /// All items have an empty text in their title.
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
        self.named(find).await
    }
}
