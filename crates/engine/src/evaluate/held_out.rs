//! Training and test ratings with common indices.

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
    /// The order in which they were read, if the dialect depends on it.
    pub order: Option<ReadingOrder>,
    /// The held-out ratings. Users and items that are not in the training set have indices past its end.
    pub test: Vec<TestRating>,
}

/// Errors when constructing a [`HeldOut`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HeldOutError {
    /// The training ratings do not form a valid matrix.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
    /// Both sets together have too many users or items.
    #[error(transparent)]
    Id(#[from] IdError),
}

impl HeldOut {
    /// Does not keep the table, which would take most of the memory for millions of ratings.
    fn new(
        train: &RatingTable,
        test: Vec<TestRating>,
        scale: RatingScale,
        dialect: Dialect,
    ) -> Result<Self, MatrixError> {
        let matrix = Arc::new(RatingMatrix::from_table(train, scale)?);
        let by_order = dialect.uses_reading_order();
        let order = by_order.then(|| ReadingOrder::new(train, &matrix));
        Ok(Self { matrix, order, test })
    }

    /// Uses a fold of a data set.
    ///
    /// # Errors
    /// [`HeldOutError::Matrix`] if a rating is not on the scale.
    pub fn from_fold(
        fold: Fold,
        scale: RatingScale,
        dialect: Dialect,
    ) -> Result<Self, HeldOutError> {
        let test = fold.test.into_iter().map(TestRating::from);
        Ok(Self::new(&fold.train, test.collect(), scale, dialect)?)
    }

    /// Uses two data sets. Users and items are matched by id, and the scale is widened to contain both.
    ///
    /// # Errors
    /// [`HeldOutError::Id`] if both together have too many users or items, and [`HeldOutError::Matrix`] if
    /// the training ratings do not form a valid matrix.
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

    /// Number of test ratings whose user and item also have a rating in the training set. Their errors
    /// come out too small, and their items never appear in recommendation lists.
    pub fn known(&self) -> usize {
        let known = |test: &&TestRating| self.matrix.rating(test.user, test.item).is_some();
        self.test.iter().filter(known).count()
    }
}
