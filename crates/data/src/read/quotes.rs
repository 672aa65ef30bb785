//! Parses rows with quoted fields.

use crate::options::Delimiter;
use std::ops::Range;

/// The text of a row without quotes, and the ranges of its fields.
type SplitRow = (Vec<u8>, Vec<Range<usize>>);

/// Parses a comma- or semicolon-separated row with quotes, which may span several lines.
pub(super) struct QuotedRowParser {
    delimiter: u8,
    text: Vec<u8>,
    fields: Vec<Range<usize>>,
    start: usize,
    /// Number of bytes parsed.
    fed: usize,
    /// Position among them of the last opening quote.
    opened: usize,
    /// End of the quoted part of `text`.
    closed: usize,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first non-blank byte of a field, where a quote opens.
    Start,
    /// In an unquoted field, where quotes are literal.
    Unquoted,
    Quoted,
    /// After a quote within quotes: either the closing quote, or the first of a doubled quote.
    AfterQuote,
    /// After a closing quote followed by blanks.
    AfterBlanks,
    /// After a closing quote followed by other text.
    Mixed,
}

impl QuotedRowParser {
    pub(super) fn new(delimiter: u8) -> Self {
        let (text, fields) = (Vec::new(), Vec::new());
        Self {
            delimiter,
            text,
            fields,
            start: 0,
            fed: 0,
            opened: 0,
            closed: 0,
            state: State::Start,
        }
    }

    /// Returns the position of the opening quote if it is not closed.
    pub(super) fn unclosed_quote(&self) -> Option<usize> {
        (self.state == State::Quoted).then_some(self.opened)
    }

    /// Parses a line; a quoted field may continue on the next one.
    pub(super) fn feed(&mut self, line: &[u8]) {
        for (position, &byte) in (self.fed..).zip(line) {
            self.state = match (self.state, byte) {
                (State::Start, b'"') => {
                    self.opened = position;
                    self.text.truncate(self.start);
                    State::Quoted
                }
                (State::Quoted, b'"') => {
                    self.closed = self.text.len();
                    State::AfterQuote
                }
                (State::AfterQuote, b'"') | (State::Quoted, _) => {
                    self.text.push(byte);
                    State::Quoted
                }
                (_, byte) if byte == self.delimiter => {
                    self.end_field();
                    State::Start
                }
                (state, byte) => {
                    self.text.push(byte);
                    match (state, byte.is_ascii_whitespace()) {
                        (State::Start, true) => State::Start,
                        (State::Start | State::Unquoted, _) => State::Unquoted,
                        (State::AfterQuote | State::AfterBlanks, true) => State::AfterBlanks,
                        _ => State::Mixed,
                    }
                }
            };
        }
        self.fed += line.len();
    }

    fn end_field(&mut self) {
        let whole = self.start..self.text.len();
        self.fields.push(match self.state {
            State::AfterQuote | State::AfterBlanks => self.start..self.closed,
            State::Mixed => self.start..without_blanks(&self.text, self.closed..whole.end).end,
            State::Start | State::Unquoted | State::Quoted => without_blanks(&self.text, whole),
        });
        self.start = self.text.len();
    }

    pub(super) fn finish(mut self) -> SplitRow {
        self.end_field();
        (self.text, self.fields)
    }
}

/// Splits a line at a delimiter with which quotes are unusual: quotes are literal unless they
/// enclose a whole field.
pub(super) fn split_line(line: &[u8], delimiter: Delimiter) -> SplitRow {
    let (mut text, mut fields) = (Vec::with_capacity(line.len()), Vec::new());
    let mut rest = Some(match delimiter {
        Delimiter::Blanks => line.trim_ascii(),
        // Trailing blanks may be delimiters.
        _ => without_line_end(line),
    });
    while let Some(from) = rest {
        let start = text.len();
        let after = match quoted_field(from, delimiter) {
            Some((field, after)) => {
                unescape(field, &mut text);
                after
            }
            None => {
                let (field, after) = next_field(from, delimiter);
                text.extend_from_slice(field.trim_ascii());
                after
            }
        };
        fields.push(start..text.len());
        rest = after;
    }
    (text, fields)
}

fn without_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Returns the text of a quoted field and the rest after its delimiter; `None` unless quotes
/// enclose the whole field.
fn quoted_field(from: &[u8], delimiter: Delimiter) -> Option<(&[u8], Option<&[u8]>)> {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t') && delimiter != Delimiter::Byte(*byte);
    let start = from.iter().position(|byte| !blank(byte))?;
    let inner = from[start..].strip_prefix(b"\"")?;
    let mut quotes = memchr::memchr_iter(b'"', inner);
    loop {
        let at = quotes.next()?;
        if inner.get(at + 1) == Some(&b'"') {
            quotes.next();
            continue;
        }
        let (trailing, after) = next_field(&inner[at + 1..], delimiter);
        return trailing.trim_ascii().is_empty().then_some((&inner[..at], after));
    }
}

/// Returns the text before the next delimiter, and the rest after it; `None` after the last field.
fn next_field(from: &[u8], delimiter: Delimiter) -> (&[u8], Option<&[u8]>) {
    let (at, width) = match delimiter {
        Delimiter::Byte(byte) => (memchr::memchr(byte, from), 1),
        Delimiter::DoubleColon => (memchr::memmem::find(from, b"::"), 2),
        Delimiter::Blanks => {
            let at = from.iter().position(u8::is_ascii_whitespace);
            let blanks = |at: usize| from.len() - at - from[at..].trim_ascii_start().len();
            (at, at.map_or(0, blanks))
        }
    };
    match at {
        Some(at) => (&from[..at], Some(&from[at + width..])),
        None => (from, None),
    }
}

/// Appends quoted text, with doubled quotes replaced by single ones.
fn unescape(field: &[u8], text: &mut Vec<u8>) {
    let mut bytes = field.iter();
    while let Some(&byte) = bytes.next() {
        text.push(byte);
        if byte == b'"' {
            bytes.next();
        }
    }
}

/// Shrinks the range of a field to exclude surrounding blanks and the line end.
pub(super) fn without_blanks(row: &[u8], field: Range<usize>) -> Range<usize> {
    let bytes = &row[field.clone()];
    let from = field.start + (bytes.len() - bytes.trim_ascii_start().len());
    from..from + bytes.trim_ascii().len()
}
