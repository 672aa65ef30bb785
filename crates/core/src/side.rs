//! The side of the rating matrix whose rows are compared: users or items.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The side of the rating matrix whose rows are compared. The *rows* of a side are its users or
/// items; the *columns* are those of the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Users, compared over the items that both rated.
    Users,
    /// Items, compared over the users who rated both.
    Items,
}

impl Side {
    /// Returns the other side, that of the columns.
    pub fn other(self) -> Self {
        match self {
            Self::Users => Self::Items,
            Self::Items => Self::Users,
        }
    }

    /// Returns `"users"` or `"items"`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Items => "items",
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// The error returned when parsing a string that is not a [`Side`].
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected users or items, found {0:?}")]
pub struct UnknownSide(String);

impl FromStr for Side {
    type Err = UnknownSide;
    fn from_str(text: &str) -> Result<Self, UnknownSide> {
        match text {
            "users" | "user" => Ok(Self::Users),
            "items" | "item" => Ok(Self::Items),
            _ => Err(UnknownSide(text.to_owned())),
        }
    }
}
