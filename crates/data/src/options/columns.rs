//! Which columns of a table mean what.

use crate::error::DataError;
use std::str::FromStr;

/// Which columns mean what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnChoice {
    /// By the names in the header; `None` takes the usual names. A text file whose first row
    /// reads as a rating has no header: its columns are user, item, rating and, if there is a
    /// fourth, the time.
    Named {
        /// The user column.
        user: Option<String>,
        /// The item column.
        item: Option<String>,
        /// The rating column.
        rating: Option<String>,
        /// The timestamp column; `-` takes none, unless there is one of this name.
        timestamp: Option<String>,
    },
    /// A file without a header: the meaning of each column in order, `None` for one to pass over.
    Positions(Vec<Option<Meaning>>),
}

/// What a column means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The user's id.
    User,
    /// The item's id.
    Item,
    /// The rating.
    Rating,
    /// The time: a number since 1970, of seconds, or of milli-, micro- or nanoseconds where it is too
    /// large for these; or a date, with or without a time of day, such as `2009-05-13T16:44:24Z`.
    Timestamp,
}

impl Default for ColumnChoice {
    fn default() -> Self {
        Self::Named { user: None, item: None, rating: None, timestamp: None }
    }
}

impl FromStr for ColumnChoice {
    type Err = DataError;

    /// A list such as `user,item,rating,timestamp`, with `-` for a column to pass over. Only rows that
    /// have no rating can do without one.
    fn from_str(text: &str) -> Result<Self, DataError> {
        let fault = || DataError::Options {
            expected: "columns such as user,item,rating,timestamp (- passes one over)".into(),
            found: format!("{text:?}"),
        };
        let meaning = |name: &str| match name.trim() {
            "user" => Ok(Some(Meaning::User)),
            "item" => Ok(Some(Meaning::Item)),
            "rating" => Ok(Some(Meaning::Rating)),
            "timestamp" | "time" => Ok(Some(Meaning::Timestamp)),
            "-" | "_" => Ok(None),
            _ => Err(fault()),
        };
        let positions: Vec<_> = text.split(',').map(meaning).collect::<Result<_, _>>()?;
        let count = |wanted| positions.iter().filter(|&&found| found == Some(wanted)).count();
        let is_complete = count(Meaning::User) == 1
            && count(Meaning::Item) == 1
            && count(Meaning::Rating) <= 1
            && count(Meaning::Timestamp) <= 1;
        if is_complete { Ok(Self::Positions(positions)) } else { Err(fault()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn column_lists_are_checked() {
        let columns: ColumnChoice = "rating,-,user,item".parse().unwrap();
        let wanted = [Some(Meaning::Rating), None, Some(Meaning::User), Some(Meaning::Item)];
        assert_eq!(columns, ColumnChoice::Positions(wanted.to_vec()));
        assert!("item,user".parse::<ColumnChoice>().is_ok(), "of rows without ratings");
        for text in ["", "user,rating", "user,user,item,rating", "user,item,stars"] {
            assert!(text.parse::<ColumnChoice>().is_err(), "{text}");
        }
    }
}
