//! A high-level interface from ratings to recommendations, for ids of any type.

mod answers;
mod error;
mod models;
mod names;
mod options;

pub use answers::{Reason, Recommended, RowId, Similar};
pub use error::{FitError, QueryError};
pub use options::RecommenderOptions;

use crate::ids::{DenseIdx, ItemIdx, RowIdx, UserIdx};
use crate::matrix::RatingMatrix;
use crate::model::{Model, NeighbourModel};
use crate::neighbours::Neighbour;
use crate::predict::{Prediction, Term};
use crate::profile::Profile;
use crate::rank::Recommendation;
use crate::side::Side;
use crate::similarity::Similarities;
use models::Models;
use names::IdMap;
use rustc_hash::FxHashMap;
use std::borrow::Borrow;
use std::fmt::Debug;
use std::hash::Hash;

/// Recommends and predicts for user and item ids of any hashable type, such as strings or integers.
///
/// By default the nearest neighbours of users do both. [Options](RecommenderOptions) select those
/// of items, and more accurate models.
///
/// ```
/// use likemind::Recommender;
///
/// let ratings = [
///     ("ada", "Alien", 5.0), ("ada", "Heat", 4.0), ("ada", "Amélie", 1.5),
///     ("bob", "Alien", 4.5), ("bob", "Heat", 4.0), ("bob", "Amélie", 2.0), ("bob", "Ran", 5.0),
///     ("cleo", "Alien", 1.0), ("cleo", "Heat", 2.0), ("cleo", "Amélie", 5.0), ("cleo", "Big", 4.5),
/// ];
/// let recommender = Recommender::fit(ratings)?;
///
/// let best = &recommender.recommend("ada", 10)?[0];
/// assert_eq!((*best.item, best.reasons[0].neighbour.to_string().as_str()), ("Ran", "bob"));
/// assert!(recommender.predict("ada", "Ran")?.rating > recommender.predict("ada", "Big")?.rating);
/// assert_eq!(*recommender.similar_users("ada", 5)?[0].id, "bob");
///
/// // A guest, who is not among the ratings.
/// let list = recommender.recommend_for(&[("Alien", 5.0), ("Heat", 4.0), ("Amélie", 1.5)], 1)?;
/// assert_eq!(*list[0].item, "Ran");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Ids are looked up by reference, as in a [`HashMap`](std::collections::HashMap):
/// `recommender.recommend(&7, 10)`.
#[derive(Clone, Debug)]
pub struct Recommender<U, I> {
    users: IdMap<U>,
    items: IdMap<I>,
    models: Models,
}

impl<U: Eq + Hash + Clone, I: Eq + Hash + Clone> Recommender<U, I> {
    /// Fits a recommender to ratings (user, item, value) with [default
    /// options](RecommenderOptions::default).
    ///
    /// If a user rated an item several times, the last rating counts. Users and items are indexed
    /// by first appearance, which also breaks ties.
    ///
    /// # Errors
    /// [`FitError`] if there are no ratings, a rating is NaN or larger than [`MAX_RATING`](crate::scale::MAX_RATING), or a user or item has more
    /// than [`MAX_ROW_LENGTH`](crate::matrix::MAX_ROW_LENGTH) ratings.
    pub fn fit<R: Into<f64>>(
        ratings: impl IntoIterator<Item = (U, I, R)>,
    ) -> Result<Self, FitError> {
        Self::fit_with(ratings, &RecommenderOptions::default())
    }

