//! Models fitted to ratings, and the sessions in which they predict and rank for one person.

mod error;
mod neighbours;
mod paired;
mod recommending;
mod session;
mod simple;
mod view;

pub use error::{ModelError, ObservedFitError, SessionError};
pub use neighbours::NeighbourModel;
pub use paired::PairedModel;
pub use simple::{BaselineModel, MeanModel, MeanOf};
pub use view::NeighbourView;

use crate::ids::{ItemIdx, UserIdx};
use crate::matrix::RatingMatrix;
use crate::predict::Prediction;
use crate::profile::Profile;
use crate::rank::{Ranked, Recommendation, TopN};
use rayon::prelude::*;
use std::sync::OnceLock;

/// A model fitted to ratings, which predicts and ranks items for people.
///
/// ```
/// use likemind::{MeanModel, MeanOf, Model, Profile, RatingMatrix, RatingScale, RatingTable, TopN, UserIdx};
/// let mut table = RatingTable::new();
/// for (user, item, rating) in [("ada", "Heat", 5.0), ("bob", "Heat", 3.0), ("bob", "Ran", 4.0)] {
///     table.push(user, item, rating, None).unwrap();
/// }
/// let matrix = RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap();
/// let model: Box<dyn Model> = Box::new(MeanModel::new(matrix, MeanOf::Item));
/// let ada = Profile::from_user(model.matrix(), UserIdx(0));
/// let session = model.session(&ada).unwrap();
/// let best = &session.recommend(TopN::new(1))[0];
/// assert_eq!(table.items().name(best.ranked.item), Some("Ran"));
/// assert_eq!(best.prediction.rating, 4.0);
/// ```
pub trait Model: Send + Sync {
    /// Returns the ratings that the model answers from.
    fn matrix(&self) -> &RatingMatrix;

    /// Opens a session for a person, either a stored user or a guest known only by their ratings.
    /// Work that depends only on the person is done once per session.
    ///
    /// # Errors
    /// [`SessionError`] if the model cannot use the person's ratings.
    fn session<'a>(&'a self, person: &'a Profile) -> Result<Box<dyn Session + 'a>, SessionError>;

    /// Predicts many pairs of stored users and items, and passes each prediction to `take` with the
    /// position of its query, from any thread of the pool and in any order. Each prediction equals
    /// that of the user's [`session`](Self::session), without its terms.
    ///
    /// # Errors
    /// The [`SessionError`] of one of the users. Some queries then have no prediction.
    fn predict_each(
        &self,
        queries: &[(UserIdx, ItemIdx)],
        take: &(dyn Fn(usize, Prediction) + Sync),
    ) -> Result<(), SessionError> {
        predict_by_user(self, queries, take)
    }

    /// Like [`predict_each`](Self::predict_each), but returns all predictions, in the order of the
    /// queries.
    ///
    /// # Errors
    /// See [`predict_each`](Self::predict_each).
    fn predict_all(&self, queries: &[(UserIdx, ItemIdx)]) -> Result<Vec<Prediction>, SessionError> {
        let predictions: Vec<OnceLock<Prediction>> = vec![OnceLock::new(); queries.len()];
        self.predict_each(queries, &|query, prediction| {
            // Cannot fail: each query is answered once.
            let _ = predictions[query].set(prediction);
        })?;
        Ok(predictions.into_iter().filter_map(OnceLock::into_inner).collect())
    }
}

/// The predictions and rankings of a model for one person.
///
/// Predicting and ranking are separate tasks: the items with the highest predicted ratings make a
/// poor list.
pub trait Session {
    /// Predicts the person's rating of `item`. The result is never NaN; for an unknown item, or a
    /// person without ratings, it is the fallback of the model.
    fn predict(&self, item: ItemIdx) -> Prediction;

    /// Predicts many items, in order. The predictions equal those of [`predict`](Self::predict),
    /// without their terms. May be faster than predicting one by one.
    fn predict_items(&self, items: &[ItemIdx]) -> Vec<Prediction> {
        let bare = |&item| Prediction { terms: Vec::new(), ..self.predict(item) };
        items.iter().map(bare).collect()
    }

    /// Returns the best items for the person among those that they have not rated, best first.
    /// Returns fewer than requested only if there are not enough such items with a rating by
    /// anyone.
    ///
    /// Items with equal scores are ordered by first appearance.
    fn rank(&self, top: TopN<'_>) -> Vec<Ranked>;

    /// Returns the items of [`rank`](Self::rank), with their predicted ratings. The terms explain
    /// the ranking; for the terms of a prediction, call [`predict`](Self::predict).
    ///
    /// With [`predicted_at_least`](TopN::predicted_at_least), the items are the first ones of the
    /// whole ranking whose predictions are high enough. With
    /// [`preferably_predicted_at_least`](TopN::preferably_predicted_at_least), others may follow
    /// them.
    fn recommend(&self, top: TopN<'_>) -> Vec<Recommendation> {
        recommending::recommend(self, top)
    }
}

/// Groups the queries by user, and answers each group in one session.
fn predict_by_user<M: Model + ?Sized>(
    model: &M,
    queries: &[(UserIdx, ItemIdx)],
    take: &(dyn Fn(usize, Prediction) + Sync),
) -> Result<(), SessionError> {
    let mut order: Vec<usize> = (0..queries.len()).collect();
    order.sort_by_key(|&query| queries[query].0);
    let groups: Vec<&[usize]> = order.chunk_by(|&a, &b| queries[a].0 == queries[b].0).collect();
    groups.into_par_iter().try_for_each(|group| {
        let person = Profile::from_user(model.matrix(), queries[group[0]].0);
        let items: Vec<ItemIdx> = group.iter().map(|&query| queries[query].1).collect();
        let predictions = model.session(&person)?.predict_items(&items);
        group.iter().zip(predictions).for_each(|(&query, prediction)| take(query, prediction));
        Ok(())
    })
}
