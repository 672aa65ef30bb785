//! The layout of a rating matrix.

use crate::error::DataError;
use std::str::FromStr;

/// The layout of a text with a rating matrix, for example with one row per user and one column per
/// item. The ids of the columns are in the first row if it contains any names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matrix {
    /// Rows are users, whose ids are in the first column.
    Users,
    /// Rows are items, whose ids are in the first column.
    Items,
    /// Rows are users, numbered from 1; the first column is ignored.
    NumberedAfterFirst,
    /// Rows are users, numbered from 1; all columns are ratings.
    Numbered,
}

impl FromStr for Matrix {
    type Err = DataError;

    /// Parses the meaning of the first column: `user`, `item`, `-` for a column to ignore, or
    /// `rating`.
    fn from_str(text: &str) -> Result<Self, DataError> {
        match text {
            "user" => Ok(Self::Users),
            "item" => Ok(Self::Items),
            "-" => Ok(Self::NumberedAfterFirst),
            "rating" => Ok(Self::Numbered),
            _ => Err(DataError::Options {
                expected:
                    "the meaning of a matrix's first column (user, item, rating, or - to skip it)"
                        .to_owned(),
                found: format!("{text:?}"),
            }),
        }
    }
}
