//! Ratings to learn from and ratings held out, under the same ids.

use likemind::ids::IdError;
use likemind::matrix::MatrixError;
use likemind::predict::ReadingOrder;
use likemind::{Dialect, RatingMatrix, RatingScale, RatingTable, TestRating};
use likemind_data::{Dataset, Fold};
use std::sync::Arc;

/// A training set and a test set.
#[derive(Clone, Debug)]
pub struct HeldOut {
    /// The training ratings.
    pub matrix: Arc<RatingMatrix>,
    /// The order in which they were read, where the dialect goes by it.
    pub order: Option<ReadingOrder>,
    /// The ratings held out; users and items that the training set lacks have indices past its end.
    pub test: Vec<TestRating>,
}

/// Why ratings cannot be held out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HeldOutError {
    /// The training ratings cannot be had as a matrix.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
    /// Both sets together have more users or items than there can be.
    #[error(transparent)]
    Id(#[from] IdError),
}

impl HeldOut {
    /// Keeps no table: of millions of ratings it would be the largest part.
    fn new(
        train: &RatingTable,
        test: Vec<TestRating>,
        scale: RatingScale,
        dialect: Dialect,
    ) -> Result<Self, MatrixError> {
        let matrix = Arc::new(RatingMatrix::from_table(train, scale)?);
        let by_order = dialect.goes_by_reading_order();
        let order = by_order.then(|| ReadingOrder::new(train, &matrix));
        Ok(Self { matrix, order, test })
    }

    /// A fold of one data set.
    ///
    /// # Errors
    /// [`HeldOutError::Matrix`] for a rating that is not on the scale.
    pub fn from_fold(
        fold: Fold,
        scale: RatingScale,
        dialect: Dialect,
    ) -> Result<Self, HeldOutError> {
        let test = fold.test.into_iter().map(|rating| TestRating {
            user: rating.user,
            item: rating.item,
            rating: rating.rating,
        });
        Ok(Self::new(&fold.train, test.collect(), scale, dialect)?)
    }

    /// Two data sets, whose users and items are the same where their ids are. The scale is one that
    /// holds both.
    ///
    /// # Errors
    /// [`HeldOutError::Id`] if both together have more users or items than there can be.
    pub fn from_datasets(
        train: &Dataset,
        held_out: &Dataset,
        dialect: Dialect,
    ) -> Result<Self, HeldOutError> {
        let scale = train.scale.widen(&held_out.scale);
        let (mut users, mut items) = (train.ratings.users().clone(), train.ratings.items().clone());
        let mut test = Vec::with_capacity(held_out.ratings.len());
        for rating in held_out.ratings.iter() {
            let user = held_out.ratings.users().name(rating.user).unwrap_or_default();
            let item = held_out.ratings.items().name(rating.item).unwrap_or_default();
            test.push(TestRating {
                user: users.intern(user)?,
                item: items.intern(item)?,
                rating: rating.rating,
            });
        }
        Ok(Self::new(&train.ratings, test, scale, dialect)?)
    }

    /// How many of the test ratings are of a user and an item that the training set has a rating of:
    /// of these, errors come out too small, and no list can have such an item.
    pub fn known(&self) -> usize {
        let known = |test: &&TestRating| self.matrix.rating(test.user, test.item).is_some();
        self.test.iter().filter(known).count()
    }
}
