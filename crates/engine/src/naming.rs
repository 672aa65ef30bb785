//! Names of rows: computations use indices, people use ids and titles.

use crate::live::Names;
use likemind::{Catalogue, ItemIdx, ItemInfo, RowIdx, Side, UserIdx};
use likemind_store::{LookupError, Store};
use std::collections::{BTreeMap, BTreeSet};

/// Maps rows to external ids and item information.
pub trait Naming {
    /// The id of a user; empty if it is not known.
    fn user(&self, user: UserIdx) -> &str;

    /// The id of an item; empty if it is not known.
    fn item(&self, item: ItemIdx) -> &str;

    /// Title, year and genres of an item; empty if they are not known.
    fn info(&self, item: ItemIdx) -> &ItemInfo;

    /// The id of a row of a side.
    fn row(&self, side: Side, row: RowIdx) -> &str {
        match side {
            Side::Users => self.user(row.user()),
            Side::Items => self.item(row.item()),
        }
    }

    /// Title, year and genres of a row; `None` for users.
    fn row_info(&self, side: Side, row: RowIdx) -> Option<&ItemInfo> {
        match side {
            Side::Users => None,
            Side::Items => Some(self.info(row.item())),
        }
    }
}

impl Naming for Names {
    fn user(&self, user: UserIdx) -> &str {
        self.users().name(user).unwrap_or_default()
    }

    fn item(&self, item: ItemIdx) -> &str {
        self.items().name(item).unwrap_or_default()
    }

    fn info(&self, item: ItemIdx) -> &ItemInfo {
        self.catalogue().get(item)
    }
}

/// The names of a few rows, read from the database for a single answer.
#[derive(Clone, Debug, Default)]
pub struct FewNames {
    users: BTreeMap<UserIdx, String>,
    items: BTreeMap<ItemIdx, String>,
    catalogue: BTreeMap<ItemIdx, ItemInfo>,
}

impl FewNames {
    /// Reads the names of `rows`.
    ///
    /// # Errors
    /// [`LookupError`] if the database cannot be read, or a row is not in it.
    pub async fn read(
        store: &Store,
        rows: impl IntoIterator<Item = (Side, RowIdx)>,
    ) -> Result<Self, LookupError> {
        let (mut users, mut items) = (BTreeSet::new(), BTreeSet::new());
        for (side, row) in rows {
            match side {
                Side::Users => drop(users.insert(row.user())),
                Side::Items => drop(items.insert(row.item())),
            }
        }
        let (users, items): (Vec<_>, Vec<_>) =
            (users.into_iter().collect(), items.into_iter().collect());
        let mut names = Self::default();
        if !users.is_empty() {
            let ids = store.user_ids_of(&users).await?;
            names.users = users.into_iter().zip(ids).collect();
        }
        if !items.is_empty() {
            let (ids, infos) = (store.item_ids_of(&items).await?, store.item_infos(&items).await?);
            names.items = items.iter().copied().zip(ids).collect();
            names.catalogue = items.into_iter().zip(infos).collect();
        }
        Ok(names)
    }
}

impl Naming for FewNames {
    fn user(&self, user: UserIdx) -> &str {
        self.users.get(&user).map_or("", String::as_str)
    }

    fn item(&self, item: ItemIdx) -> &str {
        self.items.get(&item).map_or("", String::as_str)
    }

    fn info(&self, item: ItemIdx) -> &ItemInfo {
        static EMPTY: Catalogue = Catalogue::new();
        self.catalogue.get(&item).unwrap_or_else(|| EMPTY.get(item))
    }
}
