//! Offline evaluation of predictions and recommendations on held-out ratings.

mod accuracy;
mod ranking;

pub use accuracy::RatingAccuracy;
pub use ranking::RankingQuality;

use crate::ids::{ItemIdx, UserIdx};
use crate::matrix::RatingMatrix;
use crate::model::{Model, SessionError};
use crate::table::Rating;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A held-out rating.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TestRating {
    /// The user, who may be absent from the training ratings.
    pub user: UserIdx,
    /// The item, which may be absent from the training ratings.
    pub item: ItemIdx,
    /// The rating.
    pub rating: f64,
}

impl From<Rating> for TestRating {
    fn from(Rating { user, item, rating, .. }: Rating) -> Self {
        Self { user, item, rating }
    }
}

/// Measures models on held-out ratings.
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
    on_progress: &'a (dyn Fn(usize) + Sync),
}

impl<'a> Evaluation<'a> {
    /// Creates an evaluation on the ratings `test` of models that were fitted to `matrix`.
    pub fn on(matrix: &'a RatingMatrix, test: &'a [TestRating]) -> Self {
        Self { matrix, test, relevant_from: f64::NEG_INFINITY, on_progress: &|_| () }
    }

    /// Treats a held-out item as relevant only if its rating is at least `rating`. Users without a
    /// relevant item are excluded from the ranking quality. By default every held-out item is
    /// relevant; with NaN none is.
    pub fn relevant_from(self, rating: f64) -> Self {
        Self { relevant_from: rating, ..self }
    }

    /// Calls `on_progress`, from any thread, with the number of predictions (or of users' lists)
    /// made so far. Calls from several threads may arrive out of order.
    pub fn on_progress(self, on_progress: &'a (dyn Fn(usize) + Sync)) -> Self {
        Self { on_progress, ..self }
    }

    /// Predicts every held-out rating and measures the errors.
    ///
    /// # Errors
    /// [`SessionError`] if the model cannot answer for a user.
    pub fn rating_accuracy(&self, model: &dyn Model) -> Result<RatingAccuracy, SessionError> {
        accuracy::rating_accuracy(self, model)
    }

    /// Recommends `n` items to every user with a relevant held-out item and measures the quality of
    /// the lists. Items that a user rated in the training ratings are never recommended to that
    /// user.
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

    /// Returns the number of users that [`ranking_quality`](Self::ranking_quality) covers.
    pub fn users(&self) -> usize {
        ranking::relevant_items(self).chunk_by(|a, b| a.0 == b.0).count()
    }

    /// Returns a function that counts one more finished unit of work and reports the total.
    fn counter(&self) -> impl Fn() + Sync + use<'a> {
        let (done, on_progress) = (AtomicUsize::new(0), self.on_progress);
        move || on_progress(done.fetch_add(1, Ordering::Relaxed) + 1)
    }
}
