//! Searching users, items and genres.

use crate::engine::Moment;
use likemind::{ItemIdx, RowIdx, Side, UserIdx};
use likemind_store::{fold_for_search, is_forgotten};
use std::cmp::Reverse;
use std::collections::BTreeMap;

impl Moment<'_> {
    /// All items, in the order of their first appearance.
    pub fn items(&self) -> impl Iterator<Item = ItemIdx> + use<> {
        (0..self.matrix().items() as u32).map(ItemIdx)
    }

    /// Finds the items whose title contains `query`, ignoring case and accents (see [`fold_for_search`]), or whose
    /// id is `query`. With `genre`, only items of that genre are found, ignoring case. The item with that
    /// id comes first, the others by descending number of ratings. An empty `query` matches all items.
    pub fn find_items(&self, query: &str, genre: Option<&str>) -> Vec<ItemIdx> {
        let (folded_query, named) = (fold_for_search(query), self.item(query).ok());
        let fits = |item: &ItemIdx| {
            let info = self.names().catalogue().get(*item);
            let title = || info.title.as_deref().unwrap_or_default();
            let matches = folded_query.is_empty()
                || Some(*item) == named
                || fold_for_search(title()).contains(&folded_query);
            matches && genre.is_none_or(|genre| info.has_genre(genre))
        };
        let mut found: Vec<ItemIdx> = self.items().filter(fits).collect();
        let rows = self.matrix().rows(Side::Items);
        found.sort_by_key(|item| (Some(*item) != named, Reverse(rows.row_len(*item))));
        found
    }

    /// Finds the users whose id contains `query`, in the order of their first appearance, except for
    /// forgotten users.
    pub fn find_users(&self, query: &str) -> Vec<UserIdx> {
        let rows = self.matrix().rows(Side::Users);
        let all = (0..self.matrix().users() as u32).map(UserIdx);
        let fits = |user: &UserIdx| {
            let id = self.names().users().name(*user).unwrap_or_default();
            id.contains(query) && !(rows.row_len(RowIdx::from(*user)) == 0 && is_forgotten(id))
        };
        all.filter(fits).collect()
    }

    /// The earliest and the latest year of the items; `None` if no year is known.
    pub fn years(&self) -> Option<(i32, i32)> {
        let years = || self.items().filter_map(|item| self.names().catalogue().get(item).year);
        years().min().zip(years().max())
    }

    /// All genres in alphabetical order, each with its number of items.
    pub fn genres(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for item in self.items() {
            for genre in &self.names().catalogue().get(item).genres {
                *counts.entry(genre.as_str()).or_insert(0) += 1;
            }
        }
        counts
    }
}
