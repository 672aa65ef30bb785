//! Imports: what is asked for, what is done, and how it is worked out.

pub(crate) mod incoming;
pub(crate) mod merge;
pub(crate) mod plan;
pub(crate) mod scale;
pub(crate) mod times;

use crate::data_set::{ScaleChoice, Summary};
use likemind::{Catalogue, RatingScale, RatingTable};
use serde::Serialize;

/// What becomes of the data set that the database holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportMode {
    /// It stays: users, items and ratings are added.
    Add,
    /// It goes, with its name, its scale and its models.
    Replace,
}

/// Which rating stays where the database and an import have one each of the same user and item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// The later one by their times; the import's where one of them has none, or both are the same.
    #[default]
    Newest,
    /// The database's.
    Existing,
    /// The import's.
    Incoming,
}

/// What to import, set field by field after [`new`](Self::new).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ImportBatch<'a> {
    /// The name of the data set. With [`ImportMode::Add`] a name that there is stays.
    pub name: Option<&'a str>,
    /// The ratings, with one for a user and item at most. Users and items that the database does
    /// not know are added in the table's order, also those without a rating.
    pub table: &'a RatingTable,
    /// What is known of the table's items, by its indices. What is known here takes the place of
    /// what was; the rest stays.
    pub catalogue: &'a Catalogue,
    /// The scale of the ratings.
    pub scale: RatingScale,
    /// Where the scale comes from. A given one counts, and two found ones become one that holds both.
    pub scale_choice: ScaleChoice,
    /// Which of two ratings of the same user and item stays.
    pub keep: Keep,
    /// What becomes of what the database holds.
    pub mode: ImportMode,
}

static NOTHING_KNOWN: Catalogue = Catalogue::new();

impl<'a> ImportBatch<'a> {
    /// Ratings on a given scale, which are added to what the database holds, the newest of two of one
    /// user and item; without a name, and with nothing known of the items.
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

    /// With a [`name`](Self::name).
    pub fn with_name(self, name: &'a str) -> Self {
        Self { name: Some(name), ..self }
    }

    /// With a [`catalogue`](Self::catalogue).
    pub fn with_catalogue(self, catalogue: &'a Catalogue) -> Self {
        Self { catalogue, ..self }
    }

    /// With another [`scale`](Self::scale).
    pub fn with_scale(self, scale: RatingScale) -> Self {
        Self { scale, ..self }
    }

    /// With a scale from [elsewhere](Self::scale_choice).
    pub fn with_scale_choice(self, scale_choice: ScaleChoice) -> Self {
        Self { scale_choice, ..self }
    }

    /// With another choice of what is [kept](Self::keep).
    pub fn with_keep(self, keep: Keep) -> Self {
        Self { keep, ..self }
    }

    /// With another [mode](Self::mode).
    pub fn with_mode(self, mode: ImportMode) -> Self {
        Self { mode, ..self }
    }
}

/// What an import is writing, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ImportStep {
    /// New users.
    Users,
    /// Items and what is known of them.
    Items,
    /// Ratings.
    Ratings,
    /// The packed copy of all ratings; counts bytes.
    Snapshot,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ImportProgress {
    /// What is being written.
    pub step: ImportStep,
    /// How much of it is written.
    pub done: u64,
    /// How much there is to write.
    pub total: u64,
}

/// What an import did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImportSummary {
    /// Users who were not there before.
    pub new_users: u64,
    /// Items that were not there before.
    pub new_items: u64,
    /// Ratings of pairs that had none.
    pub added: u64,
    /// Ratings that took another value.
    pub updated: u64,
    /// Ratings that were there with the same value.
    pub unchanged: u64,
    /// Ratings that were there with another value and stayed.
    pub kept: u64,
    /// Items that have another title than they had.
    pub retitled: Retitled,
    /// What the database holds now.
    pub now: Summary,
}

/// Known items that an import gave another title: two data sets may use the same ids for different
/// things.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Retitled {
    /// How many.
    pub count: u64,
    /// The first of them.
    pub first: Option<Title>,
}

/// An item whose title changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Title {
    /// The item's id.
    pub item: String,
    /// The title that it had.
    pub before: String,
    /// The title that it has.
    pub after: String,
}