    /// Like [`fit`](Self::fit), with the given options.
    ///
    /// # Errors
    /// See [`fit`](Self::fit); also if an option is out of range, or a rating is off the scale
    /// given in the options.
    pub fn fit_with<R: Into<f64>>(
        ratings: impl IntoIterator<Item = (U, I, R)>,
        options: &RecommenderOptions,
    ) -> Result<Self, FitError> {
        // Before the ratings are read, which may take long.
        options.model.check()?;
        let (mut users, mut items) = (IdMap::default(), IdMap::default());
        let mut indexed = Vec::new();
        for (user, item, rating) in ratings {
            let user = UserIdx(users.intern(user).ok_or(FitError::TooMany { what: "users" })?);
            let item = ItemIdx(items.intern(item).ok_or(FitError::TooMany { what: "items" })?);
            indexed.push((user, item, rating.into()));
        }
        keep_last(&mut indexed);
        let scale = options.scale_of(indexed.iter().map(|&(_, _, rating)| rating))?;
        let matrix = RatingMatrix::from_ratings(scale, users.len(), items.len(), &indexed)?;
        drop(indexed);
        let models = Models::fit(matrix, options)?;
        Ok(Self { users, items, models })
    }

    /// Returns the `n` best items for a user among those that they have not rated, best first, with
    /// reasons.
    ///
    /// # Errors
    /// [`QueryError`] if the user is unknown.
    pub fn recommend<Q>(&self, user: &Q, n: usize) -> Result<Vec<Recommended<'_, U, I>>, QueryError>
    where
        U: Borrow<Q>,
        Q: Eq + Hash + Debug + ?Sized,
    {
        self.recommended(&self.profile(user)?, n)
    }

    /// Returns the `n` best items for a guest, who is not among the users, from the guest's
    /// ratings.
    ///
    /// # Errors
    /// [`QueryError`] if an item is unknown or rated twice, or a rating is off the scale.
    pub fn recommend_for<Q>(
        &self,
        ratings: &[(&Q, f64)],
        n: usize,
    ) -> Result<Vec<Recommended<'_, U, I>>, QueryError>
    where
        I: Borrow<Q>,
        Q: Eq + Hash + Debug + ?Sized,
    {
        let known = ratings.iter().map(|&(item, rating)| Ok((self.item(item)?, rating)));
        let known: Vec<_> = known.collect::<Result<_, QueryError>>()?;
        self.recommended(&Profile::from_ratings(known, self.model().matrix().scale())?, n)
    }

    /// Predicts a user's rating of an item.
    ///
    /// # Errors
    /// [`QueryError`] if the user or the item is unknown.
    pub fn predict<P, Q>(&self, user: &P, item: &Q) -> Result<Prediction, QueryError>
    where
        U: Borrow<P>,
        I: Borrow<Q>,
        P: Eq + Hash + Debug + ?Sized,
        Q: Eq + Hash + Debug + ?Sized,
    {
        let (person, item) = (self.profile(user)?, self.item(item)?);
        Ok(self.models.predict(&person, item)?)
    }

    /// Returns the `n` users most similar to a user, at most k, best first.
    ///
    /// # Errors
    /// [`QueryError`] if the user is unknown.
    pub fn similar_users<Q>(&self, user: &Q, n: usize) -> Result<Vec<Similar<'_, U>>, QueryError>
    where
        U: Borrow<Q>,
        Q: Eq + Hash + Debug + ?Sized,
    {
        let found = self.similar(self.user(user)?.into(), Side::Users);
        Ok(self.users.similar(&found[..n.min(found.len())]))
    }

    /// Returns the `n` items most similar to an item, at most k, best first.
    ///
    /// # Errors
    /// [`QueryError`] if the item is unknown.
    pub fn similar_items<Q>(&self, item: &Q, n: usize) -> Result<Vec<Similar<'_, I>>, QueryError>
    where
        I: Borrow<Q>,
        Q: Eq + Hash + Debug + ?Sized,
    {
        let found = self.similar(self.item(item)?.into(), Side::Items);
        Ok(self.items.similar(&found[..n.min(found.len())]))
    }

    /// Returns the terms of a prediction by [`predict`](Self::predict) with ids, largest
    /// contribution first.
    pub fn reasons(&self, prediction: &Prediction) -> Vec<Reason<'_, U, I>> {
        self.named(&prediction.terms, self.models.predicting_side())
    }
}

