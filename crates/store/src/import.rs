//! Imports: requests, progress and results, and the computation of what is written.

pub(crate) mod incoming;
pub(crate) mod merge;
pub(crate) mod plan;
pub(crate) mod scale;
pub(crate) mod times;

use crate::data_set::{ScaleChoice, Summary};
use likemind::{Catalogue, RatingScale, RatingTable};
use serde::Serialize;

/// What to do with the existing data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportMode {
    /// Keep it, and add users, items and ratings.
    Add,
    /// Delete it, including its name, scale and models.
    Replace,
}

/// Which rating is kept if both the database and the import rate the same item by the same user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// The newer one; the import's if either has no time or both times are equal.
    #[default]
    Newest,
    /// The rating in the database.
    Existing,
    /// The rating in the import.
    Incoming,
}

/// A data set to import. Create it with [`new`](Self::new) and set the other fields.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ImportBatch<'a> {
    /// The name of the data set. With [`ImportMode::Add`] an existing name is kept.
    pub name: Option<&'a str>,
    /// The ratings, at most one per user and item. Users and items that are not in the database are
    /// added in the order of the table, including those without ratings.
    pub table: &'a RatingTable,
    /// Titles, years and genres by the item indices of the table. They replace those in the
    /// database; fields without a value are left unchanged.
    pub catalogue: &'a Catalogue,
    /// The scale of the ratings.
    pub scale: RatingScale,
    /// The origin of the scale. A given scale wins; two inferred scales are combined.
    pub scale_choice: ScaleChoice,
    /// Which of two ratings of the same user and item is kept.
    pub keep: Keep,
    /// What to do with the existing data set.
    pub mode: ImportMode,
}

static NOTHING_KNOWN: Catalogue = Catalogue::new();

impl<'a> ImportBatch<'a> {
    /// Creates a batch of ratings on a given scale, without a name and without titles. By default
    /// the ratings are added to the database, and the newer of two ratings is kept.
    pub fn new(table: &'a RatingTable, scale: RatingScale) -> Self {
        Self {
            name: None,
            table,
            catalogue: &NOTHING_KNOWN,
            scale,
            scale_choice: ScaleChoice::Given,
            keep: Keep::Newest,
            mode: ImportMode::Add,
        }
    }

    /// Sets [`name`](field@Self::name).
    pub fn with_name(self, name: &'a str) -> Self {
        Self { name: Some(name), ..self }
    }

    /// Sets [`catalogue`](field@Self::catalogue).
    pub fn with_catalogue(self, catalogue: &'a Catalogue) -> Self {
        Self { catalogue, ..self }
    }

    /// Sets [`scale`](field@Self::scale).
    pub fn with_scale(self, scale: RatingScale) -> Self {
        Self { scale, ..self }
    }

    /// Sets [`scale_choice`](field@Self::scale_choice).
    pub fn with_scale_choice(self, scale_choice: ScaleChoice) -> Self {
        Self { scale_choice, ..self }
    }

    /// Sets [`keep`](field@Self::keep).
    pub fn with_keep(self, keep: Keep) -> Self {
        Self { keep, ..self }
    }

    /// Sets [`mode`](field@Self::mode).
    pub fn with_mode(self, mode: ImportMode) -> Self {
        Self { mode, ..self }
    }
}

/// The steps of an import, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ImportStep {
    /// Writing new users.
    Users,
    /// Writing items with their titles, years and genres.
    Items,
    /// Writing ratings.
    Ratings,
    /// Writing the packed copy of all ratings; progress is counted in bytes.
    Snapshot,
}

/// The progress of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ImportProgress {
    /// The current step.
    pub step: ImportStep,
    /// Amount of work done in this step.
    pub done: u64,
    /// Total amount of work in this step.
    pub total: u64,
}

/// The result of an import.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImportSummary {
    /// Number of users that were added.
    pub new_users: u64,
    /// Number of items that were added.
    pub new_items: u64,
    /// Number of ratings that were added.
    pub added: u64,
    /// Number of ratings whose value changed.
    pub updated: u64,
    /// Number of ratings that already had the same value.
    pub unchanged: u64,
    /// Number of ratings that were kept with another value.
    pub kept: u64,
    /// The items whose title changed.
    pub retitled: ChangedTitles,
    /// A summary of the database afterwards.
    pub now: Summary,
}

/// The known items whose title an import changed: two data sets may use the same ids for different
/// things.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChangedTitles {
    /// Number of items.
    pub count: u64,
    /// The first of these items.
    pub first: Option<Title>,
}

/// An item whose title changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Title {
    /// The id of the item.
    pub item: String,
    /// The former title.
    pub before: String,
    /// The new title.
    pub after: String,
}
