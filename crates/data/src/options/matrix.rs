//! Ratings as a matrix.

use crate::error::DataError;
use std::str::FromStr;

/// What the rows of a matrix of ratings are: a text with a row for each user, say, and a column for
/// each item, whose names are in the first row if that has any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matrix {
    /// Users, whose ids are in the first column.
    Users,
    /// Items, whose ids are in the first column.
    Items,
    /// Users who are numbered from 1, as the first column is to be passed over.
    NumberedAfterFirst,
    /// Users who are numbered from 1; all columns hold ratings.
    Numbered,
}

impl FromStr for Matrix {
    type Err = DataError;

    /// What the first column holds: `user`, `item`, `-` for a column to pass over, or `rating`.
    fn from_str(text: &str) -> Result<Self, DataError> {
        match text {
            "user" => Ok(Self::Users),
            "item" => Ok(Self::Items),
            "-" => Ok(Self::NumberedAfterFirst),
            "rating" => Ok(Self::Numbered),
            _ => Err(DataError::Options {
                expected:
                    "what a matrix's first column holds (user, item, rating, or - to pass it \
                           over)"
                        .to_owned(),
                found: format!("{text:?}"),
            }),
        }
    }
}
