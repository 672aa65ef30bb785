//! The result of verifying a database.

use crate::model::ModelId;
use serde::Serialize;
use std::fmt;

/// A part of a database that is verified on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Part {
    /// The pages of the file, the tables, and the references between rows.
    File,
    /// The scale, the name, the sequence, and the digests of all other parts.
    DataSet,
    /// The ids of the users.
    Users,
    /// The ids of the items.
    Items,
    /// The titles, years and genres.
    Titles,
    /// The log of changes.
    Changes,
    /// The packed ratings, which are read when the database is opened.
    PackedRatings,
    /// The rows of ratings, which are exported.
    Ratings,
    /// The list of models.
    Models,
    /// The parameters and contents of a model.
    Model(ModelId),
    /// The jobs.
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

/// A verified part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VerifiedPart {
    /// The part.
    pub part: Part,
    /// Number of rows, if they could be read; number of pages of the file, or of lists (or
    /// items) of a model.
    pub rows: u64,
    /// The first damage found; `None` if the part is intact.
    pub damage: Option<String>,
}

/// The result of [`Store::verify`](crate::Store::verify).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// The parts in the order of verification. If the data set is damaged, it is the last one,
    /// since it contains the digests of the others.
    pub parts: Vec<VerifiedPart>,
    /// Whether the database had digests of all rows. A database written by a version without
    /// digests has none until it is verified; if it is intact otherwise, they are computed.
    pub had_digests: bool,
}

impl Verified {
    /// Whether everything is intact.
    pub fn is_sound(&self) -> bool {
        self.damaged().next().is_none()
    }

    /// Returns the damaged parts.
    pub fn damaged(&self) -> impl Iterator<Item = &VerifiedPart> {
        self.parts.iter().filter(|part| part.damage.is_some())
    }
}
