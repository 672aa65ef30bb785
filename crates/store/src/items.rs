//! Search results.

use likemind::{ItemIdx, ItemInfo};
use serde::Serialize;

/// An item found by [`Store::find_items`](crate::Store::find_items).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FoundItem {
    /// The index of the item.
    pub item: ItemIdx,
    /// The id of the item.
    pub id: String,
    /// The title, year and genres of the item.
    pub info: ItemInfo,
    /// Number of ratings.
    pub ratings: u64,
    /// Mean of the ratings; `None` if there are none.
    pub mean: Option<f64>,
}
