//! Filters of recommendations.

use super::Years;
use likemind::{Catalogue, ItemIdx};
use std::collections::HashSet;

/// A filter of the items to recommend. The default allows all items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemFilter {
    genres: Vec<String>,
    years: Option<Years>,
    excluded: HashSet<ItemIdx>,
}

impl ItemFilter {
    /// Allows only items of at least one of these genres, ignoring case; all items if there are none.
    pub fn with_genres(self, genres: Vec<String>) -> Self {
        Self { genres, ..self }
    }

    /// Allows only items of these years; those whose year is unknown are not allowed. `None` allows all.
    pub fn with_years(self, years: Option<Years>) -> Self {
        Self { years, ..self }
    }

    /// Excludes these items.
    pub fn without_items(self, excluded: impl IntoIterator<Item = ItemIdx>) -> Self {
        Self { excluded: excluded.into_iter().collect(), ..self }
    }

    /// Whether the filter depends on genres or years.
    pub fn needs_info(&self) -> bool {
        !self.genres.is_empty() || self.years.is_some()
    }

    /// Whether the filter allows an item, whose genres and year are in the catalogue.
    pub fn allows(&self, item: ItemIdx, catalogue: &Catalogue) -> bool {
        if self.excluded.contains(&item) {
            return false;
        }
        if !self.needs_info() {
            return true;
        }
        let info = catalogue.get(item);
        let has_genre = self.genres.is_empty() || self.genres.iter().any(|g| info.has_genre(g));
        has_genre && self.years.is_none_or(|years| info.year.is_some_and(|y| years.contains(y)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use likemind::ItemInfo;

    #[test]
    fn items_pass_all_conditions() {
        let mut catalogue = Catalogue::new();
        for (item, year, genres) in
            [(0, Some(1995), &["Crime"][..]), (1, Some(2001), &["Comedy", "Crime"]), (2, None, &[])]
        {
            let genres = genres.iter().map(|&genre| genre.to_owned()).collect();
            catalogue.set(ItemIdx(item), ItemInfo { title: None, year, genres });
        }
        let allowed = |filter: &ItemFilter| -> Vec<u32> {
            (0..4).filter(|&item| filter.allows(ItemIdx(item), &catalogue)).collect()
        };
        let all = ItemFilter::default();
        let years = |text: &str| Some(text.parse().unwrap());
        assert_eq!(allowed(&all), [0, 1, 2, 3]);
        assert_eq!(allowed(&all.clone().without_items([ItemIdx(1), ItemIdx(9)])), [0, 2, 3]);
        let crime = all.clone().with_genres(vec!["Western".into(), "CRIME".into()]);
        assert_eq!(allowed(&crime), [0, 1]);
        assert_eq!(allowed(&crime.clone().with_years(years("2000-"))), [1]);
        let neither = crime.without_items([ItemIdx(0)]).with_years(years("-2000"));
        assert!(allowed(&neither).is_empty());
        assert_eq!(allowed(&all.with_years(years("1990-2010"))), [0, 1]);
    }
}
