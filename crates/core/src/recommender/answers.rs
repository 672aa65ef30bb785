//! Answers under outside ids.

use crate::predict::{Source, Term};
use std::fmt;

/// An item for a person, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Recommended<'a, U, I> {
    /// The item.
    pub item: &'a I,
    /// The rating that the person is predicted to give, on the scale.
    pub prediction: f64,
    /// What the list is ordered by; comparable within one list.
    pub score: f64,
    /// [`Source::Neighbours`], or [`Source::Popularity`] where no neighbour knows the item.
    pub source: Source,
    /// What each neighbour adds to the score, largest first.
    pub reasons: Vec<Reason<'a, U, I>>,
}

/// The id of a user or of an item, whichever side the neighbours are of.
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

/// What one neighbour adds to a prediction or to a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason<'a, U, I> {
    /// A user who rated the item; on the items' side an item that the person rated.
    pub neighbour: RowId<'a, U, I>,
    /// The weighted similarity.
    pub similarity: f64,
    /// How many columns both have rated.
    pub overlap: u32,
    /// What the neighbour gave to the item; on the items' side what the person gave to the neighbour.
    pub rating: f64,
    /// What is added.
    pub contribution: f64,
}

impl<'a, U, I> Reason<'a, U, I> {
    pub(super) fn new(neighbour: RowId<'a, U, I>, term: &Term) -> Self {
        let &Term { similarity, overlap, rating, contribution, .. } = term;
        Self { neighbour, similarity, overlap, rating, contribution }
    }
}

/// A user like another, or an item like another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Similar<'a, T> {
    /// Which.
    pub id: &'a T,
    /// The weighted similarity.
    pub similarity: f64,
    /// How many columns both have rated.
    pub overlap: u32,
}
