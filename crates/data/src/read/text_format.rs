//! The format of a text file with one rating per line.

use crate::options::Delimiter;

/// The format of a text file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TextFormat {
    pub(super) delimiter: Delimiter,
    /// Number of lines before the first row.
    pub(super) skipped_lines: u64,
    /// The first character of comments. A row that starts with it is a comment unless it is a valid
    /// rating.
    pub(super) comment: Option<u8>,
    pub(super) header: Header,
    pub(super) fields: Fields,
    pub(super) times: Times,
    /// Why the format is assumed and which option changes it, for errors.
    pub(super) hint: String,
}

impl TextFormat {
    /// The format of `u.data` and its splits: user, item, rating and time, separated by tabs.
    pub(super) fn ml_100k(hint: String) -> Self {
        Self::without_header(Delimiter::Byte(b'\t'), Times::AsWritten, hint)
    }

    /// The format of `ratings.dat`: user, item, rating and time, separated by `::`.
    pub(super) fn ml_1m(hint: String) -> Self {
        Self::without_header(Delimiter::DoubleColon, Times::ZeroIsUnknown, hint)
    }

    fn without_header(delimiter: Delimiter, times: Times, hint: String) -> Self {
        Self {
            delimiter,
            skipped_lines: 0,
            comment: None,
            header: Header::Absent,
            fields: Fields { count: 4, user: 0, item: 1, rating: Some(2), timestamp: Some(3) },
            times,
            hint,
        }
    }
}

/// Whether the first line is a header with the names of the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Header {
    Present,
    Absent,
}

/// The indices of the fields in a row, from 0, and their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) count: usize,
    pub(super) user: usize,
    pub(super) item: usize,
    /// `None` if every row counts as a rating of 1.
    pub(super) rating: Option<usize>,
    pub(super) timestamp: Option<usize>,
}

impl Fields {
    /// Returns the fields shifted by one, after an additional first field.
    pub(super) fn shifted(self) -> Self {
        Self {
            count: self.count + 1,
            user: self.user + 1,
            item: self.item + 1,
            rating: self.rating.map(|index| index + 1),
            timestamp: self.timestamp.map(|index| index + 1),
        }
    }
}

/// The meaning of a time of 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Times {
    AsWritten,
    ZeroIsUnknown,
}
