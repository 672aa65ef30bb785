//! How a text file with a rating a line is to be read.

use crate::options::Delimiter;

/// How the lines of a text file are to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TextFormat {
    pub(super) delimiter: Delimiter,
    /// How many lines come before the first row.
    pub(super) skipped_lines: u64,
    /// What rows begin with that are comments, unless they hold a rating.
    pub(super) comment: Option<u8>,
    pub(super) header: Header,
    pub(super) fields: Fields,
    pub(super) times: Times,
    /// What was assumed, and what changes it, for the error of a row that does not fit.
    pub(super) assumed: String,
}

impl TextFormat {
    /// `u.data` and its parts: user, item, rating, time between tabs.
    pub(super) fn ml_100k(assumed: String) -> Self {
        Self::without_header(Delimiter::Byte(b'\t'), Times::AsWritten, assumed)
    }

    /// `ratings.dat`: user, item, rating, time between `::`.
    pub(super) fn ml_1m(assumed: String) -> Self {
        Self::without_header(Delimiter::DoubleColon, Times::ZeroIsUnknown, assumed)
    }

    fn without_header(delimiter: Delimiter, times: Times, assumed: String) -> Self {
        Self {
            delimiter,
            skipped_lines: 0,
            comment: None,
            header: Header::Absent,
            fields: Fields { count: 4, user: 0, item: 1, rating: Some(2), timestamp: Some(3) },
            times,
            assumed,
        }
    }
}

/// Whether the first line names the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Header {
    Present,
    Absent,
}

/// Where the fields stand in a row, from 0, and how many a row has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) count: usize,
    pub(super) user: usize,
    pub(super) item: usize,
    /// `None` where every row counts 1.
    pub(super) rating: Option<usize>,
    pub(super) timestamp: Option<usize>,
}

impl Fields {
    /// The same after another field.
    pub(super) fn shifted(self) -> Self {
        Self {
            count: self.count + 1,
            user: self.user + 1,
            item: self.item + 1,
            rating: self.rating.map(|place| place + 1),
            timestamp: self.timestamp.map(|place| place + 1),
        }
    }
}

/// What a time of 0 means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Times {
    AsWritten,
    ZeroIsUnknown,
}
