//! People who are not stored, with ratings from a file.

use crate::answers::Person;
use likemind::profile::ProfileError;
use likemind::{DenseIdx, Ids, ItemIdx, Profile, RatingScale, UserIdx};
use likemind_data::Dataset;

/// The people of a data set, with their ratings of the items of a database.
#[derive(Clone, Debug, PartialEq)]
pub struct Guests<'a> {
    /// The people, in the order of the data set. Those without ratings of known items have none.
    pub people: Vec<Person<'a>>,
    /// Number of ratings of items that are not in the database, which are left out.
    pub unknown: usize,
}

/// The error of ratings that do not suit a database.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("the ratings of {user:?}: {source}")]
pub struct GuestError {
    /// The id of the user.
    pub user: String,
    /// What is wrong with the ratings.
    pub source: ProfileError,
}

/// The rating of a guest on a scale. Counts above it, which is only that of the known people, are taken
/// as its highest.
pub fn guest_rating(scale: &RatingScale, rating: f64) -> f64 {
    if scale.has_counts() { rating.min(scale.max()) } else { rating }
}

impl<'a> Guests<'a> {
    /// Finds the items of a data set, by their ids, among those of a database with this scale. Counts
    /// above the scale, which is only that of the known people, are taken as its highest.
    ///
    /// # Errors
    /// [`GuestError`] if somebody's ratings are off the scale.
    pub fn find(
        dataset: &'a Dataset,
        items: &Ids<ItemIdx>,
        scale: &RatingScale,
    ) -> Result<Self, GuestError> {
        let table = &dataset.ratings;
        let mut ratings: Vec<Vec<(ItemIdx, f64)>> = vec![Vec::new(); table.users().len()];
        let mut unknown = 0;
        for row in table.iter() {
            match table.items().name(row.item).and_then(|id| items.get(id)) {
                Some(item) => ratings[row.user.at()].push((item, guest_rating(scale, row.rating))),
                None => unknown += 1,
            }
        }
        let person = |(user, ratings): (u32, Vec<_>)| {
            let id = table.users().name(UserIdx(user)).unwrap_or_default();
            let profile = Profile::from_ratings(ratings, scale);
            let profile = profile.map_err(|source| GuestError { user: id.to_owned(), source })?;
            Ok(Person { id, profile })
        };
        let people = (0..).zip(ratings).map(person).collect::<Result<_, _>>()?;
        Ok(Self { people, unknown })
    }
}
