//! Reads delimited text: rows, the lines on which they start, and their fields.

use super::quotes::{self, QuotedRowParser, without_blanks};
use super::unpack::broken;
use crate::error::{DataError, RowFault};
use crate::options::Delimiter;
use std::io::{BufRead, Cursor, Read};
use std::ops::Range;

/// Maximum number of bytes of a row, so that a file without line ends cannot exhaust memory.
pub(super) const MAX_ROW_BYTES: usize = 64 << 10;

/// Reads rows into a reused buffer.
///
/// A quoted field may contain delimiters, leading and trailing blanks, and doubled quotes; in a
/// comma- or semicolon-separated file also line ends. With other delimiters, quotes are literal
/// unless they enclose a whole field of a line. Unquoted fields are returned without surrounding
/// blanks.
///
/// A row that is too long or has an unclosed quote is a [`DataError::BadRow`], after which reading
/// can continue with the next row.
pub(super) struct RowReader<R> {
    reader: R,
    /// Text that is to be read again, before the rest of the reader.
    pending: Cursor<Vec<u8>>,
    delimiter: Delimiter,
    /// Maximum number of bytes of a row.
    max_row_bytes: usize,
    /// Number of lines read.
    lines: u64,
    row: Vec<u8>,
    fields: Vec<Range<usize>>,
}

impl<R: BufRead> RowReader<R> {
    pub(super) fn new(reader: R, delimiter: Delimiter) -> Self {
        Self::with_max_row_bytes(reader, delimiter, MAX_ROW_BYTES)
    }

    /// Like [`new`](Self::new), but for rows of up to `max_row_bytes` bytes.
    pub(super) fn with_max_row_bytes(
        reader: R,
        delimiter: Delimiter,
        max_row_bytes: usize,
    ) -> Self {
        let (pending, row, fields) = (Cursor::default(), Vec::new(), Vec::new());
        Self { reader, pending, delimiter, max_row_bytes, lines: 0, row, fields }
    }

    /// Skips lines, whatever their contents.
    pub(super) fn skip_lines(&mut self, count: u64, file: &str) -> Result<(), DataError> {
        for _ in 0..count {
            self.row.clear();
            self.append_line(file)?;
        }
        Ok(())
    }

    /// Reads the next row that is not blank and returns the line on which it starts, counting from
    /// 1; `None` at the end. `file` is for errors.
    pub(super) fn next_row(&mut self, file: &str) -> Result<Option<u64>, DataError> {
        loop {
            self.row.clear();
            match self.append_line(file)? {
                LineRead::End => return Ok(None),
                LineRead::TooLong => return Err(self.too_long(file)?),
                LineRead::Line => {}
            }
            let line = self.lines;
            if self.row.iter().all(|byte| matches!(byte, b' ' | b'\r' | b'\n')) {
                continue;
            }
            self.split(file)?;
            return Ok(Some(line));
        }
    }

    /// Number of fields of the row.
    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }

    /// The field at an index, from 0; empty beyond the last.
    pub(super) fn field(&self, index: usize) -> &[u8] {
        self.fields.get(index).map_or(&[], |field| &self.row[field.clone()])
    }

    /// All fields, as text.
    pub(super) fn texts(&self) -> Vec<String> {
        let text = |index| String::from_utf8_lossy(self.field(index)).trim().to_owned();
        (0..self.len()).map(text).collect()
    }

    /// Whether the row starts with a character.
    pub(super) fn starts_with(&self, byte: u8) -> bool {
        self.row.trim_ascii_start().first() == Some(&byte)
    }

    /// Appends the next line, including its line end, up to the maximum size of a row.
    fn append_line(&mut self, file: &str) -> Result<LineRead, DataError> {
        let room = (self.max_row_bytes + 1).saturating_sub(self.row.len());
        let mut line = (&mut self.pending).chain(&mut self.reader).take(room as u64);
        let length = line.read_until(b'\n', &mut self.row).map_err(|error| broken(file, &error))?;
        self.lines += u64::from(length > 0);
        Ok(match length {
            _ if self.row.len() > self.max_row_bytes => LineRead::TooLong,
            0 => LineRead::End,
            _ => LineRead::Line,
        })
    }

    /// Skips the rest of the line and returns the error for a row that is too long.
    fn too_long(&mut self, file: &str) -> Result<DataError, DataError> {
        if self.row.last() != Some(&b'\n') {
            let mut rest = (&mut self.pending).chain(&mut self.reader);
            rest.skip_until(b'\n').map_err(|error| broken(file, &error))?;
        }
        let expected = format!("a row of at most {} bytes", self.max_row_bytes);
        let fault = RowFault::new(expected, "a longer one");
        Ok(DataError::BadRow(fault.at(file, self.lines)))
    }

    fn split(&mut self, file: &str) -> Result<(), DataError> {
        self.fields.clear();
        match self.delimiter {
            Delimiter::Byte(delimiter @ (b',' | b';')) if self.has_quote() => {
                return self.split_quoted(delimiter, file);
            }
            delimiter if self.has_quote() => {
                (self.row, self.fields) = quotes::split_line(&self.row, delimiter);
            }
            Delimiter::Byte(delimiter) => {
                split_at(&mut self.fields, &self.row, 1, memchr::memchr_iter(delimiter, &self.row));
            }
            Delimiter::DoubleColon => {
                split_at(&mut self.fields, &self.row, 2, double_colons(&self.row));
            }
            Delimiter::Blanks => split_at_blanks(&mut self.fields, &self.row),
        }
        Ok(())
    }

    fn has_quote(&self) -> bool {
        memchr::memchr(b'"', &self.row).is_some()
    }

    fn split_quoted(&mut self, delimiter: u8, file: &str) -> Result<(), DataError> {
        let mut parser = QuotedRowParser::new(delimiter);
        let mut fed = 0;
        loop {
            parser.feed(&self.row[fed..]);
            fed = self.row.len();
            let Some(opened) = parser.unclosed_quote() else { break };
            if self.append_line(file)? != LineRead::Line {
                return Err(self.unclosed(opened, file));
            }
        }
        (self.row, self.fields) = parser.finish();
        Ok(())
    }

    /// Returns the error for a quote that was opened at an offset of the row and is not closed. The
    /// text after its line is read again.
    fn unclosed(&mut self, opened: usize, file: &str) -> DataError {
        let line_end = memchr::memchr(b'\n', &self.row[opened..]);
        let rest = self.row.split_off(line_end.map_or(self.row.len(), |end| opened + end + 1));
        // An unterminated last line counts, too.
        let is_cut = rest.last().is_some_and(|&byte| byte != b'\n');
        self.lines -= memchr::memchr_iter(b'\n', &rest).count() as u64 + u64::from(is_cut);
        let unread = self.pending.position() as usize;
        let unread = self.pending.get_ref().get(unread..).unwrap_or_default();
        self.pending = Cursor::new([&rest, unread].concat());
        let expected = format!("a closing quote within {} bytes", self.max_row_bytes);
        let fault = RowFault::new(expected, "none");
        DataError::BadRow(fault.at(file, self.lines))
    }
}

