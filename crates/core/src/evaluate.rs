//! How good predictions and recommendations are on ratings that were held out.

mod accuracy;
mod ranking;

pub use accuracy::RatingAccuracy;
pub use ranking::RankingQuality;

use crate::ids::{ItemIdx, UserIdx};
use crate::matrix::RatingMatrix;
use crate::model::{Model, SessionError};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A held-out rating.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TestRating {
    /// Who rated; may be unknown to the training ratings.
    pub user: UserIdx,
    /// What was rated; may be unknown to the training ratings.
    pub item: ItemIdx,
    /// The rating.
    pub rating: f64,
}

/// Ratings that were held out, to measure models on.
///
/// ```
/// use likemind::{
///     Evaluation, ItemIdx, MeanModel, MeanOf, RatingMatrix, RatingScale, RatingTable, TestRating,
///     UserIdx,
/// };
/// let mut train = RatingTable::new();
/// for (user, item, rating) in [("ada", "Heat", 5.0), ("bob", "Heat", 3.0), ("bob", "Ran", 4.0)] {
///     train.push(user, item, rating, None)?;
/// }
/// let matrix = RatingMatrix::from_table(&train, RatingScale::FIVE_STARS)?;
/// let test = [TestRating { user: UserIdx(0), item: ItemIdx(1), rating: 4.5 }];
/// let model = MeanModel::new(matrix.clone(), MeanOf::User);
/// let evaluation = Evaluation::on(&matrix, &test);
/// let accuracy = evaluation.rating_accuracy(&model)?;
/// assert_eq!((accuracy.rmse, accuracy.mae), (0.5, 0.5));
/// let quality = evaluation.relevant_from(4.0).ranking_quality(&model, 10)?;
/// assert_eq!((quality.users, quality.hit_rate, quality.precision), (1, 1.0, 0.1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Evaluation<'a> {
    matrix: &'a RatingMatrix,
    test: &'a [TestRating],
    relevant_from: f64,
    tell: &'a (dyn Fn(usize) + Sync),
}

impl<'a> Evaluation<'a> {
    /// Measures on `test` what learnt from `matrix`.
    pub fn on(matrix: &'a RatingMatrix, test: &'a [TestRating]) -> Self {
        Self { matrix, test, relevant_from: f64::NEG_INFINITY, tell: &|_| () }
    }

    /// A recommended item counts as relevant where the user gave it this or more; of a user without
    /// such a rating the quality of lists says nothing. By default every held-out item is relevant,
    /// whatever its rating. NaN: none is.
    pub fn relevant_from(self, rating: f64) -> Self {
        Self { relevant_from: rating, ..self }
    }

    /// Has `tell` called, from any thread, with how many predictions were made so far, or how many
    /// users' lists. Calls from several threads may arrive out of order.
    pub fn watched_by(self, tell: &'a (dyn Fn(usize) + Sync)) -> Self {
        Self { tell, ..self }
    }

    /// Predicts every held-out rating and compares.
    ///
    /// # Errors
    /// [`SessionError`] if the model cannot answer for a user.
    pub fn rating_accuracy(&self, model: &dyn Model) -> Result<RatingAccuracy, SessionError> {
        accuracy::rating_accuracy(self, model)
    }

    /// Recommends `n` items to every user with a relevant held-out item and compares. The items that
    /// a user rated in the training ratings are never recommended to that user.
    ///
    /// # Errors
    /// [`SessionError`] if the model cannot answer for a user.
    pub fn ranking_quality(
        &self,
        model: &dyn Model,
        n: usize,
    ) -> Result<RankingQuality, SessionError> {
        ranking::ranking_quality(self, model, n)
    }

    /// How many users the quality of lists is of.
    pub fn users(&self) -> usize {
        ranking::relevant_items(self).chunk_by(|a, b| a.0 == b.0).count()
    }

    /// Counts what is done, and tells.
    fn counter(&self) -> impl Fn() + Sync + use<'a> {
        let (done, tell) = (AtomicUsize::new(0), self.tell);
        move || tell(done.fetch_add(1, Ordering::Relaxed) + 1)
    }
}
