//! Delimited text: rows, the lines they begin on, and their fields.

use super::quotes::{self, Unquoted};
use super::unpack::broken;
use crate::error::{DataError, RowFault};
use crate::options::Delimiter;
use std::io::{BufRead, Read};
use std::ops::Range;

/// The most bytes of a row, so that a file without line ends cannot fill the memory.
pub(super) const LONGEST_ROW: usize = 64 << 10;

/// Reads rows one after the other into the same memory.
///
/// A field may be quoted, and then hold delimiters, blanks at its ends, and quotes written twice; in
/// a comma- or semicolon-separated file also line ends. Between other delimiters a quote that is not
/// closed before the next one stands for itself. Other fields are given without the blanks around them.
pub(super) struct RowReader<R> {
    reader: R,
    delimiter: Delimiter,
    /// The most bytes of a row.
    longest: usize,
    /// How many lines were read.
    lines: u64,
    row: Vec<u8>,
    fields: Vec<Range<usize>>,
}

impl<R: BufRead> RowReader<R> {
    pub(super) fn new(reader: R, delimiter: Delimiter) -> Self {
        Self::with_longest(reader, delimiter, LONGEST_ROW)
    }

    /// The same for rows of up to `longest` bytes.
    pub(super) fn with_longest(reader: R, delimiter: Delimiter, longest: usize) -> Self {
        Self { reader, delimiter, longest, lines: 0, row: Vec::new(), fields: Vec::new() }
    }

    /// Passes over lines, whatever they hold.
    pub(super) fn skip_lines(&mut self, count: u64, file: &str) -> Result<(), DataError> {
        for _ in 0..count {
            self.row.clear();
            self.append_line(file)?;
        }
        Ok(())
    }

    /// Goes to the next row that is not blank, and returns the line that it begins on, from 1;
    /// `None` at the end. `file` is for errors.
    pub(super) fn next_row(&mut self, file: &str) -> Result<Option<u64>, DataError> {
        loop {
            self.row.clear();
            if !self.append_line(file)? {
                return Ok(None);
            }
            let line = self.lines;
            if self.row.iter().all(|byte| matches!(byte, b' ' | b'\r' | b'\n')) {
                continue;
            }
            self.split(file)?;
            return Ok(Some(line));
        }
    }

