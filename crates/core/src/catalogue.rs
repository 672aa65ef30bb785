//! What is known of items besides their ratings.

use crate::ids::ItemIdx;
use serde::{Deserialize, Serialize};

/// Title, year and genres of an item; an artist has its name as its title.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemInfo {
    /// The title without the year, as the source has it; may hold any character.
    pub title: Option<String>,
    /// The year of release.
    pub year: Option<i32>,
    /// Genre names, in the source's order.
    pub genres: Vec<String>,
}

/// The most bytes of a title, and of an item's genres together.
pub const MAX_TEXT_BYTES: usize = 4096;

/// A title, or genres, of more than [`MAX_TEXT_BYTES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {what} in at most {MAX_TEXT_BYTES} bytes, found {bytes}")]
pub struct InfoTooLong {
    /// `"a title"` or `"genres"`.
    pub what: &'static str,
    /// How many bytes there are.
    pub bytes: usize,
}

impl ItemInfo {
    /// Refuses what is too long to be kept.
    ///
    /// # Errors
    /// [`InfoTooLong`] for a title of more than [`MAX_TEXT_BYTES`], or genres that have more together.
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

    /// Whether it has a genre of this name, in whatever case.
    pub fn has_genre(&self, name: &str) -> bool {
        let wanted = name.to_lowercase();
        self.genres.iter().any(|genre| genre.to_lowercase() == wanted)
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.title.is_none() && self.year.is_none() && self.genres.is_empty()
    }
}

/// [`ItemInfo`] by dense index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    infos: Vec<ItemInfo>,
}

static NOTHING_KNOWN: ItemInfo = ItemInfo { title: None, year: None, genres: Vec::new() };

impl Catalogue {
    /// A catalogue that knows nothing.
    pub const fn new() -> Self {
        Self { infos: Vec::new() }
    }

    /// Sets what is known of `item`, in place of what was.
    pub fn set(&mut self, item: ItemIdx, info: ItemInfo) {
        let position = item.0 as usize;
        if self.infos.len() <= position {
            self.infos.resize(position + 1, ItemInfo::default());
        }
        self.infos[position] = info;
    }

    /// What is known of `item`; an empty info where nothing is.
    pub fn get(&self, item: ItemIdx) -> &ItemInfo {
        self.infos.get(item.0 as usize).unwrap_or(&NOTHING_KNOWN)
    }

    /// Index and info of the items of which something is known, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (ItemIdx, &ItemInfo)> {
        (0..).map(ItemIdx).zip(&self.infos).filter(|(_, info)| !info.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_and_genres_have_a_length() {
        let title = |bytes| ItemInfo { title: Some("t".repeat(bytes)), ..ItemInfo::default() };
        assert_eq!(title(4096).check(), Ok(()));
        assert_eq!(title(4097).check(), Err(InfoTooLong { what: "a title", bytes: 4097 }));
        let genres = |count| ItemInfo { genres: vec!["four".into(); count], ..ItemInfo::default() };
        assert_eq!(genres(1024).check(), Ok(()));
        assert_eq!(genres(1025).check(), Err(InfoTooLong { what: "genres", bytes: 4100 }));
    }

    #[test]
    fn genres_are_found_in_any_case() {
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
