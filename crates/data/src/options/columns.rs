//! The meaning of the columns of a table.

use crate::error::DataError;
use std::str::FromStr;

/// How the meaning of columns is determined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnChoice {
    /// By the names in the header; `None` looks for the usual names. A text file whose first row
    /// can be read as a rating has no header: its columns are user, item, rating and, if there is a
    /// fourth one, timestamp.
    Named {
        /// The user column.
        user: Option<String>,
        /// The item column.
        item: Option<String>,
        /// The rating column.
        rating: Option<String>,
        /// The timestamp column; `-` reads no times, unless there is a column of that name.
        timestamp: Option<String>,
    },
    /// By position, for a file without a header: the meaning of each column in order, `None` for a
    /// column to ignore.
    Positions(Vec<Option<ColumnMeaning>>),
}

/// The meaning of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnMeaning {
    /// The user's id.
    User,
    /// The item's id.
    Item,
    /// The rating.
    Rating,
    /// The time: the number of seconds since 1970, or of milli-, micro- or nanoseconds if it is too
    /// large for seconds; or a date, with or without a time of day, such as `2009-05-13T16:44:24Z`.
    Timestamp,
}

impl Default for ColumnChoice {
    fn default() -> Self {
        Self::Named { user: None, item: None, rating: None, timestamp: None }
    }
}

impl FromStr for ColumnChoice {
    type Err = DataError;

    /// Parses a list such as `user,item,rating,timestamp`, with `-` for a column to ignore. The
    /// rating may be absent only if rows have no ratings.
    fn from_str(text: &str) -> Result<Self, DataError> {
        let invalid = || DataError::Options {
            expected: "columns such as user,item,rating,timestamp (- skips a column)".into(),
            found: format!("{text:?}"),
        };
        let meaning = |name: &str| match name.trim() {
            "user" => Ok(Some(ColumnMeaning::User)),
            "item" => Ok(Some(ColumnMeaning::Item)),
            "rating" => Ok(Some(ColumnMeaning::Rating)),
            "timestamp" | "time" => Ok(Some(ColumnMeaning::Timestamp)),
            "-" | "_" => Ok(None),
            _ => Err(invalid()),
        };
        let positions: Vec<_> = text.split(',').map(meaning).collect::<Result<_, _>>()?;
        let count = |meaning| positions.iter().filter(|&&found| found == Some(meaning)).count();
        let is_complete = count(ColumnMeaning::User) == 1
            && count(ColumnMeaning::Item) == 1
            && count(ColumnMeaning::Rating) <= 1
            && count(ColumnMeaning::Timestamp) <= 1;
        if is_complete { Ok(Self::Positions(positions)) } else { Err(invalid()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_column_lists() {
        let columns: ColumnChoice = "rating,-,user,item".parse().unwrap();
        let expected = [
            Some(ColumnMeaning::Rating),
            None,
            Some(ColumnMeaning::User),
            Some(ColumnMeaning::Item),
        ];
        assert_eq!(columns, ColumnChoice::Positions(expected.to_vec()));
        assert!("item,user".parse::<ColumnChoice>().is_ok(), "for rows without ratings");
        for text in ["", "user,rating", "user,user,item,rating", "user,item,stars"] {
            assert!(text.parse::<ColumnChoice>().is_err(), "{text}");
        }
    }
}
