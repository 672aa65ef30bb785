//! Ids and titles of rows, in step with the ratings.

use super::damage::Damage;
use likemind::ids::IdError;
use likemind::{Catalogue, DenseIdx, Ids, ItemIdx, ItemInfo, UserIdx};
use likemind_store::{LookupError, SingleChange, Store, StoreError};
use std::collections::BTreeSet;

/// Whether names are held in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeldNames {
    None,
    All,
}

/// The items whose titles are read after changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Titles {
    /// Those of new items; enough after single ratings, which change no titles.
    New,
    /// Those of all changed items, because an import may have changed them.
    All,
}

/// The ids of users and items, and the titles, years and genres of items.
#[derive(Clone, Debug, Default)]
pub struct Names {
    users: Ids<UserIdx>,
    items: Ids<ItemIdx>,
    catalogue: Catalogue,
}

/// Numbers of users and items.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counts {
    users: usize,
    items: usize,
}

/// Added and changed names.
#[derive(Debug, Default)]
pub(super) struct NewNames {
    users: Vec<(UserIdx, String)>,
    items: Vec<(ItemIdx, String)>,
    infos: Vec<(ItemIdx, ItemInfo)>,
}

impl Names {
    /// The users' ids. There can be more ids than users in the ratings of the same view, never fewer.
    pub fn users(&self) -> &Ids<UserIdx> {
        &self.users
    }

    /// The items' ids. There can be more ids than items in the ratings of the same view, never fewer.
    pub fn items(&self) -> &Ids<ItemIdx> {
        &self.items
    }

    /// Titles, years and genres. If another process imports new titles for items without changing their
    /// ratings, they appear at the next opening.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Reads all names of a database.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn of(store: &Store) -> Result<Self, StoreError> {
        Self::read(store, HeldNames::All).await
    }

    pub(super) async fn read(store: &Store, naming: HeldNames) -> Result<Self, StoreError> {
        if naming == HeldNames::None {
            return Ok(Self::default());
        }
        let (users, items) = (store.user_ids().await?, store.item_ids().await?);
        // Read last, so that every item has its title.
        let catalogue = store.catalogue().await?;
        Ok(Self { users, items, catalogue })
    }

    /// The numbers of users and items.
    pub(super) fn counts(&self) -> Counts {
        Counts { users: self.users.len(), items: self.items.len() }
    }

    /// Adds new names.
    ///
    /// # Errors
    /// [`Damage`] if they do not continue the known names.
    pub(super) fn add(&mut self, names: NewNames) -> Result<(), Damage> {
        let unknown = |what: &str| Damage(format!("{what} out of the order of first appearance"));
        let refused = |error: IdError| Damage(error.to_string());
        let NewNames { users, items, infos } = names;
        // Forgotten users first: a later user may have their former id.
        let (known, new): (Vec<_>, Vec<_>) =
            users.into_iter().partition(|(user, _)| user.at() < self.users.len());
        for (user, id) in known {
            self.users.rename(user, &id).map_err(refused)?;
        }
        for (user, id) in new {
            if self.users.intern(&id).map_err(refused)? != user {
                return Err(unknown("a user"));
            }
        }
        let known = self.items.len();
        for (item, id) in items.into_iter().filter(|(item, _)| item.at() >= known) {
            if self.items.intern(&id).map_err(refused)? != item {
                return Err(unknown("an item"));
            }
        }
        infos.into_iter().for_each(|(item, info)| self.catalogue.set(item, info));
        Ok(())
    }
}

impl NewNames {
    /// Reads the names of the users and items of `changes` that are not `known` yet. Ids of users who
    /// lose ratings are read as well, because a forgotten user has a new id.
    pub(super) async fn read(
        store: &Store,
        changes: &[SingleChange],
        known: Counts,
        titles: Titles,
    ) -> Result<Self, StoreError> {
        let Counts { users, items } = known;
        let last = |index: Option<u32>| index.map_or(0, |index| index + 1);
        let (last_user, last_item) = (
            last(changes.iter().map(|change| change.user.get()).max()),
            last(changes.iter().map(|change| change.item.get()).max()),
        );
        let losing = changes.iter().filter(|change| change.rating.is_none());
        let losing = losing.map(|change| change.user.get()).filter(|&user| (user as usize) < users);
        let mut renamed: BTreeSet<u32> = losing.collect();
        renamed.extend(users as u32..last_user);
        let users: Vec<UserIdx> = renamed.into_iter().map(UserIdx).collect();
        let new_items: Vec<ItemIdx> = (items as u32..last_item).map(ItemIdx).collect();
        let mut names = Self::default();
        if !users.is_empty() {
            let ids = store.user_ids_of(&users).await.map_err(missing(store))?;
            names.users = users.into_iter().zip(ids).collect();
        }
        if !new_items.is_empty() {
            let ids = store.item_ids_of(&new_items).await.map_err(missing(store))?;
            names.items = new_items.iter().copied().zip(ids).collect();
        }
        let titled = match titles {
            Titles::New => new_items,
            Titles::All => {
                let changed = changes.iter().map(|change| change.item);
                let all: BTreeSet<ItemIdx> = changed.chain(new_items).collect();
                all.into_iter().collect()
            }
        };
        if !titled.is_empty() {
            let infos = store.item_infos(&titled).await.map_err(missing(store))?;
            names.infos = titled.into_iter().zip(infos).collect();
        }
        Ok(names)
    }
}

/// Reports a user or an item that appears in a change but not in the database.
fn missing(store: &Store) -> impl Fn(LookupError) -> StoreError + '_ {
    |error| match error {
        LookupError::Store(error) => error,
        unknown => Damage(unknown.to_string()).of(store),
    }
}
