//! Options for reading a source.

mod columns;
mod delimiter;
mod encoding;
mod matrix;

pub use columns::{ColumnChoice, ColumnMeaning};
pub use delimiter::Delimiter;
pub use encoding::Encoding;
pub use matrix::Matrix;

use crate::dataset::Layout;
use likemind::RatingScale;
use std::path::PathBuf;

/// Options of [`read`](crate::read) and [`read_from`](crate::read_from). By default everything is
/// detected.
///
/// ```
/// use likemind_data::{BadRows, Layout, ReadOptions};
///
/// let options = ReadOptions::default().with_layout(Layout::Ml1m).with_bad_rows(BadRows::Skip);
/// assert_eq!(options.layout, Some(Layout::Ml1m));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReadOptions {
    /// The layout; `None` detects it.
    pub layout: Option<Layout>,
    /// Name of the file with the ratings in a folder or archive; `None` takes the usual one.
    pub part: Option<String>,
    /// The meaning of the columns of a text or Parquet file.
    pub columns: ColumnChoice,
    /// The delimiter between the fields of a text file; `None` detects it.
    pub delimiter: Option<Delimiter>,
    /// The character encoding of a text; `None` takes UTF-8, or UTF-16 if there is a byte order
    /// mark.
    pub encoding: Option<Encoding>,
    /// For rows without ratings, such as purchases or views: how they are counted. A rating column
    /// is then ignored.
    pub implicit: Option<Implicit>,
    /// For a text with one row per user (or item) and one column per item (or user): what its rows
    /// are.
    pub matrix: Option<Matrix>,
    /// A value that means "no rating", such as `99` or `NA`; it matches the same text, or an equal
    /// number. Empty cells of a matrix are never ratings.
    pub missing: Option<String>,
    /// An additional file with titles, years and genres of the items.
    pub items: Option<PathBuf>,
    /// The scale; `None` takes that of the layout, or detects it.
    pub scale: Option<RatingScale>,
    /// A second scale that all ratings must be on, such as that of the database that they are
    /// imported into.
    pub limit: Option<RatingScale>,
    /// What to do with invalid rows. Default [`BadRows::Reject`].
    pub bad_rows: BadRows,
    /// Maximum unpacked size of a compressed file, in bytes. Default 8 GiB. A file that unpacks to
    /// more than 200 times its size, and more than 64 MiB, is rejected as well.
    pub max_unpacked_bytes: u64,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            layout: None,
            part: None,
            columns: ColumnChoice::default(),
            delimiter: None,
            encoding: None,
            implicit: None,
            matrix: None,
            missing: None,
            items: None,
            scale: None,
            limit: None,
            bad_rows: BadRows::Reject,
            max_unpacked_bytes: 8 << 30,
        }
    }
}

/// Setters, one for each field. Those of optional fields accept a value or an `Option`.
impl ReadOptions {
    /// Sets [`layout`](Self::layout).
    pub fn with_layout(self, layout: impl Into<Option<Layout>>) -> Self {
        Self { layout: layout.into(), ..self }
    }

    /// Sets [`part`](Self::part).
    pub fn with_part(self, part: impl Into<Option<String>>) -> Self {
        Self { part: part.into(), ..self }
    }

    /// Sets [`columns`](Self::columns).
    pub fn with_columns(self, columns: ColumnChoice) -> Self {
        Self { columns, ..self }
    }

    /// Sets [`delimiter`](Self::delimiter).
    pub fn with_delimiter(self, delimiter: impl Into<Option<Delimiter>>) -> Self {
        Self { delimiter: delimiter.into(), ..self }
    }

    /// Sets [`encoding`](Self::encoding).
    pub fn with_encoding(self, encoding: impl Into<Option<Encoding>>) -> Self {
        Self { encoding: encoding.into(), ..self }
    }

    /// Sets [`implicit`](Self::implicit).
    pub fn with_implicit(self, implicit: impl Into<Option<Implicit>>) -> Self {
        Self { implicit: implicit.into(), ..self }
    }

    /// Sets [`matrix`](Self::matrix).
    pub fn with_matrix(self, matrix: impl Into<Option<Matrix>>) -> Self {
        Self { matrix: matrix.into(), ..self }
    }

    /// Sets [`missing`](Self::missing).
    pub fn with_missing(self, missing: impl Into<Option<String>>) -> Self {
        Self { missing: missing.into(), ..self }
    }

    /// Sets [`items`](Self::items).
    pub fn with_items(self, items: impl Into<Option<PathBuf>>) -> Self {
        Self { items: items.into(), ..self }
    }

    /// Sets [`scale`](Self::scale).
    pub fn with_scale(self, scale: impl Into<Option<RatingScale>>) -> Self {
        Self { scale: scale.into(), ..self }
    }

    /// Sets [`limit`](Self::limit).
    pub fn with_limit(self, limit: impl Into<Option<RatingScale>>) -> Self {
        Self { limit: limit.into(), ..self }
    }

    /// Sets [`bad_rows`](Self::bad_rows).
    pub fn with_bad_rows(self, bad_rows: BadRows) -> Self {
        Self { bad_rows, ..self }
    }

    /// Sets [`max_unpacked_bytes`](Self::max_unpacked_bytes).
    pub fn with_max_unpacked_bytes(self, max_unpacked_bytes: u64) -> Self {
        Self { max_unpacked_bytes, ..self }
    }
}

/// What to do with invalid rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadRows {
    /// The first one is an error.
    Reject,
    /// They are skipped and counted; the first few are reported.
    Skip,
}

/// How rows without ratings are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Implicit {
    /// The rating is the number of rows with the same user and item.
    Count,
    /// The rating is 1, regardless of the number of rows.
    Once,
}
