//! Items as a search finds them.

use likemind::{ItemIdx, ItemInfo};
use serde::Serialize;

/// An item that [`Store::find_items`](crate::Store::find_items) found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FoundItem {
    /// Its index.
    pub item: ItemIdx,
    /// Its id.
    pub id: String,
    /// Its title, year and genres.
    pub info: ItemInfo,
    /// How many rated it.
    pub ratings: u64,
    /// The mean of its ratings; `None` without any.
    pub mean: Option<f64>,
}
