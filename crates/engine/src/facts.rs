//! Facts about a user's ratings compared with those of others, and about an item's.

use crate::engine::Moment;
use crate::error::AnswerError;
use likemind::facts::Division;
use likemind::{Catalogue, Facts, ItemIdx, Neighbour, Profile, Side, UserIdx};
use likemind_store::{LookupError, Store};

impl Moment<'_> {
    /// Facts about a user's ratings. The closest neighbour is that of the active users' model.
    pub fn facts(&self, user: UserIdx) -> Facts {
        let person = Profile::from_user(self.matrix(), user);
        let neighbours = self.neighbours(Side::Users, user.into());
        Facts::new(self.matrix(), &person, self.names().catalogue(), neighbours)
    }

    /// How far, and whom, an item divides. Takes some tens of milliseconds per 10 million ratings.
    pub fn division(&self, item: ItemIdx) -> Division {
        Division::new(self.matrix(), item, self.names().catalogue())
    }
}

/// Facts about a user's ratings, read from the database for a single answer. `neighbours` are the user's
/// neighbours, most similar first, as returned by [`neighbours_of`](crate::neighbours_of); empty
/// if there is no model.
///
/// # Errors
/// [`StoreError::NoRatings`](likemind_store::StoreError::NoRatings) before the first import.
pub async fn facts_of(
    store: &Store,
    user: UserIdx,
    neighbours: &[Neighbour],
) -> Result<Facts, AnswerError> {
    let matrix = store.matrix().await?;
    let person = Profile::from_user(&matrix, user);
    let catalogue = catalogue_of(store, &person).await?;
    Ok(Facts::new(&matrix, &person, &catalogue, neighbours))
}

/// Reads titles, years and genres of the items that a person rated.
async fn catalogue_of(store: &Store, person: &Profile) -> Result<Catalogue, LookupError> {
    let items: Vec<ItemIdx> = person.ratings().iter().map(|&(item, _)| item).collect();
    let infos = store.item_infos(&items).await?;
    let mut catalogue = Catalogue::new();
    items.into_iter().zip(infos).for_each(|(item, info)| catalogue.set(item, info));
    Ok(catalogue)
}
