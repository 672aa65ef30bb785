//! What a ranking is asked for.

use crate::ids::ItemIdx;
use std::fmt;

/// How many items to recommend, and from which: the `n` best of those that the person has not rated.
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
    with_terms: bool,
}

impl<'a> TopN<'a> {
    /// The `n` best items, with what their scores are the sums of. 0 for none.
    pub fn new(n: usize) -> Self {
        Self { n, allow: None, with_terms: true }
    }

    /// Only items that `allow` lets through.
    pub fn among(self, allow: &'a dyn Fn(ItemIdx) -> bool) -> Self {
        Self { allow: Some(allow), ..self }
    }

    /// Leaves the terms empty, for those who do not show reasons.
    pub fn without_terms(self) -> Self {
        Self { with_terms: false, ..self }
    }

    /// How many.
    pub fn n(&self) -> usize {
        self.n
    }

    /// Whether an item may be among them.
    pub fn allows(&self, item: ItemIdx) -> bool {
        self.allow.is_none_or(|allow| allow(item))
    }

    /// Whether terms are asked for.
    pub fn has_terms(&self) -> bool {
        self.with_terms
    }
}

impl fmt::Debug for TopN<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("TopN")
            .field("n", &self.n)
            .field("filtered", &self.allow.is_some())
            .finish()
    }
}