impl<U, I> Recommender<U, I> {
    /// Returns the underlying model of neighbours, which works with dense indices.
    pub fn model(&self) -> &NeighbourModel {
        &self.models.neighbours
    }

    /// Returns the ids of the users, in the order of their indices in the model.
    pub fn users(&self) -> &[U] {
        self.users.ids()
    }

    /// Returns the ids of the items, in the order of their indices in the model.
    pub fn items(&self) -> &[I] {
        self.items.ids()
    }
}

impl<U: Eq + Hash + Clone, I: Eq + Hash + Clone> Recommender<U, I> {
    fn user<Q>(&self, id: &Q) -> Result<UserIdx, QueryError>
    where
        U: Borrow<Q>,
        Q: Eq + Hash + Debug + ?Sized,
    {
        let unknown = || QueryError::UnknownUser { id: format!("{id:?}") };
        self.users.get(id).map(UserIdx).ok_or_else(unknown)
    }

    fn item<Q>(&self, id: &Q) -> Result<ItemIdx, QueryError>
    where
        I: Borrow<Q>,
        Q: Eq + Hash + Debug + ?Sized,
    {
        let unknown = || QueryError::UnknownItem { id: format!("{id:?}") };
        self.items.get(id).map(ItemIdx).ok_or_else(unknown)
    }

    fn profile<Q>(&self, user: &Q) -> Result<Profile, QueryError>
    where
        U: Borrow<Q>,
        Q: Eq + Hash + Debug + ?Sized,
    {
        Ok(Profile::from_user(self.model().matrix(), self.user(user)?))
    }

    fn recommended(
        &self,
        person: &Profile,
        n: usize,
    ) -> Result<Vec<Recommended<'_, U, I>>, QueryError> {
        let list = self.models.recommend(person, n)?;
        let side = self.models.ranking_side();
        let named = |recommendation: Recommendation| {
            let Recommendation { ranked, prediction } = recommendation;
            Some(Recommended {
                item: self.items.id(ranked.item.0)?,
                prediction: prediction.rating,
                interval: prediction.interval,
                score: ranked.score,
                source: ranked.source,
                reasons: self.named(&ranked.terms, side),
            })
        };
        Ok(list.into_iter().filter_map(named).collect())
    }

    /// Converts terms to reasons, largest contribution first.
    fn named(&self, terms: &[Term], side: Side) -> Vec<Reason<'_, U, I>> {
        let neighbour = |term: &Term| match side {
            Side::Users => self.users.id(term.neighbour.get()).map(RowId::User),
            Side::Items => self.items.id(term.neighbour.get()).map(RowId::Item),
        };
        let reason = |term: &Term| Some(Reason::new(neighbour(term)?, term));
        let mut reasons: Vec<_> = terms.iter().filter_map(reason).collect();
        reasons.sort_by(|a, b| b.contribution.total_cmp(&a.contribution));
        reasons
    }

    /// Returns the neighbours of a row: those of the model on its own side, else computed now.
    fn similar(&self, row: RowIdx, side: Side) -> Vec<Neighbour> {
        let parameters = self.model().parameters();
        if side == parameters.side() {
            return self.model().neighbours().list(row).to_vec();
        }
        let similarities = Similarities::new(self.model().matrix(), side, parameters.similarity());
        similarities.neighbours_of_row(row, parameters)
    }
}

/// Keeps the last rating of each user and item, at the position of the first.
fn keep_last(ratings: &mut Vec<(UserIdx, ItemIdx, f64)>) {
    let mut positions = FxHashMap::default();
    positions.reserve(ratings.len());
    let mut kept: usize = 0;
    for position in 0..ratings.len() {
        let (user, item, rating) = ratings[position];
        let first = *positions.entry((user, item)).or_insert(kept);
        ratings[first] = (user, item, rating);
        kept = kept.max(first + 1);
    }
    ratings.truncate(kept);
}
