//! What may come before the rows of a text: the delimiter as spreadsheets are told it, and comments.

use super::columns;
use super::fields::RowReader;
use crate::options::Delimiter;

/// The lines before the first row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Preamble<'s> {
    /// How many lines there are.
    pub(super) lines: u64,
    /// How many bytes.
    pub(super) bytes: usize,
    /// The delimiter of a line such as `sep=;`.
    pub(super) delimiter: Option<Delimiter>,
    /// What comments begin with, if there are any.
    pub(super) comment: Option<u8>,
    /// The last comment, without what it begins with: it may be the header.
    pub(super) last_comment: &'s [u8],
}

impl<'s> Preamble<'s> {
    /// Finds the preamble of a text.
    pub(super) fn of(start: &'s [u8]) -> Self {
        let mut preamble = Self::default();
        let mut is_matrix = false;
        for line in start.split_inclusive(|&byte| byte == b'\n') {
            let text = line.trim_ascii();
            if preamble.lines == 0
                && let Some(delimiter) = told_delimiter(text)
            {
                preamble.delimiter = Some(delimiter);
            } else if is_comment(text) {
                is_matrix |= text.starts_with(b"%%MatrixMarket");
                preamble.comment = Some(text[0]);
                preamble.last_comment = without_marker(text, text[0]);
            } else if is_matrix && !text.is_empty() {
                // How many rows, columns and values there are.
                is_matrix = false;
            } else if !text.is_empty() {
                break;
            }
            preamble.lines += 1;
            preamble.bytes += line.len();
        }
        preamble
    }
}

/// A comment without the characters that it begins with.
fn without_marker(comment: &[u8], marker: u8) -> &[u8] {
    let from = comment.iter().position(|&byte| byte != marker).unwrap_or(comment.len());
    comment[from..].trim_ascii()
}

/// The delimiter of `sep=;`, which spreadsheets write and read.
fn told_delimiter(line: &[u8]) -> Option<Delimiter> {
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    match line.strip_prefix(b"sep=").or_else(|| line.strip_prefix(b"SEP="))? {
        // The tab at the line's end was trimmed.
        b"" | b"\\t" => Some(Delimiter::Byte(b'\t')),
        &[byte] => Some(Delimiter::Byte(byte)),
        _ => None,
    }
}

/// Whether a line before the first row is a comment, and not a row of one whose id begins so.
fn is_comment(line: &[u8]) -> bool {
    match line {
        [b'#' | b'%'] => true,
        &[marker @ (b'#' | b'%'), next, ..] => {
            next == marker || next == b' ' || next == b'\t' || !holds_rating(line)
        }
        _ => false,
    }
}

fn holds_rating(line: &[u8]) -> bool {
    super::first_rows::DELIMITERS.iter().any(|&delimiter| {
        let mut rows = RowReader::new(line, delimiter);
        matches!(rows.next_row(""), Ok(Some(_)))
            && columns::reads_as_rating(&rows.texts()).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, lines: u64, rest: &str) {
        let preamble = Preamble::of(text.as_bytes());
        assert_eq!((preamble.lines, &text[preamble.bytes..]), (lines, rest), "{text:?}");
    }

    #[test]
    fn rows_come_after_comments() {
        check("", 0, "");
        check("a,b,3\n# c\n", 0, "a,b,3\n# c\n");
        check("# from here\n\n#\n%% and there\na,b,3", 4, "a,b,3");
        check("# only", 1, "");
        check("#a,b,3\n", 0, "#a,b,3\n");
        check("#user,item,rating\n", 1, "");
        assert_eq!(Preamble::of(b"## user item\r\n1 2").last_comment, b"user item");
        check("% sym weighted\n% 100000 943 1682\n1 2 3\n", 2, "1 2 3\n");
    }

    #[test]
    fn the_first_line_may_tell_the_delimiter() {
        for (line, delimiter) in [("sep=;", b';'), ("\"sep=|\"", b'|'), ("sep=\t", b'\t')] {
            let text = format!("{line}\r\na");
            let preamble = Preamble::of(text.as_bytes());
            assert_eq!(preamble.delimiter, Some(Delimiter::Byte(delimiter)), "{line}");
            assert_eq!(preamble.lines, 1);
        }
    }

    #[test]
    fn the_size_of_a_matrix_is_no_row() {
        check("%%MatrixMarket matrix coordinate real general\n% x\n3 4 2\n1 1 5\n", 3, "1 1 5\n");
    }
}
