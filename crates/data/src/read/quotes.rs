//! Fields in quotes.

use crate::options::Delimiter;
use std::ops::Range;

/// A row's text without its quotes, and where the fields stand in it.
type Row = (Vec<u8>, Vec<Range<usize>>);

/// The fields of a comma- or semicolon-separated row with quotes, which may go on over several lines.
pub(super) struct Unquoted {
    delimiter: u8,
    text: Vec<u8>,
    fields: Vec<Range<usize>>,
    start: usize,
    /// How many bytes were taken in.
    fed: usize,
    /// Where among them the last quote was opened.
    opened: usize,
    /// Where the text in quotes ends.
    closed: usize,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first byte of a field that is not blank, where a quote opens.
    Start,
    /// Where quotes stand for themselves.
    Plain,
    Quoted,
    /// After a quote within quotes: the closing one, or the first of two.
    AfterQuote,
    /// After blanks behind the closing quote.
    AfterBlanks,
    /// After other text behind it.
    Mixed,
}

impl Unquoted {
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

    /// Where a quote was opened, of all bytes, if it is not closed.
    pub(super) fn open_since(&self) -> Option<usize> {
        (self.state == State::Quoted).then_some(self.opened)
    }

    /// Takes in a line; quotes may go on in the next.
    pub(super) fn feed(&mut self, line: &[u8]) {
        for (place, &byte) in (self.fed..).zip(line) {
            self.state = match (self.state, byte) {
                (State::Start, b'"') => {
                    self.opened = place;
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
                        (State::Start | State::Plain, _) => State::Plain,
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
            State::Start | State::Plain | State::Quoted => without_blanks(&self.text, whole),
        });
        self.start = self.text.len();
    }

    pub(super) fn finish(mut self) -> Row {
        self.end_field();
        (self.text, self.fields)
    }
}

/// The fields of a line between delimiters that quotes are not usual with: text that is not wholly in
/// quotes is what it is, quotes and all.
pub(super) fn within_line(line: &[u8], delimiter: Delimiter) -> Row {
    let (mut text, mut fields) = (Vec::with_capacity(line.len()), Vec::new());
    let mut rest = Some(match delimiter {
        Delimiter::Blanks => line.trim_ascii(),
        // A blank at the end may be a delimiter.
        _ => without_line_end(line),
    });
    while let Some(from) = rest {
        let start = text.len();
        let after = match in_quotes(from, delimiter) {
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

/// The text of a field in quotes, and what comes after the delimiter behind it; `None` where quotes do
/// not hold a whole field.
fn in_quotes(from: &[u8], delimiter: Delimiter) -> Option<(&[u8], Option<&[u8]>)> {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t') && delimiter != Delimiter::Byte(*byte);
    let begin = from.iter().position(|byte| !blank(byte))?;
    let inner = from[begin..].strip_prefix(b"\"")?;
    let mut quotes = memchr::memchr_iter(b'"', inner);
    loop {
        let at = quotes.next()?;
        if inner.get(at + 1) == Some(&b'"') {
            quotes.next();
            continue;
        }
        let (behind, after) = next_field(&inner[at + 1..], delimiter);
        return behind.trim_ascii().is_empty().then_some((&inner[..at], after));
    }
}

/// What stands before the next delimiter, and what after it; `None` after the last field.
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

/// Text between quotes, with one quote for two.
fn unescape(field: &[u8], text: &mut Vec<u8>) {
    let mut bytes = field.iter();
    while let Some(&byte) = bytes.next() {
        text.push(byte);
        if byte == b'"' {
            bytes.next();
        }
    }
}

/// A part of a row without the blanks, and the line's end, around it.
pub(super) fn without_blanks(row: &[u8], field: Range<usize>) -> Range<usize> {
    let bytes = &row[field.clone()];
    let from = field.start + (bytes.len() - bytes.trim_ascii_start().len());
    from..from + bytes.trim_ascii().len()
}
