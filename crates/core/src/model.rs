//! Models: what was fitted to ratings, and answers for one person at a time.

mod error;
mod neighbours;
mod session;
mod simple;
mod view;

pub use error::{ModelError, SessionError};
pub use neighbours::NeighbourModel;
pub use simple::{BaselineModel, MeanModel, MeanOf};
pub use view::NeighbourView;

use crate::ids::{ItemIdx, UserIdx};
use crate::matrix::RatingMatrix;
use crate::predict::Prediction;
use crate::profile::Profile;
use crate::rank::{Ranked, Recommendation, TopN};
use rayon::prelude::*;
use std::sync::OnceLock;

/// What was fitted to ratings and answers for people.
///
/// ```
/// use likemind::{MeanModel, MeanOf, Model, Profile, RatingMatrix, RatingScale, RatingTable, TopN, UserIdx};
/// let mut table = RatingTable::new();
/// for (user, item, rating) in [("ada", "Heat", 5.0), ("bob", "Heat", 3.0), ("bob", "Ran", 4.0)] {
///     table.push(user, item, rating, None).unwrap();
/// }
/// let matrix = RatingMatrix::from_table(&table, RatingScale::FIVE_STARS).unwrap();
/// let model: Box<dyn Model> = Box::new(MeanModel::new(matrix, MeanOf::Item));
/// let ada = Profile::of_user(model.matrix(), UserIdx(0));
/// let session = model.session(&ada).unwrap();
/// let best = &session.recommend(TopN::new(1))[0];
/// assert_eq!(table.items().name(best.ranked.item), Some("Ran"));
/// assert_eq!(best.prediction.rating, 4.0);
/// ```
pub trait Model: Send + Sync {
    /// The ratings that it answers from.
    fn matrix(&self) -> &RatingMatrix;

    /// Looks at a person, stored or known by their ratings alone, once for all that is asked about
    /// them.
    ///
    /// # Errors
    /// [`SessionError`] if the person's ratings are not such as the model can take.
    fn session<'a>(&'a self, person: &'a Profile) -> Result<Box<dyn Session + 'a>, SessionError>;

    /// Predicts many pairs of stored users and items, and hands each prediction to `take` with the
    /// place of its query, from any thread of the pool and in any order. Each is what the
    /// [`session`](Self::session) of its user predicts, without its terms.
    ///
    /// # Errors
    /// The [`SessionError`] of one of the users; then some queries have no prediction.
    fn predict_each(
        &self,
        queries: &[(UserIdx, ItemIdx)],
        take: &(dyn Fn(usize, Prediction) + Sync),
    ) -> Result<(), SessionError> {
        predict_by_user(self, queries, take)
    }

    /// As [`predict_each`](Self::predict_each), with all predictions at once, in the order of the
    /// queries.
    ///
    /// # Errors
    /// As of [`predict_each`](Self::predict_each).
    fn predict_all(&self, queries: &[(UserIdx, ItemIdx)]) -> Result<Vec<Prediction>, SessionError> {
        let predictions: Vec<OnceLock<Prediction>> = vec![OnceLock::new(); queries.len()];
        self.predict_each(queries, &|place, prediction| {
            // Each place comes once.
            let _ = predictions[place].set(prediction);
        })?;
        Ok(predictions.into_iter().filter_map(OnceLock::into_inner).collect())
    }
}

/// A model's answers for one person.
///
/// A prediction and a ranking are two questions: the items of the highest predicted ratings make a
/// poor list.
pub trait Session {
    /// What the person would give to `item`. Always a number; an unknown item, or a person without
    /// ratings, gets the fallback of the model.
    fn predict(&self, item: ItemIdx) -> Prediction;

    /// The predictions for many items, in their order: those of [`predict`](Self::predict), without
    /// their terms. May be faster than one by one.
    fn predict_items(&self, items: &[ItemIdx]) -> Vec<Prediction> {
        let bare = |&item| Prediction { terms: Vec::new(), ..self.predict(item) };
        items.iter().map(bare).collect()
    }

    /// The best items for the person among those that they have not rated, best first. Fewer than
    /// asked for only where there are not as many such items that anybody has rated.
    ///
    /// Equal scores are ordered by the item that appeared first.
    fn rank(&self, top: TopN<'_>) -> Vec<Ranked>;

    /// The best items, as [`rank`](Self::rank) has them, with the ratings to expect. The terms are
    /// those of the ranking; for those of a prediction ask [`predict`](Self::predict).
    fn recommend(&self, top: TopN<'_>) -> Vec<Recommendation> {
        let ranked = self.rank(top);
        let items: Vec<ItemIdx> = ranked.iter().map(|ranked| ranked.item).collect();
        let predictions = self.predict_items(&items);
        let joined = |(ranked, prediction)| Recommendation { ranked, prediction };
        ranked.into_iter().zip(predictions).map(joined).collect()
    }
}

/// Opens a session for each user who is asked about.
fn predict_by_user<M: Model + ?Sized>(
    model: &M,
    queries: &[(UserIdx, ItemIdx)],
    take: &(dyn Fn(usize, Prediction) + Sync),
) -> Result<(), SessionError> {
    let mut order: Vec<usize> = (0..queries.len()).collect();
    order.sort_by_key(|&query| queries[query].0);
    let groups: Vec<&[usize]> = order.chunk_by(|&a, &b| queries[a].0 == queries[b].0).collect();
    groups.into_par_iter().try_for_each(|group| {
        let person = Profile::of_user(model.matrix(), queries[group[0]].0);
        let items: Vec<ItemIdx> = group.iter().map(|&query| queries[query].1).collect();
        let predictions = model.session(&person)?.predict_items(&items);
        group.iter().zip(predictions).for_each(|(&query, prediction)| take(query, prediction));
        Ok(())
    })
}
