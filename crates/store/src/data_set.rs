//! What the database holds, in short.

use crate::count::count;
use crate::digest::DataDigest;
use crate::fault::Fault;
use crate::row_digests::RowDigests;
use likemind::RatingScale;
use serde::Serialize;

/// How a scale came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ScaleChoice {
    /// Given by a person: it takes the place of the one that the database has. Ratings off it are
    /// errors.
    Given,
    /// Documented by the publisher of the data set: it goes with the one that the database has, or
    /// the import is an error. Ratings off it are errors.
    Documented,
    /// Found from the ratings: a description, not a limit. It becomes wider where later ratings
    /// need it.
    Found,
}

impl ScaleChoice {
    /// As it is stored: where a scale that is no description came from makes no difference later.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Given | Self::Documented => "fixed",
            Self::Found => "found",
        }
    }
}

/// What a database holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// The name of the data set, where it has one.
    pub name: Option<String>,
    /// Users, also those without a rating.
    pub users: u64,
    /// Items, also those without a rating.
    pub items: u64,
    /// Items with a rating.
    pub rated_items: u64,
    /// Ratings.
    pub ratings: u64,
    /// The scale; `None` before the first import.
    pub scale: Option<RatingScale>,
    /// Whether the scale is a description of the ratings alone, and not a limit.
    pub scale_is_found: bool,
    /// Counts the changes of users, items and ratings; 0 before the first.
    pub sequence: u64,
}

/// Which ratings the database holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DataState {
    /// The number of the last change.
    pub sequence: u64,
    /// [`Store::data_digest`](crate::Store::data_digest) after it.
    pub digest: String,
}

/// The row of `data_set`.
#[derive(Clone, Debug)]
pub(crate) struct DataSet {
    pub(crate) name: Option<String>,
    pub(crate) scale: Option<(RatingScale, ScaleChoice)>,
    pub(crate) sequence: i64,
    pub(crate) digest: DataDigest,
    pub(crate) rows: RowDigests,
}

impl DataSet {
    /// Which ratings these are.
    pub(crate) fn state(&self) -> DataState {
        let digest = self.digest.text(self.scale.map(|(scale, _)| scale).as_ref());
        DataState { sequence: count(self.sequence), digest }
    }

    /// The scale.
    ///
    /// # Errors
    /// [`Fault::NoRatings`] before the first import.
    pub(crate) fn scale(&self) -> Result<RatingScale, Fault> {
        self.scale.map(|(scale, _)| scale).ok_or(Fault::NoRatings)
    }
}
