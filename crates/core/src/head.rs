//! The items with the most ratings, for which models hold all pairs.

mod pairs;
mod symmetric;
mod values;

pub(crate) use pairs::{Pair, PairSums};
pub(crate) use symmetric::Symmetric;
pub(crate) use values::HeadValues;

use crate::ids::{DenseIdx, ItemIdx};
use crate::matrix::RatingMatrix;
use crate::side::Side;
use serde::Serialize;

/// The place of an item that is not among the head's.
const NO_PLACE: u32 = u32::MAX;

/// The items with the most ratings, in the order of their indices. Their positions are their
/// *places*.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(into = "Vec<ItemIdx>")]
pub(crate) struct Head {
    items: Vec<ItemIdx>,
    /// The place of each item, or [`NO_PLACE`].
    places: Vec<u32>,
}

impl Head {
    /// Takes the items with the most ratings, at most `limit`. Of items with equally many, those
    /// that appeared first.
    pub(crate) fn of(matrix: &RatingMatrix, limit: usize) -> Self {
        let rows = matrix.rows(Side::Items);
        let rated = rows.indices().map(|row| (rows.row_len(row), row.item()));
        let mut items: Vec<_> = rated.filter(|&(raters, _)| raters > 0).collect();
        items.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut items: Vec<ItemIdx> = items.into_iter().map(|(_, item)| item).take(limit).collect();
        items.sort_unstable();
        Self::new(items, matrix.items())
    }

    /// Restores the head of `of_items` items from its stored form; `None` if the items are not among
    /// these, or do not ascend.
    pub(crate) fn from_stored(items: Vec<ItemIdx>, of_items: usize) -> Option<Self> {
        let ascend = items.is_sorted_by(|a, b| a < b);
        let are_known = items.last().is_none_or(|last| last.at() < of_items);
        (ascend && are_known).then(|| Self::new(items, of_items))
    }

    /// `items` are ascending, and of `of_items` items.
    fn new(items: Vec<ItemIdx>, of_items: usize) -> Self {
        let mut places = vec![NO_PLACE; of_items];
        for (place, item) in (0..).zip(&items) {
            places[item.at()] = place;
        }
        Self { items, places }
    }

    /// Number of items.
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// Number of items from which these were taken.
    pub(crate) fn of_items(&self) -> usize {
        self.places.len()
    }

    /// The items, ascending.
    pub(crate) fn items(&self) -> &[ItemIdx] {
        &self.items
    }

    /// The place of an item; `None` if it is not among the head's.
    pub(crate) fn place(&self, item: ItemIdx) -> Option<usize> {
        let place = self.places.get(item.at()).copied()?;
        (place != NO_PLACE).then_some(place as usize)
    }
}

/// The stored form. The number of items from which they were taken is stored elsewhere.
impl From<Head> for Vec<ItemIdx> {
    fn from(head: Head) -> Self {
        head.items
    }
}
