//! Results with external ids.

use crate::predict::{Source, Term};
use std::fmt;

/// A recommended item, with reasons.
#[derive(Clone, Debug, PartialEq)]
pub struct Recommended<'a, U, I> {
    /// The item.
    pub item: &'a I,
    /// The predicted rating, clipped to the scale.
    pub prediction: f64,
    /// The ends of the interval that should hold the rating in 80 % of cases; `None` unless item
    /// kriging predicts.
    pub interval: Option<[f64; 2]>,
    /// The score by which the list is ordered; comparable only within one list.
    pub score: f64,
    /// [`Source::Neighbours`] if anything speaks for the item or against it, else
    /// [`Source::Popularity`].
    pub source: Source,
    /// The contributions of neighbours to the score, largest first.
    pub reasons: Vec<Reason<'a, U, I>>,
}

/// The id of a neighbour: a user or an item, depending on the side of the model. Of ridge regression
/// and item kriging it is an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowId<'a, U, I> {
    /// A user.
    User(&'a U),
    /// An item.
    Item(&'a I),
}

impl<U: fmt::Display, I: fmt::Display> fmt::Display for RowId<'_, U, I> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => id.fmt(out),
            Self::Item(id) => id.fmt(out),
        }
    }
}

/// The contribution of one neighbour to a prediction or score.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason<'a, U, I> {
    /// A user who rated the item; on the items' side, an item that the person rated.
    pub neighbour: RowId<'a, U, I>,
    /// The weighted similarity, or its counterpart in the model (see [`Term::similarity`]).
    pub similarity: f64,
    /// Number of co-rated columns.
    pub overlap: u32,
    /// The neighbour's rating of the item; on the items' side, the person's rating of the
    /// neighbour.
    pub rating: f64,
    /// The amount added to the prediction or score.
    pub contribution: f64,
}

impl<'a, U, I> Reason<'a, U, I> {
    pub(super) fn new(neighbour: RowId<'a, U, I>, term: &Term) -> Self {
        let &Term { similarity, overlap, rating, contribution, .. } = term;
        Self { neighbour, similarity, overlap, rating, contribution }
    }
}

/// A similar user or item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Similar<'a, T> {
    /// The id of the user or item.
    pub id: &'a T,
    /// The weighted similarity.
    pub similarity: f64,
    /// Number of co-rated columns.
    pub overlap: u32,
}
