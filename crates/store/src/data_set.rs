//! The data set of a database.

use crate::count::count;
use crate::digest::DataDigest;
use crate::fault::Fault;
use crate::row_digests::RowDigests;
use likemind::RatingScale;
use serde::Serialize;

/// The origin of a scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ScaleChoice {
    /// Given by the user: it replaces the scale of the database. Ratings off the scale are errors.
    Given,
    /// Documented by the publisher of the data set: it must be compatible with the scale of the
    /// database, otherwise the import is an error. Ratings off the scale are errors.
    Documented,
    /// Inferred from the ratings: a description, not a limit. It is widened if later ratings
    /// require it.
    Found,
}

impl ScaleChoice {
    /// Returns the stored name. Given and documented scales are not distinguished once stored.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Given | Self::Documented => "fixed",
            Self::Found => "found",
        }
    }
}

/// A summary of what a database contains.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// The name of the data set, if it has one.
    pub name: Option<String>,
    /// Number of users, including those without ratings.
    pub users: u64,
    /// Number of items, including those without ratings.
    pub items: u64,
    /// Number of items with ratings.
    pub rated_items: u64,
    /// Number of ratings.
    pub ratings: u64,
    /// The scale; `None` before the first import.
    pub scale: Option<RatingScale>,
    /// Whether the scale only describes the ratings and is not a limit.
    pub scale_is_found: bool,
    /// The number of the last change of users, items or ratings; 0 before the first.
    pub sequence: u64,
}

/// Identifies the ratings of a database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DataState {
    /// The number of the last change.
    pub sequence: u64,
    /// [`Store::data_digest`](crate::Store::data_digest) after that change.
    pub digest: String,
}

/// The row of the table `data_set`.
#[derive(Clone, Debug)]
pub(crate) struct DataSet {
    pub(crate) name: Option<String>,
    pub(crate) scale: Option<(RatingScale, ScaleChoice)>,
    pub(crate) sequence: i64,
    pub(crate) digest: DataDigest,
    pub(crate) rows: RowDigests,
}

impl DataSet {
    /// Returns the sequence and the digest of the ratings.
    pub(crate) fn state(&self) -> DataState {
        let digest = self.digest.text(self.scale.map(|(scale, _)| scale).as_ref());
        DataState { sequence: count(self.sequence), digest }
    }

    /// Returns the scale.
    ///
    /// # Errors
    /// [`Fault::NoRatings`] before the first import.
    pub(crate) fn scale(&self) -> Result<RatingScale, Fault> {
        self.scale.map(|(scale, _)| scale).ok_or(Fault::NoRatings)
    }
}
