//! What can go wrong with data.

use likemind::RatingScale;
use likemind::catalogue::{InfoTooLong, MAX_TEXT_BYTES};
use likemind::scale::ScaleError;
use std::io;

/// Why data could not be read, made, fetched or written. Each text names the file, what was
/// expected and what was found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// A file or folder that is not there or cannot be opened.
    #[error("{file}: expected a readable file or folder, found: {source}")]
    Unreadable {
        /// The path.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// Reading broke off: a truncated or damaged archive, or a failing disk.
    #[error("{file}: expected to read to the end, found: {reason}")]
    Broken {
        /// The file.
        file: String,
        /// What the reader said.
        reason: String,
    },
    /// A file that has, or unpacks to, more than is allowed.
    #[error("{file}: expected at most {limit} bytes when unpacked, found more")]
    TooLarge {
        /// The file.
        file: String,
        /// The limit.
        limit: u64,
    },
    /// A Parquet file with more ratings than its size explains.
    #[error(
        "{file}: expected at most {limit} different ratings in a Parquet file of {size} bytes, found \
         more (written as CSV they may be any number)"
    )]
    TooManyRatings {
        /// The file.
        file: String,
        /// The limit.
        limit: usize,
        /// The size of the file.
        size: usize,
    },
    /// A folder or archive in which no layout is known.
    #[error("{file}: expected {expected}, found {found}")]
    UnknownLayout {
        /// The folder or archive.
        file: String,
        /// The files that were looked for.
        expected: String,
        /// Some of the names in it.
        found: String,
    },
    /// A part that the folder or archive does not have.
    #[error("{file}: expected a file {part:?} in it, found {found}")]
    NoSuchPart {
        /// The folder or archive.
        file: String,
        /// The part asked for.
        part: String,
        /// Some of the names in it.
        found: String,
    },
    /// A file without ratings.
    #[error("{file}: expected ratings, found none")]
    Empty {
        /// The file.
        file: String,
    },
    /// A header without a column that is needed.
    #[error(
        "{file}: expected a column {expected}, found the columns {found} (--columns names those of \
         a file without a header, --delimiter parts them otherwise)"
    )]
    NoSuchColumn {
        /// The file.
        file: String,
        /// The column, or the names that it may have.
        expected: String,
        /// The columns there are.
        found: String,
    },
    /// A column of a type that its meaning cannot have.
    #[error("{file}: expected {expected} in the column {column:?}, found {found}")]
    WrongKind {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// What it should hold.
        expected: String,
        /// The type that it has.
        found: String,
    },
    /// A row that cannot be used.
    #[error("{0}")]
    BadRow(BadRow),
    /// Options that do not go together.
    #[error("expected {expected}, found {found}")]
    Options {
        /// What the options should be.
        expected: String,
        /// What they are.
        found: String,
    },
    /// Ratings that make no scale.
    #[error("{file}: {source}")]
    Scale {
        /// The file.
        file: String,
        /// Why not.
        source: ScaleError,
    },
    /// A file that could not be written.
    #[error("{file}: expected to write the file, found: {source}")]
    Unwritable {
        /// The path.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// A data set that nobody is known to publish.
    #[error("expected one of {known}, found {name:?}")]
    UnknownDataset {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// The publisher's server did not give the file.
    #[error("{url}: expected the file, found: {reason}")]
    Download {
        /// The address.
        url: String,
        /// What happened.
        reason: String,
    },
    /// What was fetched is not what the publisher says it is.
    #[error("{url}: expected the MD5 digest {expected}, found {found}; the file was removed")]
    Digest {
        /// The address.
        url: String,
        /// The publisher's digest.
        expected: String,
        /// The digest of what arrived.
        found: String,
    },
}

/// A row that cannot be used, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: expected {expected}, found {found}")]
pub struct BadRow {
    /// The file.
    pub file: String,
    /// The line, from 1; the row, from 1, of a Parquet file.
    pub line: u64,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub found: String,
}

/// What a row lacks; the reader adds the place.
#[derive(Debug, PartialEq)]
pub(crate) struct RowFault {
    pub(crate) expected: String,
    pub(crate) found: String,
}

impl DataError {
    /// The error of a header with these `names`.
    pub(crate) fn no_such_column(file: &str, expected: String, names: &[String]) -> Self {
        let (file, found) = (file.to_owned(), shortened(names.join(", ")));
        Self::NoSuchColumn { file, expected, found }
    }
}

/// The most characters of a row that are shown.
const SHOWN: usize = 200;

fn shortened(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(SHOWN) {
        text.truncate(end);
        text.push('…');
    }
    text
}

impl RowFault {
    pub(crate) fn new(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { expected: expected.into(), found: shortened(found.into()) }
    }

    pub(crate) fn off_scale(scale: &RatingScale, assumed: &str, rating: f64) -> Self {
        Self::new(format!("a rating on the scale {scale}{assumed}"), rating.to_string())
    }

    pub(crate) fn off_limit(limit: &RatingScale, rating: f64) -> Self {
        let expected = format!(
            "a rating on the scale {limit} of the database (--scale gives it another, --replace \
             starts over)"
        );
        Self::new(expected, rating.to_string())
    }

    pub(crate) fn too_long(error: &InfoTooLong) -> Self {
        let &InfoTooLong { what, bytes } = error;
        Self::new(format!("{what} in at most {MAX_TEXT_BYTES} bytes"), bytes.to_string())
    }

    pub(crate) fn at(self, file: &str, line: u64) -> BadRow {
        BadRow { file: file.to_owned(), line, expected: self.expected, found: self.found }
    }
}
