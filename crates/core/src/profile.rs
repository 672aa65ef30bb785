//! A person's ratings, stored or given with a request.

use crate::ids::{ItemIdx, UserIdx};
use crate::matrix::RatingMatrix;
use crate::scale::RatingScale;

/// Why ratings make no profile.
#[derive(Clone, Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum ProfileError {
    /// A rating is not on the scale.
    #[error("expected ratings on the scale {scale}, found {rating}")]
    OffScale {
        /// The scale.
        scale: RatingScale,
        /// The rating.
        rating: f64,
    },
    /// An item is rated twice.
    #[error("expected one rating an item, found two of item {item} (index)")]
    Duplicate {
        /// The item's dense index.
        item: u32,
    },
}

/// What one person gave, ascending by item, each item once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    user: Option<UserIdx>,
    ratings: Vec<(ItemIdx, f64)>,
}

impl Profile {
    /// The profile of a user of a matrix; empty if the user is unknown.
    pub fn of_user(matrix: &RatingMatrix, user: UserIdx) -> Self {
        Self { user: Some(user), ratings: matrix.of_user(user).collect() }
    }

    /// The profile of a person who is not stored, from ratings in any order.
    ///
    /// # Errors
    /// [`ProfileError`] if a rating is off the scale or an item occurs twice.
    pub fn of_person(
        ratings: impl IntoIterator<Item = (ItemIdx, f64)>,
        scale: &RatingScale,
    ) -> Result<Self, ProfileError> {
        let mut ratings: Vec<_> = ratings.into_iter().collect();
        ratings.sort_by_key(|&(item, _)| item);
        if let Some(&(_, rating)) = ratings.iter().find(|(_, rating)| !scale.contains(*rating)) {
            return Err(ProfileError::OffScale { scale: *scale, rating });
        }
        if let Some(pair) = ratings.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(ProfileError::Duplicate { item: pair[0].0.0 });
        }
        Ok(Self { user: None, ratings })
    }

    /// The stored user whose profile this is; `None` for a person known by their ratings alone.
    pub fn user(&self) -> Option<UserIdx> {
        self.user
    }

    /// Items and ratings, ascending by item.
    pub fn ratings(&self) -> &[(ItemIdx, f64)] {
        &self.ratings
    }

    /// What the person gave to `item`.
    pub fn rating(&self, item: ItemIdx) -> Option<f64> {
        Some(self.ratings[self.place_of(item)?].1)
    }

    /// Where `item` is among the ratings.
    pub(crate) fn place_of(&self, item: ItemIdx) -> Option<usize> {
        self.ratings.binary_search_by_key(&item, |&(item, _)| item).ok()
    }

    /// The mean of the ratings; `None` without any.
    pub fn mean(&self) -> Option<f64> {
        let sum: f64 = self.ratings.iter().map(|(_, rating)| rating).sum();
        (!self.ratings.is_empty()).then(|| sum / self.ratings.len() as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_ratings_are_checked_and_sorted() {
        let of = |ratings: &[(u32, f64)]| {
            let ratings = ratings.iter().map(|&(item, rating)| (ItemIdx(item), rating));
            Profile::of_person(ratings, &RatingScale::FIVE_STARS)
        };
        let profile = of(&[(4, 2.0), (1, 5.0)]).unwrap();
        assert_eq!(profile.ratings(), [(ItemIdx(1), 5.0), (ItemIdx(4), 2.0)]);
        assert_eq!((profile.rating(ItemIdx(4)), profile.rating(ItemIdx(5))), (Some(2.0), None));
        assert_eq!((profile.mean(), Profile::default().mean()), (Some(3.5), None));
        assert_eq!(of(&[(1, 2.0), (1, 3.0)]), Err(ProfileError::Duplicate { item: 1 }));
        assert!(matches!(of(&[(1, 2.5)]), Err(ProfileError::OffScale { .. })));
    }
}
