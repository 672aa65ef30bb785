//! Item metadata: titles, years and genres.

use crate::ids::ItemIdx;
use serde::{Deserialize, Serialize};

/// Title, year and genres of an item. The title of an artist is its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemInfo {
    /// The title without the year, as written in the source; may contain any character.
    pub title: Option<String>,
    /// The year of release.
    pub year: Option<i32>,
    /// Genre names, in the source's order.
    pub genres: Vec<String>,
}

/// Maximum length in bytes of a title, and of all genres of an item together.
pub const MAX_TEXT_BYTES: usize = 4096;

/// The error returned when a title, or the genres of an item, exceed [`MAX_TEXT_BYTES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {what} in at most {MAX_TEXT_BYTES} bytes, found {bytes}")]
pub struct InfoTooLong {
    /// `"a title"` or `"genres"`.
    pub what: &'static str,
    /// Number of bytes found.
    pub bytes: usize,
}

impl ItemInfo {
    /// Checks the lengths of the title and of the genres.
    ///
    /// # Errors
    /// [`InfoTooLong`] if the title, or all genres together, exceed [`MAX_TEXT_BYTES`].
    pub fn check(&self) -> Result<(), InfoTooLong> {
        let title = self.title.as_ref().map_or(0, String::len);
        let genres = self.genres.iter().map(String::len).sum();
        for (what, bytes) in [("a title", title), ("genres", genres)] {
            if bytes > MAX_TEXT_BYTES {
                return Err(InfoTooLong { what, bytes });
            }
        }
        Ok(())
    }

    /// Whether the item has a genre of this name, ignoring case.
    pub fn has_genre(&self, name: &str) -> bool {
        let wanted = name.to_lowercase();
        self.genres.iter().any(|genre| genre.to_lowercase() == wanted)
    }

    /// Whether there is no title, year or genre.
    pub fn is_empty(&self) -> bool {
        self.title.is_none() && self.year.is_none() && self.genres.is_empty()
    }
}

/// The [`ItemInfo`] of each item, by dense index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    infos: Vec<ItemInfo>,
}

static EMPTY_INFO: ItemInfo = ItemInfo { title: None, year: None, genres: Vec::new() };

impl Catalogue {
    /// Creates an empty catalogue.
    pub const fn new() -> Self {
        Self { infos: Vec::new() }
    }

    /// Sets the info of `item`, replacing any previous one.
    pub fn set(&mut self, item: ItemIdx, info: ItemInfo) {
        let position = item.0 as usize;
        if self.infos.len() <= position {
            self.infos.resize(position + 1, ItemInfo::default());
        }
        self.infos[position] = info;
    }

    /// Returns the info of `item`; an empty one if nothing is known.
    pub fn get(&self, item: ItemIdx) -> &ItemInfo {
        self.infos.get(item.0 as usize).unwrap_or(&EMPTY_INFO)
    }

    /// Iterates over the items with a non-empty info, ascending by index.
    pub fn iter(&self) -> impl Iterator<Item = (ItemIdx, &ItemInfo)> {
        (0..).map(ItemIdx).zip(&self.infos).filter(|(_, info)| !info.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_titles_and_genres_are_limited() {
        let title = |bytes| ItemInfo { title: Some("t".repeat(bytes)), ..ItemInfo::default() };
        assert_eq!(title(4096).check(), Ok(()));
        assert_eq!(title(4097).check(), Err(InfoTooLong { what: "a title", bytes: 4097 }));
        let genres = |count| ItemInfo { genres: vec!["four".into(); count], ..ItemInfo::default() };
        assert_eq!(genres(1024).check(), Ok(()));
        assert_eq!(genres(1025).check(), Err(InfoTooLong { what: "genres", bytes: 4100 }));
    }

    #[test]
    fn genres_are_found_ignoring_case() {
        let info = ItemInfo { genres: vec!["Komödie".into()], ..ItemInfo::default() };
        assert!(info.has_genre("KOMÖDIE") && !info.has_genre("komödi"));
    }

    #[test]
    fn unknown_items_have_empty_infos() {
        let mut catalogue = Catalogue::new();
        let info = ItemInfo { title: Some("Heat".into()), year: Some(1995), genres: vec![] };
        catalogue.set(ItemIdx(2), info.clone());
        assert_eq!(catalogue.get(ItemIdx(2)), &info);
        assert!(catalogue.get(ItemIdx(0)).is_empty() && catalogue.get(ItemIdx(9)).is_empty());
        assert_eq!(catalogue.iter().collect::<Vec<_>>(), [(ItemIdx(2), &info)]);
    }
}
