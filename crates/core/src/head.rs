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
use serde::{Deserialize, Serialize};

/// The place of an item that is not among the head's.
const NO_PLACE: u32 = u32::MAX;

/// The items with the most ratings, in the order of their indices. Their positions are their
/// *places*.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Taken", into = "Taken")]
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

/// The stored form.
#[derive(Serialize, Deserialize)]
struct Taken {
    items: Vec<u32>,
    of_items: u32,
}

impl From<Head> for Taken {
    fn from(head: Head) -> Self {
        let items = head.items.iter().map(|item| item.0).collect();
        Self { items, of_items: head.places.len() as u32 }
    }
}

impl TryFrom<Taken> for Head {
    type Error = &'static str;

    fn try_from(Taken { items, of_items }: Taken) -> Result<Self, Self::Error> {
        let ascend = items.is_sorted_by(|a, b| a < b);
        if !ascend || items.last().is_some_and(|&last| last >= of_items) {
            return Err("expected ascending indices of items");
        }
        Ok(Self::new(items.into_iter().map(ItemIdx).collect(), of_items as usize))
    }
}
