//! Ratings to learn from and ratings held out, under the same ids.

use anyhow::Result;
use likemind::{RatingMatrix, RatingScale, RatingTable, TestRating};
use likemind_data::{Fold, ReadOptions, Source, read};

/// A training set and a test set.
pub(crate) struct HeldOut {
    /// The training ratings, in reading order.
    pub(crate) train: RatingTable,
    /// The same as a matrix.
    pub(crate) matrix: RatingMatrix,
    /// The ratings held out; users and items that the training set lacks have indices past its end.
    pub(crate) test: Vec<TestRating>,
}

impl HeldOut {
    pub(crate) fn from_fold(fold: Fold, scale: RatingScale) -> Result<Self> {
        let matrix = RatingMatrix::from_table(&fold.train, scale)?;
        let test = fold.test.iter().map(|rating| TestRating {
            user: rating.user,
            item: rating.item,
            rating: rating.rating,
        });
        Ok(Self { matrix, test: test.collect(), train: fold.train })
    }
}

/// Reads two files, or two parts of archives.
pub(crate) fn from_files(
    (train, train_part): (&Source, &Option<String>),
    (test, test_part): (&Source, &Option<String>),
    scale: Option<RatingScale>,
) -> Result<HeldOut> {
    let options =
        |part: &Option<String>| ReadOptions { part: part.clone(), scale, ..Default::default() };
    let train = read(train, &options(train_part))?;
    let held_out = read(test, &options(test_part))?;
    let scale = train.scale.widen(&held_out.scale);
    let (mut users, mut items) = (train.ratings.users.clone(), train.ratings.items.clone());
    let mut test = Vec::with_capacity(held_out.ratings.len());
    for rating in held_out.ratings.iter() {
        let user = held_out.ratings.users.name(rating.user).unwrap_or_default();
        let item = held_out.ratings.items.name(rating.item).unwrap_or_default();
        test.push(TestRating {
            user: users.intern(user)?,
            item: items.intern(item)?,
            rating: rating.rating,
        });
    }
    let matrix = RatingMatrix::from_table(&train.ratings, scale)?;
    Ok(HeldOut { train: train.ratings, matrix, test })
}
