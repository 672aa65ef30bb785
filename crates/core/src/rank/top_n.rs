//! The request for a ranking.

use crate::ids::ItemIdx;
use std::fmt;

/// A request for the `n` best items that a person has not rated, optionally filtered.
///
/// ```
/// use likemind::{ItemIdx, TopN};
/// let is_new = |item: ItemIdx| item.0 > 900;
/// let top = TopN::new(10).among(&is_new).without_terms();
/// assert_eq!(top.n(), 10);
/// ```
#[derive(Clone, Copy)]
pub struct TopN<'a> {
    n: usize,
    allow: Option<&'a dyn Fn(ItemIdx) -> bool>,
    least_prediction: Option<f64>,
    with_terms: bool,
}

impl<'a> TopN<'a> {
    /// Requests the `n` best items, with the terms of their scores. With 0 the list is empty.
    pub fn new(n: usize) -> Self {
        Self { n, allow: None, least_prediction: None, with_terms: true }
    }

    /// Restricts the ranking to items for which `allow` returns true.
    pub fn among(self, allow: &'a dyn Fn(ItemIdx) -> bool) -> Self {
        Self { allow: Some(allow), ..self }
    }

    /// Leaves out items with a predicted rating below `least`; if it is NaN, all items. This applies to
    /// [`Session::recommend`](crate::model::Session::recommend): a ranking has no predictions.
    pub fn predicted_at_least(self, least: f64) -> Self {
        Self { least_prediction: Some(least), ..self }
    }

    /// Leaves the terms empty, for callers that do not show reasons.
    pub fn without_terms(self) -> Self {
        Self { with_terms: false, ..self }
    }

    /// Returns the requested number of items.
    pub fn n(&self) -> usize {
        self.n
    }

    /// Returns the same request for another number of items.
    pub(crate) fn with_n(self, n: usize) -> Self {
        Self { n, ..self }
    }

    /// Returns the lowest predicted rating to recommend; `None` if there is no such limit.
    pub fn least_prediction(&self) -> Option<f64> {
        self.least_prediction
    }

    /// Whether the filter allows an item.
    pub fn allows(&self, item: ItemIdx) -> bool {
        self.allow.is_none_or(|allow| allow(item))
    }

    /// Whether terms are requested.
    pub fn has_terms(&self) -> bool {
        self.with_terms
    }
}

impl fmt::Debug for TopN<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("TopN")
            .field("n", &self.n)
            .field("filtered", &self.allow.is_some())
            .field("least_prediction", &self.least_prediction)
            .finish()
    }
}
