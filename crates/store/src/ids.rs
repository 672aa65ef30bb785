//! Outside ids and dense indices.

use crate::bulk::fetch_many;
use crate::data_set::DataSet;
use crate::error::{Fault, StoreError};
use crate::open::Store;
use crate::row_digests::{IdRow, RowDigests, Rows};
use likemind::{DenseIdx, Ids, ItemIdx, UserIdx};
use sqlx::SqliteConnection;

/// The statements on one kind of ids.
pub(crate) trait StoredIds: DenseIdx {
    const ALL: &'static str;
    const FIND: &'static str;
    /// Of several, given as a JSON array.
    const NAMES: &'static str;
    const ONE: &'static str;
    /// The index that the next new one gets.
    const NEXT: &'static str;
    const INSERT: &'static str;
    const ROWS: Rows;
}

impl StoredIds for UserIdx {
    const ALL: &'static str = "SELECT idx, id FROM users ORDER BY idx";
    const FIND: &'static str = "SELECT idx FROM users WHERE id = ?";
    const NAMES: &'static str =
        "SELECT users.id FROM json_each(?) LEFT JOIN users ON idx = value ORDER BY key";
    const ONE: &'static str = "a user";
    const NEXT: &'static str = "SELECT coalesce(max(idx) + 1, 0) FROM users";
    const INSERT: &'static str = "INSERT INTO users (idx, id) VALUES (?, ?)";
    const ROWS: Rows = Rows::Users;
}

impl StoredIds for ItemIdx {
    const ALL: &'static str = "SELECT idx, id FROM items ORDER BY idx";
    const FIND: &'static str = "SELECT idx FROM items WHERE id = ?";
    const NAMES: &'static str =
        "SELECT items.id FROM json_each(?) LEFT JOIN items ON idx = value ORDER BY key";
    const ONE: &'static str = "an item";
    const NEXT: &'static str = "SELECT coalesce(max(idx) + 1, 0) FROM items";
    const INSERT: &'static str =
        "INSERT INTO items (idx, id, rating_count, rating_sum) VALUES (?, ?, 0, 0)";
    const ROWS: Rows = Rows::Items;
}

/// A number of the database that is never negative.
pub(crate) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// All ids, in the order of first appearance, held to the digest that is `kept`.
pub(crate) async fn all<I: StoredIds>(
    connection: &mut SqliteConnection,
    kept: &RowDigests,
) -> Result<Ids<I>, Fault> {
    let (mut ids, mut digests) = (Ids::<I>::new(), RowDigests::of_nothing());
    let rows: Vec<(i64, String)> = fetch_many(connection, sqlx::query(I::ALL)).await?;
    for (expected, (index, id)) in (0..).zip(rows) {
        if index != expected || i64::from(ids.intern(&id)?.get()) != expected {
            let found = format!("the {} {id:?} out of the order of first appearance", I::WHAT);
            return Err(Fault::Damaged(found));
        }
        digests.add(&IdRow { index: I::from_u32(index as u32), id: &id });
    }
    kept.expect(I::ROWS, &digests)?;
    Ok(ids)
}

/// The indices as the JSON array that `json_each` takes.
pub(crate) fn json_of<I: DenseIdx>(indices: &[I]) -> String {
    let numbers: Vec<String> = indices.iter().map(|index| index.get().to_string()).collect();
    format!("[{}]", numbers.join(","))
}

/// What was found for each index asked for; an error names the first for which nothing was.
pub(crate) fn each_found<I: StoredIds, T>(
    indices: &[I],
    found: impl IntoIterator<Item = Option<T>>,
) -> Result<Vec<T>, Fault> {
    let unknown = |index: I| StoreError::UnknownIndex { what: I::ONE, index: index.get() };
    let each = indices.iter().zip(found);
    each.map(|(&index, found)| found.ok_or_else(|| unknown(index).into())).collect()
}

impl Store {
    async fn all_ids<I: StoredIds>(&self) -> Result<Ids<I>, StoreError> {
        self.named(async {
            let mut reading = self.reading().await?;
            let data_set = DataSet::read(&mut reading).await?;
            all(&mut reading, &data_set.rows).await
        })
        .await
    }

    async fn find<I: StoredIds>(&self, id: &str) -> Result<Option<I>, StoreError> {
        self.named(async {
            let find = sqlx::query_scalar(I::FIND).bind(id);
            Ok(find.fetch_optional(&self.pool).await?.map(I::from_u32))
        })
        .await
    }

    async fn names<I: StoredIds + Sync>(&self, indices: &[I]) -> Result<Vec<String>, StoreError> {
        self.named(async {
            let names = sqlx::query_scalar(I::NAMES).bind(json_of(indices));
            each_found(indices, names.fetch_all(&self.pool).await?)
        })
        .await
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
    /// [`StoreError::UnknownIndex`] for an index that no user has.
    pub async fn user_names(&self, users: &[UserIdx]) -> Result<Vec<String>, StoreError> {
        self.names(users).await
    }

    /// The ids of some items, in the order asked for.
    ///
    /// # Errors
    /// [`StoreError::UnknownIndex`] for an index that no item has.
    pub async fn item_names(&self, items: &[ItemIdx]) -> Result<Vec<String>, StoreError> {
        self.names(items).await
    }
}