    /// How many fields the row has.
    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }

    /// The field at this place, from 0; empty past the last.
    pub(super) fn field(&self, place: usize) -> &[u8] {
        self.fields.get(place).map_or(&[], |field| &self.row[field.clone()])
    }

    /// All fields, as text.
    pub(super) fn texts(&self) -> Vec<String> {
        let text = |place| String::from_utf8_lossy(self.field(place)).trim().to_owned();
        (0..self.len()).map(text).collect()
    }

    /// Whether the row begins with this character.
    pub(super) fn begins_with(&self, byte: u8) -> bool {
        self.row.trim_ascii_start().first() == Some(&byte)
    }

    /// Appends the next line with its end; false at the end of the file.
    fn append_line(&mut self, file: &str) -> Result<bool, DataError> {
        let room = (self.longest + 1).saturating_sub(self.row.len());
        let mut line = self.reader.by_ref().take(room as u64);
        let length = line.read_until(b'\n', &mut self.row).map_err(|error| broken(file, &error))?;
        self.lines += u64::from(length > 0);
        if self.row.len() > self.longest {
            let expected = format!("a row of at most {} bytes", self.longest);
            let fault = RowFault::new(expected, "a longer one");
            return Err(DataError::BadRow(fault.at(file, self.lines)));
        }
        Ok(length > 0)
    }

    fn split(&mut self, file: &str) -> Result<(), DataError> {
        self.fields.clear();
        match self.delimiter {
            Delimiter::Byte(delimiter @ (b',' | b';')) if self.has_quote() => {
                return self.split_quoted(delimiter, file);
            }
            delimiter if self.has_quote() => {
                (self.row, self.fields) = quotes::within_line(&self.row, delimiter);
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
        let mut unquoted = Unquoted::new(delimiter);
        let mut fed = 0;
        loop {
            unquoted.feed(&self.row[fed..]);
            fed = self.row.len();
            if !unquoted.is_open() || !self.append_line(file)? {
                break;
            }
        }
        (self.row, self.fields) = unquoted.finish();
        Ok(())
    }
}

/// Where `::` stands, of more than two colons at the first ones.
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

/// A part of a row without the blanks, and the line's end, around it.
pub(super) fn without_blanks(row: &[u8], field: Range<usize>) -> Range<usize> {
    let bytes = &row[field.clone()];
    let from = field.start + (bytes.len() - bytes.trim_ascii_start().len());
    from..from + bytes.trim_ascii().len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str, delimiter: Delimiter) -> Vec<(u64, Vec<String>)> {
        let mut reader = RowReader::new(text.as_bytes(), delimiter);
        let mut rows = Vec::new();
        while let Some(line) = reader.next_row("t").unwrap() {
            let field = |place| String::from_utf8_lossy(reader.field(place)).into_owned();
            rows.push((line, (0..reader.len()).map(field).collect()));
        }
        rows
    }

    #[track_caller]
    fn check(text: &str, delimiter: Delimiter, wanted: &[(u64, &[&str])]) {
        let found = rows(text, delimiter);
        let found: Vec<(u64, Vec<&str>)> = found
            .iter()
            .map(|(line, row)| (*line, row.iter().map(String::as_str).collect()))
            .collect();
        let wanted: Vec<_> = wanted.iter().map(|&(line, row)| (line, row.to_vec())).collect();
        assert_eq!(found, wanted, "{text:?}");
    }

    const COMMA: Delimiter = Delimiter::Byte(b',');

    #[test]
    fn lines_are_counted_through_blank_ones() {
        check("a,b\n\n  \r\nc,\r\n\nd", COMMA, &[(1, &["a", "b"]), (4, &["c", ""]), (6, &["d"])]);
    }

    #[test]
    fn double_colons_split() {
        let colons = Delimiter::DoubleColon;
        check("1::1193::5::9\r\n", colons, &[(1, &["1", "1193", "5", "9"])]);
        check("1::\n:::\n", colons, &[(1, &["1", ""]), (2, &["", ":"])]);
        check("a:b::c::::d", colons, &[(1, &["a:b", "c", "", "d"])]);
    }

    #[test]
    fn quotes_hold_delimiters_quotes_and_line_ends() {
        check("\"a,b\",\"say \"\"hi\"\"\"\n", COMMA, &[(1, &["a,b", "say \"hi\""])]);
        check("\"a\r\n\nb\",c\r\nd,e", COMMA, &[(1, &["a\r\n\nb", "c"]), (4, &["d", "e"])]);
        check("x,\"\"\r\ny,\"z\"", COMMA, &[(1, &["x", ""]), (2, &["y", "z"])]);
        check("\"x\",\r\n", COMMA, &[(1, &["x", ""])]);
        // A quote within a field stands for itself.
        check("5\" disc,b\nc,d", COMMA, &[(1, &["5\" disc", "b"]), (2, &["c", "d"])]);
        // A quote that is never closed ends with the file.
        check("\"a,b\nc", COMMA, &[(1, &["a,b\nc"])]);
    }

    #[test]
    fn blanks_around_a_field_are_not_part_of_it_unless_quoted() {
        check(" a b ,b\t\r\n", COMMA, &[(1, &["a b", "b"])]);
        check("a, \" b \" ,\" \"\n,  ", COMMA, &[(1, &["a", " b ", " "]), (2, &["", ""])]);
        check("1 :: 2::3 ", Delimiter::DoubleColon, &[(1, &["1", "2", "3"])]);
        check(" a\t\" b\"\t \n", Delimiter::Byte(b'\t'), &[(1, &["a", " b", ""])]);
    }

    #[test]
    fn quotes_between_tabs_are_quotes_where_they_are_closed() {
        let tab = Delimiter::Byte(b'\t');
        check("\"a\tb\"\t\"say \"\"hi\"\"\"\r\n", tab, &[(1, &["a\tb", "say \"hi\""])]);
        check("\"Heat\tb\n\"c", tab, &[(1, &["\"Heat", "b"]), (2, &["\"c"])]);
        check("\"Crocodile\" Dundee\tb\"\t\"\"", tab, &[(1, &["\"Crocodile\" Dundee", "b\"", ""])]);
        check("\"a::b\"::c", Delimiter::DoubleColon, &[(1, &["a::b", "c"])]);
    }

    #[test]
    fn runs_of_blanks_split() {
        check("  1\t 242   3 \r\n", Delimiter::Blanks, &[(1, &["1", "242", "3"])]);
        check("\"a b\"  c \"d\"\n", Delimiter::Blanks, &[(1, &["a b", "c", "d"])]);
    }

    #[test]
    fn endless_rows_are_refused() {
        for text in ["x".repeat(LONGEST_ROW + 2), "\"x\n".to_owned() + &"y\n".repeat(LONGEST_ROW)] {
            let mut reader = RowReader::new(text.as_bytes(), COMMA);
            let error = reader.next_row("t").unwrap_err().to_string();
            assert!(error.contains("expected a row of at most 65536 bytes"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn quotes_are_understood_as_by_the_csv_crate(text in "[ab\",\n]{0,40}") {
            let mut reference =
                csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let wanted: Vec<Vec<String>> = reference
                .records()
                .map(|record| record.unwrap().iter().map(str::to_owned).collect())
                .collect();
            let found: Vec<_> = rows(&text, COMMA).into_iter().map(|(_, row)| row).collect();
            prop_assert_eq!(found, wanted);
        }
    }
}
