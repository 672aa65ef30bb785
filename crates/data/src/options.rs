//! How to read a source.

mod columns;
mod delimiter;
mod encoding;
mod matrix;

pub use columns::{ColumnChoice, Meaning};
pub use delimiter::Delimiter;
pub use encoding::Encoding;
pub use matrix::Matrix;

use crate::dataset::Layout;
use likemind::RatingScale;
use std::path::PathBuf;

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
    /// How a text is encoded; `None` takes UTF-8, or UTF-16 where a byte order mark says so.
    pub encoding: Option<Encoding>,
    /// For rows without ratings, such as purchases or views: what they count. A rating column is then
    /// passed over.
    pub implicit: Option<Implicit>,
    /// For a text with a row for each user (or item) and a column for each item (or user): what its
    /// rows are.
    pub matrix: Option<Matrix>,
    /// What stands in the place of a rating where there is none, such as `99` or `NA`: the same text,
    /// or a number equal to it. Empty cells of a matrix are no ratings in any case.
    pub missing: Option<String>,
    /// A file of the items' titles, years and genres, besides those that the layout has.
    pub items: Option<PathBuf>,
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
            encoding: None,
            implicit: None,
            matrix: None,
            missing: None,
            items: None,
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

/// What rows without ratings count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Implicit {
    /// A user's rating of an item is how many rows there are of both.
    Count,
    /// It is 1, however many there are.
    Once,
}
