//! The ratings of one person, either a stored user or a guest.

use crate::ids::{ItemIdx, UserIdx};
use crate::matrix::RatingMatrix;
use crate::scale::RatingScale;

/// Errors when constructing a [`Profile`].
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
    #[error("expected one rating per item, found two of item index {item}")]
    Duplicate {
        /// The item's dense index.
        item: u32,
    },
}

/// The ratings of one person, ascending by item, with at most one rating per item.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    user: Option<UserIdx>,
    ratings: Vec<(ItemIdx, f64)>,
}

impl Profile {
    /// Returns the profile of a stored user; empty if the user is unknown.
    pub fn from_user(matrix: &RatingMatrix, user: UserIdx) -> Self {
        Self { user: Some(user), ratings: matrix.of_user(user).collect() }
    }

    /// Creates the profile of a guest, who is not stored, from ratings in any order.
    ///
    /// # Errors
    /// [`ProfileError`] if a rating is off the scale or an item occurs twice.
    pub fn from_ratings(
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

    /// Returns the stored user that this profile belongs to; `None` for a guest.
    pub fn user(&self) -> Option<UserIdx> {
        self.user
    }

    /// Returns items and ratings, ascending by item.
    pub fn ratings(&self) -> &[(ItemIdx, f64)] {
        &self.ratings
    }

    /// Returns the person's rating of `item`; `None` if there is none.
    pub fn rating(&self, item: ItemIdx) -> Option<f64> {
        Some(self.ratings[self.position_of(item)?].1)
    }

    /// Returns the position of `item` among the ratings.
    pub(crate) fn position_of(&self, item: ItemIdx) -> Option<usize> {
        self.ratings.binary_search_by_key(&item, |&(item, _)| item).ok()
    }

    /// Returns the mean of the ratings; `None` without ratings.
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
            Profile::from_ratings(ratings, &RatingScale::FIVE_STARS)
        };
        let profile = of(&[(4, 2.0), (1, 5.0)]).unwrap();
        assert_eq!(profile.ratings(), [(ItemIdx(1), 5.0), (ItemIdx(4), 2.0)]);
        assert_eq!((profile.rating(ItemIdx(4)), profile.rating(ItemIdx(5))), (Some(2.0), None));
        assert_eq!((profile.mean(), Profile::default().mean()), (Some(3.5), None));
        assert_eq!(of(&[(1, 2.0), (1, 3.0)]), Err(ProfileError::Duplicate { item: 1 }));
        assert!(matches!(of(&[(1, 2.5)]), Err(ProfileError::OffScale { .. })));
    }
}