/// The result of reading a line.
#[derive(PartialEq, Eq)]
enum LineRead {
    Line,
    End,
    TooLong,
}

/// Returns the positions of `::`. In a run of more than two colons, pairs are formed from the left.
fn double_colons(row: &[u8]) -> impl Iterator<Item = usize> {
    let mut from = 0;
    memchr::memchr_iter(b':', row).filter(move |&at| {
        let found = at >= from && row.get(at + 1) == Some(&b':');
        if found {
            from = at + 2;
        }
        found
    })
}

fn split_at(
    fields: &mut Vec<Range<usize>>,
    row: &[u8],
    width: usize,
    delimiters: impl Iterator<Item = usize>,
) {
    let mut start = 0;
    for at in delimiters {
        fields.push(without_blanks(row, start..at));
        start = at + width;
    }
    fields.push(without_blanks(row, start..row.len()));
}

fn split_at_blanks(fields: &mut Vec<Range<usize>>, row: &[u8]) {
    let mut start = None;
    for (at, byte) in row.iter().enumerate() {
        match (byte.is_ascii_whitespace(), start) {
            (true, Some(from)) => {
                fields.push(from..at);
                start = None;
            }
            (false, None) => start = Some(at),
            _ => {}
        }
    }
    fields.extend(start.map(|from| from..row.len()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str, delimiter: Delimiter) -> Vec<(u64, Vec<String>)> {
        let mut reader = RowReader::new(text.as_bytes(), delimiter);
        let mut rows = Vec::new();
        while let Some(line) = reader.next_row("t").unwrap() {
            let field = |index| String::from_utf8_lossy(reader.field(index)).into_owned();
            rows.push((line, (0..reader.len()).map(field).collect()));
        }
        rows
    }

    #[track_caller]
    fn check(text: &str, delimiter: Delimiter, expected: &[(u64, &[&str])]) {
        let found = rows(text, delimiter);
        let found: Vec<(u64, Vec<&str>)> = found
            .iter()
            .map(|(line, row)| (*line, row.iter().map(String::as_str).collect()))
            .collect();
        let expected: Vec<_> = expected.iter().map(|&(line, row)| (line, row.to_vec())).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    const COMMA: Delimiter = Delimiter::Byte(b',');

    #[test]
    fn blank_lines_are_skipped_but_counted() {
        check("a,b\n\n  \r\nc,\r\n\nd", COMMA, &[(1, &["a", "b"]), (4, &["c", ""]), (6, &["d"])]);
    }

    #[test]
    fn splits_at_double_colons() {
        let colons = Delimiter::DoubleColon;
        check("1::1193::5::9\r\n", colons, &[(1, &["1", "1193", "5", "9"])]);
        check("1::\n:::\n", colons, &[(1, &["1", ""]), (2, &["", ":"])]);
        check("a:b::c::::d", colons, &[(1, &["a:b", "c", "", "d"])]);
    }

    #[test]
    fn quoted_fields_contain_delimiters_quotes_and_line_ends() {
        check("\"a,b\",\"say \"\"hi\"\"\"\n", COMMA, &[(1, &["a,b", "say \"hi\""])]);
        check("\"a\r\n\nb\",c\r\nd,e", COMMA, &[(1, &["a\r\n\nb", "c"]), (4, &["d", "e"])]);
        check("x,\"\"\r\ny,\"z\"", COMMA, &[(1, &["x", ""]), (2, &["y", "z"])]);
        check("\"x\",\r\n", COMMA, &[(1, &["x", ""])]);
        // A quote within an unquoted field is literal.
        check("5\" disc,b\nc,d", COMMA, &[(1, &["5\" disc", "b"]), (2, &["c", "d"])]);
    }

    #[test]
    fn trims_blanks_unless_quoted() {
        check(" a b ,b\t\r\n", COMMA, &[(1, &["a b", "b"])]);
        check("a, \" b \" ,\" \"\n,  ", COMMA, &[(1, &["a", " b ", " "]), (2, &["", ""])]);
        check("1 :: 2::3 ", Delimiter::DoubleColon, &[(1, &["1", "2", "3"])]);
        check(" a\t\" b\"\t \n", Delimiter::Byte(b'\t'), &[(1, &["a", " b", ""])]);
    }

    #[test]
    fn unclosed_quotes_between_tabs_are_literal() {
        let tab = Delimiter::Byte(b'\t');
        check("\"a\tb\"\t\"say \"\"hi\"\"\"\r\n", tab, &[(1, &["a\tb", "say \"hi\""])]);
        check("\"Heat\tb\n\"c", tab, &[(1, &["\"Heat", "b"]), (2, &["\"c"])]);
        check("\"Crocodile\" Dundee\tb\"\t\"\"", tab, &[(1, &["\"Crocodile\" Dundee", "b\"", ""])]);
        check("\"a::b\"::c", Delimiter::DoubleColon, &[(1, &["a::b", "c"])]);
    }

    #[test]
    fn splits_at_runs_of_blanks() {
        check("  1\t 242   3 \r\n", Delimiter::Blanks, &[(1, &["1", "242", "3"])]);
        check("\"a b\"  c \"d\"\n", Delimiter::Blanks, &[(1, &["a b", "c", "d"])]);
    }

    /// Returns the good rows, and the lines and messages of the bad ones.
    fn good_and_bad(text: &str) -> (Vec<String>, Vec<(u64, String)>) {
        let mut reader = RowReader::with_max_row_bytes(text.as_bytes(), COMMA, 20);
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        loop {
            match reader.next_row("t") {
                Ok(Some(_)) => good.push(reader.texts().join("|")),
                Ok(None) => return (good, bad),
                Err(DataError::BadRow(row)) => bad.push((row.line, row.expected)),
                Err(error) => panic!("{error}"),
            }
        }
    }

    #[test]
    fn continues_after_a_row_that_is_too_long() {
        let long = "x".repeat(50);
        let (good, bad) = good_and_bad(&format!("a,b\n{long}\nc,d\n{long}{long}\n{long}"));
        assert_eq!(good, ["a|b", "c|d"]);
        let too_long = |line| (line, "a row of at most 20 bytes".to_owned());
        assert_eq!(bad, [too_long(2), too_long(4), too_long(5)]);
    }

    #[test]
    fn continues_after_an_unclosed_quote() {
        let unclosed = |line| (line, "a closing quote within 20 bytes".to_owned());
        for end in ["", "\n"] {
            let (good, bad) = good_and_bad(&format!("a,b\n\"c,d\ne,f{end}"));
            assert_eq!((good.join(" "), bad), ("a|b e|f".to_owned(), vec![unclosed(2)]));
            let (good, bad) = good_and_bad(&format!("\"g\n\",\"h\ni,j{end}"));
            assert_eq!((good.join(" "), bad), ("i|j".to_owned(), vec![unclosed(2)]));
        }
        let rows = "k,l\n".repeat(20);
        let (good, bad) = good_and_bad(&format!("a,b\n\"c,d\n{rows}\"m\n{rows}\"n"));
        assert_eq!((good.len(), bad), (41, vec![unclosed(2), unclosed(23), unclosed(44)]));
    }

    proptest! {
        #[test]
        fn parses_quotes_like_the_csv_crate(text in "[ab\",\n]{0,40}") {
            let mut reference =
                csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let expected: Vec<Vec<String>> = reference
                .records()
                .map(|record| record.unwrap().iter().map(str::to_owned).collect())
                .collect();
            let mut reader = RowReader::new(text.as_bytes(), COMMA);
            for expected in expected {
                // The csv crate closes an open quote at the end of the text.
                let Ok(line) = reader.next_row("t") else { return Ok(()) };
                prop_assert!(line.is_some());
                let field = |index| String::from_utf8_lossy(reader.field(index)).into_owned();
                prop_assert_eq!((0..reader.len()).map(field).collect::<Vec<_>>(), expected);
            }
            prop_assert!(reader.next_row("t").unwrap().is_none());
        }
    }
}
