//! How to read a source.

use crate::dataset::Layout;
use crate::error::DataError;
use likemind::RatingScale;
use std::str::FromStr;

/// How to read a source. The default finds everything out by itself.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// The layout; `None` finds it.
    pub layout: Option<Layout>,
    /// The file of a folder or archive that holds the ratings, in place of the usual one.
    pub part: Option<String>,
    /// Which columns of a text or Parquet file mean what.
    pub columns: ColumnChoice,
    /// What stands between the fields of a text file; `None` finds it.
    pub delimiter: Option<Delimiter>,
    /// The scale; `None` takes the layout's, or finds it.
    pub scale: Option<RatingScale>,
    /// A scale that all ratings must be on besides their own, as that of the database that they go
    /// into.
    pub limit: Option<RatingScale>,
    /// What to do with rows that cannot be used. Default [`BadRows::Refuse`].
    pub bad_rows: BadRows,
    /// The most bytes that a compressed file may unpack to. Default 8 GiB. A file that unpacks to
    /// over 200 times its size, and over 64 MiB, is refused as well.
    pub max_unpacked_bytes: u64,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            layout: None,
            part: None,
            columns: ColumnChoice::default(),
            delimiter: None,
            scale: None,
            limit: None,
            bad_rows: BadRows::Refuse,
            max_unpacked_bytes: 8 << 30,
        }
    }
}

/// What to do with rows that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadRows {
    /// The first one is an error.
    Refuse,
    /// They are left out, counted, and the first few kept.
    Skip,
}

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
        /// The timestamp column.
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

    /// A list such as `user,item,rating,timestamp`, with `-` for a column to pass over.
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
        let needed = [Meaning::User, Meaning::Item, Meaning::Rating];
        if needed.into_iter().any(|meaning| count(meaning) != 1) || count(Meaning::Timestamp) > 1 {
            return Err(fault());
        }
        Ok(Self::Positions(positions))
    }
}

/// What stands between the fields of a row. Any field may be in quotes; of comma- and
/// semicolon-separated files it may then go on over several lines. Blanks around a field that is not
/// quoted are no part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delimiter {
    /// One character of ASCII.
    Byte(u8),
    /// `::`, as in MovieLens 1M.
    DoubleColon,
    /// Any number of spaces and tabs.
    Blanks,
}

impl FromStr for Delimiter {
    type Err = DataError;

    /// One ASCII character, `::`, or `TAB`, `COMMA`, `SEMICOLON`, `PIPE`, `SPACE`, `BLANKS`.
    fn from_str(text: &str) -> Result<Self, DataError> {
        match (text.to_ascii_uppercase().as_str(), text.as_bytes()) {
            ("::", _) => Ok(Self::DoubleColon),
            ("TAB" | "\\T", _) => Ok(Self::Byte(b'\t')),
            ("COMMA", _) => Ok(Self::Byte(b',')),
            ("SEMICOLON", _) => Ok(Self::Byte(b';')),
            ("PIPE", _) => Ok(Self::Byte(b'|')),
            ("SPACE", _) => Ok(Self::Byte(b' ')),
            ("BLANKS", _) => Ok(Self::Blanks),
            (_, &[byte]) if byte.is_ascii() && byte != b'"' && byte != b'\n' => {
                Ok(Self::Byte(byte))
            }
            _ => Err(DataError::Options {
                expected:
                    "a delimiter of one character, ::, TAB, COMMA, SEMICOLON, PIPE, SPACE or \
                           BLANKS (any number of spaces and tabs)"
                        .into(),
                found: format!("{text:?}"),
            }),
        }
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
        for text in ["", "user,item", "user,user,item,rating", "user,item,stars"] {
            assert!(text.parse::<ColumnChoice>().is_err(), "{text}");
        }
    }

    #[test]
    fn delimiters_have_names() {
        assert_eq!("tab".parse::<Delimiter>().unwrap(), Delimiter::Byte(b'\t'));
        assert_eq!("::".parse::<Delimiter>().unwrap(), Delimiter::DoubleColon);
        assert_eq!(";".parse::<Delimiter>().unwrap(), Delimiter::Byte(b';'));
        assert!("ab".parse::<Delimiter>().is_err() && "\"".parse::<Delimiter>().is_err());
    }
}
