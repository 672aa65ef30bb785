//! The lines before the rows of a text: a delimiter line for spreadsheets, and comments.

use super::columns;
use super::fields::RowReader;
use crate::options::Delimiter;

/// Describes the lines before the first row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Preamble<'s> {
    /// Number of lines.
    pub(super) lines: u64,
    /// Number of bytes.
    pub(super) bytes: usize,
    /// The delimiter of a line such as `sep=;`.
    pub(super) delimiter: Option<Delimiter>,
    /// The first character of comments, if there are any.
    pub(super) comment: Option<u8>,
    /// The last comment, without its marker. It may be the header.
    pub(super) last_comment: &'s [u8],
}

impl<'s> Preamble<'s> {
    /// Reads the preamble of a text.
    pub(super) fn read(start: &'s [u8]) -> Self {
        let mut preamble = Self::default();
        let mut is_matrix = false;
        for line in start.split_inclusive(|&byte| byte == b'\n') {
            let text = line.trim_ascii();
            if preamble.lines == 0
                && let Some(delimiter) = declared_delimiter(text)
            {
                preamble.delimiter = Some(delimiter);
            } else if is_comment(text) {
                is_matrix |= text.starts_with(b"%%MatrixMarket");
                preamble.comment = Some(text[0]);
                preamble.last_comment = without_marker(text, text[0]);
            } else if is_matrix && !text.is_empty() {
                // The size of the matrix: the numbers of rows, columns and values.
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

/// Returns a comment without its leading marker characters.
fn without_marker(comment: &[u8], marker: u8) -> &[u8] {
    let from = comment.iter().position(|&byte| byte != marker).unwrap_or(comment.len());
    comment[from..].trim_ascii()
}

/// Returns the delimiter in a line such as `sep=;`, which spreadsheets write and read.
fn declared_delimiter(line: &[u8]) -> Option<Delimiter> {
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    match line.strip_prefix(b"sep=").or_else(|| line.strip_prefix(b"SEP="))? {
        // A tab at the end of the line has been trimmed.
        b"" | b"\\t" => Some(Delimiter::Byte(b'\t')),
        &[byte] => Some(Delimiter::Byte(byte)),
        _ => None,
    }
}

/// Whether a line before the first row is a comment, and not a rating by a user whose id starts
/// with a comment marker.
fn is_comment(line: &[u8]) -> bool {
    match line {
        [b'#' | b'%'] => true,
        &[marker @ (b'#' | b'%'), next, ..] => {
            next == marker || next == b' ' || next == b'\t' || !is_rating(line)
        }
        _ => false,
    }
}

fn is_rating(line: &[u8]) -> bool {
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
        let preamble = Preamble::read(text.as_bytes());
        assert_eq!((preamble.lines, &text[preamble.bytes..]), (lines, rest), "{text:?}");
    }

    #[test]
    fn skips_comments() {
        check("", 0, "");
        check("a,b,3\n# c\n", 0, "a,b,3\n# c\n");
        check("# from here\n\n#\n%% and there\na,b,3", 4, "a,b,3");
        check("# only", 1, "");
        check("#a,b,3\n", 0, "#a,b,3\n");
        check("#user,item,rating\n", 1, "");
        assert_eq!(Preamble::read(b"## user item\r\n1 2").last_comment, b"user item");
        check("% sym weighted\n% 100000 943 1682\n1 2 3\n", 2, "1 2 3\n");
    }

    #[test]
    fn reads_the_delimiter_from_the_first_line() {
        for (line, delimiter) in [("sep=;", b';'), ("\"sep=|\"", b'|'), ("sep=\t", b'\t')] {
            let text = format!("{line}\r\na");
            let preamble = Preamble::read(text.as_bytes());
            assert_eq!(preamble.delimiter, Some(Delimiter::Byte(delimiter)), "{line}");
            assert_eq!(preamble.lines, 1);
        }
    }

    #[test]
    fn skips_the_size_of_a_matrix() {
        check("%%MatrixMarket matrix coordinate real general\n% x\n3 4 2\n1 1 5\n", 3, "1 1 5\n");
    }
}
