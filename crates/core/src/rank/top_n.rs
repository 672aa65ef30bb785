//! The request for a ranking.

use crate::ids::ItemIdx;
use std::fmt;

/// A request for the `n` best items, by default those that a person has not rated.
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
    limit: Option<PredictionLimit>,
    with_rated: bool,
    with_terms: bool,
}

/// A limit for predicted ratings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PredictionLimit {
    pub(crate) least: f64,
    /// Whether items below the limit fill up a list that would be too short.
    pub(crate) fills_up: bool,
}

impl PredictionLimit {
    /// Whether the limit allows a predicted rating.
    pub(crate) fn allows(self, prediction: f64) -> bool {
        prediction >= self.least
    }
}

impl<'a> TopN<'a> {
    /// Requests the `n` best items, with the terms of their scores. With 0 the list is empty.
    pub fn new(n: usize) -> Self {
        Self { n, allow: None, limit: None, with_rated: false, with_terms: true }
    }

    /// Restricts the ranking to items for which `allow` returns true.
    pub fn among(self, allow: &'a dyn Fn(ItemIdx) -> bool) -> Self {
        Self { allow: Some(allow), ..self }
    }

    /// Includes the items that the person has rated, to recommend them again.
    pub fn with_rated(self) -> Self {
        Self { with_rated: true, ..self }
    }

    /// Leaves out items with a predicted rating below `least`; if it is NaN, all items. This
    /// applies to [`Session::recommend`](crate::model::Session::recommend): a ranking has no
    /// predictions.
    pub fn predicted_at_least(self, least: f64) -> Self {
        Self { limit: Some(PredictionLimit { least, fills_up: false }), ..self }
    }

    /// Prefers items with a predicted rating of at least `least`, but fills the list up with others
    /// if there are too few among the best: the first 10n of the ranking, or the first 100 if these
    /// are more. The others come last. If `least` is NaN, no item is preferred. This applies to
    /// [`Session::recommend`](crate::model::Session::recommend).
    pub fn preferably_predicted_at_least(self, least: f64) -> Self {
        Self { limit: Some(PredictionLimit { least, fills_up: true }), ..self }
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

    /// Returns the limit for predicted ratings; `None` if there is none.
    pub(crate) fn limit(&self) -> Option<PredictionLimit> {
        self.limit
    }

    /// Whether the filter allows an item.
    pub fn allows(&self, item: ItemIdx) -> bool {
        self.allow.is_none_or(|allow| allow(item))
    }

    /// Whether the items that the person has rated are included.
    pub fn has_rated(&self) -> bool {
        self.with_rated
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
            .field("limit", &self.limit)
            .field("with_rated", &self.with_rated)
            .field("with_terms", &self.with_terms)
            .finish()
    }
}
