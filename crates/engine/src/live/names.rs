//! Who the rows are: ids and titles, as of the same moment as the ratings.

use super::damage::Damage;
use likemind::ids::IdError;
use likemind::{Catalogue, DenseIdx, Ids, ItemIdx, ItemInfo, UserIdx};
use likemind_store::{LookupError, SingleChange, Store, StoreError};
use std::collections::BTreeSet;

/// Whether names are held beside the ratings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeldNames {
    None,
    All,
}

/// The items whose titles are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Those that are not known yet: a rating tells nothing of its item.
    New,
    /// All that changes are of: an import may tell of them.
    All,
}

/// The ids of users and items, and what is known of items.
#[derive(Clone, Debug, Default)]
pub struct Names {
    users: Ids<UserIdx>,
    items: Ids<ItemIdx>,
    catalogue: Catalogue,
}

/// How many users and items there are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counts {
    users: usize,
    items: usize,
}

/// Names that came or changed.
#[derive(Debug, Default)]
pub(super) struct News {
    users: Vec<(UserIdx, String)>,
    items: Vec<(ItemIdx, String)>,
    infos: Vec<(ItemIdx, ItemInfo)>,
}

impl Names {
    /// The users' ids. There can be more than users with ratings in the same view, never fewer.
    pub fn users(&self) -> &Ids<UserIdx> {
        &self.users
    }

    /// The items' ids. There can be more than in the ratings of the same view, never fewer.
    pub fn items(&self) -> &Ids<ItemIdx> {
        &self.items
    }

    /// Titles, years and genres. What an import says of items whose ratings it leaves is seen at the
    /// next opening.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    pub(super) async fn read(store: &Store, naming: HeldNames) -> Result<Self, StoreError> {
        if naming == HeldNames::None {
            return Ok(Self::default());
        }
        let (users, items) = (store.user_ids().await?, store.item_ids().await?);
        // Read last: no item is without its title.
        let catalogue = store.catalogue().await?;
        Ok(Self { users, items, catalogue })
    }

    /// How many there are.
    pub(super) fn counts(&self) -> Counts {
        Counts { users: self.users.len(), items: self.items.len() }
    }

    /// Takes in what came. An error says that it does not continue what is known.
    pub(super) fn take(&mut self, news: News) -> Result<(), Damage> {
        let unknown = |what: &str| Damage(format!("{what} out of the order of first appearance"));
        let refused = |error: IdError| Damage(error.to_string());
        let News { users, items, infos } = news;
        // Who is forgotten first: the id may be somebody's who came since.
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

impl News {
    /// What some changes say of names, beside the users and items that are known already. Who loses a
    /// rating may be forgotten, and have another id.
    pub(super) async fn of(
        store: &Store,
        changes: &[SingleChange],
        known: Counts,
        titles: Asked,
    ) -> Result<Self, StoreError> {
        let Counts { users, items } = known;
        let last = |index: Option<u32>| index.map_or(0, |index| index + 1);
        let (last_user, last_item) = (
            last(changes.iter().map(|change| change.user.get()).max()),
            last(changes.iter().map(|change| change.item.get()).max()),
        );
        let losing = changes.iter().filter(|change| change.rating.is_none());
        let losing = losing.map(|change| change.user.get()).filter(|&user| (user as usize) < users);
        let mut asked: BTreeSet<u32> = losing.collect();
        asked.extend(users as u32..last_user);
        let asked: Vec<UserIdx> = asked.into_iter().map(UserIdx).collect();
        let new_items: Vec<ItemIdx> = (items as u32..last_item).map(ItemIdx).collect();
        let mut news = Self::default();
        if !asked.is_empty() {
            let names = store.user_names(&asked).await.map_err(missing(store))?;
            news.users = asked.into_iter().zip(names).collect();
        }
        if !new_items.is_empty() {
            let names = store.item_names(&new_items).await.map_err(missing(store))?;
            news.items = new_items.iter().copied().zip(names).collect();
        }
        let told = match titles {
            Asked::New => new_items,
            Asked::All => {
                let known = changes.iter().map(|change| change.item);
                let told: BTreeSet<ItemIdx> = known.chain(new_items).collect();
                told.into_iter().collect()
            }
        };
        if !told.is_empty() {
            let infos = store.item_infos(&told).await.map_err(missing(store))?;
            news.infos = told.into_iter().zip(infos).collect();
        }
        Ok(news)
    }
}

/// A user or an item that the changes tell of and the database has not.
fn missing(store: &Store) -> impl Fn(LookupError) -> StoreError + '_ {
    |error| match error {
        LookupError::Store(error) => error,
        unknown => Damage(unknown.to_string()).of(store),
    }
}
