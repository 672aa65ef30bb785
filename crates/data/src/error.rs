//! Errors of this crate.

use likemind::RatingScale;
use likemind::catalogue::{InfoTooLong, MAX_TEXT_BYTES};
use likemind::scale::ScaleError;
use std::io;

/// Errors when reading, generating, downloading or writing data. Each message names the file, what
/// was expected and what was found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// A file or folder does not exist or cannot be opened.
    #[error("{file}: expected a readable file or folder, found: {source}")]
    Unreadable {
        /// The path.
        file: String,
        /// The error of the operating system.
        source: io::Error,
    },
    /// Reading failed before the end, for example because an archive is truncated or damaged.
    #[error("{file}: expected to read to the end, found: {reason}")]
    Broken {
        /// The file.
        file: String,
        /// The reason reported by the reader.
        reason: String,
    },
    /// A file is, or unpacks to, more than the allowed size.
    #[error("{file}: expected at most {limit} bytes when unpacked, found more")]
    TooLarge {
        /// The file.
        file: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// A Parquet file has more ratings than is plausible for its size.
    #[error(
        "{file}: expected at most {limit} different ratings in a Parquet file of {size} bytes, found \
         more (a CSV file may have any number)"
    )]
    TooManyRatings {
        /// The file.
        file: String,
        /// Maximum number of ratings.
        limit: usize,
        /// The size of the file in bytes.
        size: usize,
    },
    /// A folder or archive has no known layout.
    #[error("{file}: expected {expected}, found {found}")]
    UnknownLayout {
        /// The folder or archive.
        file: String,
        /// The files that were looked for.
        expected: String,
        /// Some of the names in it.
        found: String,
    },
    /// The folder or archive does not contain the requested file.
    #[error("{file}: expected a file {part:?} in it, found {found}")]
    NoSuchPart {
        /// The folder or archive.
        file: String,
        /// The name of the requested file.
        part: String,
        /// Some of the names in it.
        found: String,
    },
    /// A file contains no ratings.
    #[error("{file}: expected ratings, found none")]
    Empty {
        /// The file.
        file: String,
    },
    /// The header lacks a required column.
    #[error(
        "{file}: expected a column {expected}, found the columns {found} (--columns names those of \
         a file without a header, --delimiter splits them differently)"
    )]
    NoSuchColumn {
        /// The file.
        file: String,
        /// The name of the column, or its possible names.
        expected: String,
        /// The existing columns.
        found: String,
    },
    /// The type of a column does not fit its meaning.
    #[error("{file}: expected {expected} in the column {column:?}, found {found}")]
    WrongColumnType {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// What the column should contain.
        expected: String,
        /// The type of the column.
        found: String,
    },
    /// A row is invalid.
    #[error("{0}")]
    BadRow(BadRow),
    /// An option is invalid, or conflicts with another.
    #[error("expected {expected}, found {found}")]
    Options {
        /// The expected options.
        expected: String,
        /// The actual options.
        found: String,
    },
    /// No rating scale can be determined from the ratings.
    #[error("{file}: {source}")]
    Scale {
        /// The file.
        file: String,
        /// The reason.
        source: ScaleError,
    },
    /// A file cannot be written.
    #[error("{file}: expected to write the file, found: {source}")]
    Unwritable {
        /// The path.
        file: String,
        /// The error of the operating system.
        source: io::Error,
    },
    /// No data set of this name can be downloaded.
    #[error("expected one of {known}, found {name:?}")]
    UnknownDataset {
        /// The requested name.
        name: String,
        /// The known names.
        known: String,
    },
    /// A file cannot be downloaded.
    #[error("{url}: expected the file, found: {reason}")]
    Download {
        /// The address.
        url: String,
        /// The reason.
        reason: String,
    },
    /// The digest of a downloaded file differs from the published one.
    #[error("{url}: expected the MD5 digest {expected}, found {found}; the file was removed")]
    Digest {
        /// The address.
        url: String,
        /// The publisher's digest.
        expected: String,
        /// The digest of the downloaded file.
        found: String,
    },
}

/// An invalid row and its position.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: expected {expected}, found {found}")]
pub struct BadRow {
    /// The file.
    pub file: String,
    /// The line number, from 1; in a Parquet file the row number, from 1.
    pub line: u64,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
}

/// The fault of a row; the reader adds its position.
#[derive(Debug, PartialEq)]
pub(crate) struct RowFault {
    pub(crate) expected: String,
    pub(crate) found: String,
}

impl DataError {
    /// Builds the error for a header with the columns `names`.
    pub(crate) fn no_such_column(file: &str, expected: String, names: &[String]) -> Self {
        let (file, found) = (file.to_owned(), shortened(names.join(", ")));
        Self::NoSuchColumn { file, expected, found }
    }
}

/// Maximum number of characters of a row in an error message.
const MAX_SHOWN: usize = 200;

fn shortened(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MAX_SHOWN) {
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
            "a rating on the scale {limit} of the database (--scale changes it, --replace \
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
