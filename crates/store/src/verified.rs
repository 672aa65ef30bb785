//! What a look at everything found.

use crate::model::ModelId;
use serde::Serialize;
use std::fmt;

/// A part of a database that can be damaged by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Part {
    /// The file's pages, its tables, and what refers to what.
    File,
    /// The scale, the name, the sequence, and the digests of all others.
    DataSet,
    /// The users' ids.
    Users,
    /// The items' ids.
    Items,
    /// The titles, years and genres.
    Titles,
    /// The log of changes.
    Changes,
    /// The ratings packed, as they are opened.
    PackedRatings,
    /// The ratings row by row, as they are exported.
    Ratings,
    /// Which models there are.
    Models,
    /// The lists of neighbours of a model, and what it was made with.
    Model(ModelId),
    /// What was asked for, and what became of it.
    Jobs,
}

impl fmt::Display for Part {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::File => "file",
            Self::DataSet => "data set",
            Self::Users => "users",
            Self::Items => "items",
            Self::Titles => "titles",
            Self::Changes => "changes",
            Self::PackedRatings => "packed ratings",
            Self::Ratings => "ratings",
            Self::Models => "models",
            Self::Model(id) => return write!(out, "model {id}"),
            Self::Jobs => "jobs",
        })
    }
}

/// A part that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VerifiedPart {
    /// Which.
    pub part: Part,
    /// How many rows it has, where they could be read; for the file, pages; for a model, lists.
    pub rows: u64,
    /// What is wrong with it first; `None` if it is as it was written.
    pub damage: Option<String>,
}

/// What [`Store::verify`](crate::Store::verify) found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// The parts in the order in which they were looked at. Where the data set is damaged they end
    /// with it: the digests that the others are held against are in it.
    pub parts: Vec<VerifiedPart>,
    /// Whether there were digests of all rows to hold them against. There are none in a database of
    /// a version that kept none, until it is found sound otherwise: then they are taken.
    pub had_digests: bool,
}

impl Verified {
    /// Whether everything is as it was written.
    pub fn is_sound(&self) -> bool {
        self.damaged().next().is_none()
    }

    /// The damaged parts.
    pub fn damaged(&self) -> impl Iterator<Item = &VerifiedPart> {
        self.parts.iter().filter(|part| part.damage.is_some())
    }
}
