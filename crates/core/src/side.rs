//! Whose similarity: of users, or of items.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Whose similarity is meant. The *rows* of a side are its users or its items; the *columns* are
/// the other kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Users, over the items that both rated.
    Users,
    /// Items, over the users who rated both.
    Items,
}

impl Side {
    /// The side of the columns.
    pub fn other(self) -> Self {
        match self {
            Self::Users => Self::Items,
            Self::Items => Self::Users,
        }
    }

    /// `"users"` or `"items"`.
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

/// A text that names no side.
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
