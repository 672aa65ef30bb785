//! Which items are recommended.

use crate::ids::read_ids;
use crate::messages::note;
use crate::text::grouped;
use anyhow::{Result, bail};
use clap::Args;
use likemind::{Catalogue, DenseIdx, ItemIdx};
use likemind_engine::{ItemFilter, Years};
use likemind_store::Store;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Conditions for items.
#[derive(Args, Default)]
pub(crate) struct FilterArgs {
    /// Only items of this genre, ignoring case; may be repeated, for items of any of the genres
    #[arg(long = "genre", value_name = "NAME")]
    genres: Vec<String>,
    /// Only items of these years: 1990-1999, 1990-, -1999 or 1999
    #[arg(long, allow_hyphen_values = true)]
    years: Option<Years>,
    /// File with the ids of items not to recommend, one per line
    #[arg(long, value_name = "FILE")]
    exclude: Option<PathBuf>,
    /// Recommends items that the user has rated, too
    #[arg(long)]
    pub(crate) include_rated: bool,
}

/// The items that filters allow.
pub(crate) struct AllowedItems(Option<Vec<bool>>);

impl FilterArgs {
    /// Finds the items that the filters allow.
    pub(crate) async fn find(&self, store: &Store) -> Result<AllowedItems> {
        let mut filter =
            ItemFilter::default().with_genres(self.genres.clone()).with_years(self.years);
        if self.exclude.is_none() && !filter.needs_info() {
            return Ok(AllowedItems(None));
        }
        let items = store.item_ids().await?;
        let count = items.len() as u32;
        let mut catalogue = Catalogue::new();
        if filter.needs_info() {
            catalogue = store.catalogue().await?;
            check_genres(&self.genres, count, &catalogue)?;
        }
        if let Some(file) = &self.exclude {
            let found = read_ids(file, |[id]| Ok(items.get(id)))?;
            note_unknown(&found, file);
            filter = filter.without_items(found.into_iter().flatten());
        }
        let allows = |item| filter.allows(ItemIdx(item), &catalogue);
        Ok(AllowedItems(Some((0..count).map(allows).collect())))
    }
}

impl AllowedItems {
    /// Whether there are filters.
    pub(crate) fn are_filtered(&self) -> bool {
        self.0.is_some()
    }

    pub(crate) fn contain(&self, item: ItemIdx) -> bool {
        // Items that have been added since are unknown.
        self.0.as_ref().is_none_or(|allowed| allowed.get(item.at()).is_some_and(|&allowed| allowed))
    }
}

/// Rejects genres that no item has, since they are probably misspelt.
fn check_genres(genres: &[String], items: u32, catalogue: &Catalogue) -> Result<()> {
    let infos = || (0..items).map(|item| catalogue.get(ItemIdx(item)));
    let is_unknown = |genre: &&String| !infos().any(|info| info.has_genre(genre));
    let Some(unknown) = genres.iter().find(is_unknown) else { return Ok(()) };
    let known: BTreeSet<&str> = infos().flat_map(|info| &info.genres).map(String::as_str).collect();
    if known.is_empty() {
        bail!(
            "expected items with genres, found none; `likemind import` adds them with --items FILE"
        );
    }
    let known: Vec<&str> = known.into_iter().collect();
    bail!("expected one of the genres {}, found {unknown:?}", known.join(", "))
}

fn note_unknown(found: &[Option<ItemIdx>], file: &Path) {
    let unknown = found.iter().filter(|item| item.is_none()).count();
    if unknown > 0 {
        note(format_args!(
            "{} of the {} ids in {} are not in the database",
            grouped(unknown as u64),
            grouped(found.len() as u64),
            file.display()
        ));
    }
}
