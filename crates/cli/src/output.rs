//! Results on standard output: a table for people, JSON and CSV for programs.

use anyhow::Result;
use clap::ValueEnum;
use comfy_table::{ContentArrangement, Table, presets};
use rayon::prelude::*;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;
use std::io::{self, Read, Write};

/// How results are written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns, for people
    Table,
    /// JSON: an object, or an array where there may be several
    Json,
    /// Comma-separated values with a header
    Csv,
}

/// Something that is a row of a table: its JSON is its serialisation.
pub(crate) trait Record: Serialize {
    /// The columns of CSV, by their JSON names, and of the table.
    const COLUMNS: &'static [&'static str];

    /// The fields in the order of the columns, exact.
    fn fields(&self) -> Vec<Field<'_>>;
}

/// A field of a record.
pub(crate) enum Field<'a> {
    Text(Cow<'a, str>),
    Count(u64),
    Real(Option<f64>),
    /// Shortened for people.
    Digest(&'a str),
}

impl<'a> Field<'a> {
    pub(crate) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// Exact, and as it was: for programs.
    fn csv(self) -> Cow<'a, str> {
        match self {
            Self::Text(text) => text,
            Self::Digest(text) => text.into(),
            Self::Count(count) => count.to_string().into(),
            Self::Real(Some(real)) => real.to_string().into(),
            Self::Real(None) => "".into(),
        }
    }

    /// Rounded and safe to print: for people.
    fn table(&self) -> String {
        match self {
            Self::Text(text) => printable(text),
            Self::Digest(text) => text.chars().take(12).collect(),
            Self::Count(count) => grouped(*count),
            Self::Real(Some(real)) => format!("{real:.4}"),
            Self::Real(None) => "–".to_owned(),
        }
    }
}

/// Writes one record: in JSON an object.
pub(crate) fn one<R: Record + Sync>(format: Format, record: &R) -> Result<()> {
    match format {
        Format::Json => json(record),
        _ => many(format, std::slice::from_ref(record)),
    }
}

/// Writes records: in JSON an array.
pub(crate) fn many<R: Record + Sync>(format: Format, records: &[R]) -> Result<()> {
    match format {
        Format::Json => json(&records),
        Format::Csv => csv(records),
        Format::Table => {
            let mut table = new_table(R::COLUMNS);
            for record in records {
                table.add_row(record.fields().iter().map(Field::table));
            }
            line(&table.to_string())
        }
    }
}

fn json(value: &impl Serialize) -> Result<()> {
    line(&serde_json::to_string_pretty(value)?)
}

fn csv<R: Record + Sync>(records: &[R]) -> Result<()> {
    let mut header = csv::Writer::from_writer(Vec::new());
    header.write_record(R::COLUMNS)?;
    write(&header.into_inner().map_err(csv::IntoInnerError::into_error)?)?;
    // There may be a million of them.
    let parts: Vec<Vec<u8>> = records.par_chunks(1000).map(csv_rows).collect::<Result<_>>()?;
    parts.iter().try_for_each(|part| write(part))
}

fn csv_rows<R: Record>(records: &[R]) -> Result<Vec<u8>> {
    let mut rows = csv::Writer::from_writer(Vec::new());
    for record in records {
        for field in record.fields() {
            rows.write_field(field.csv().as_bytes())?;
        }
        rows.write_record(None::<&[u8]>)?;
    }
    Ok(rows.into_inner().map_err(csv::IntoInnerError::into_error)?)
}

fn new_table(columns: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(columns.iter().map(|name| name.replace('_', " ")));
    table
}

/// Writes a line of text to standard output.
pub(crate) fn line(text: &str) -> Result<()> {
    write(format!("{text}\n").as_bytes())
}

/// Writes to standard output.
pub(crate) fn write(bytes: &[u8]) -> Result<()> {
    copy(&mut &*bytes)
}

/// Copies all that is read to standard output.
pub(crate) fn copy(from: &mut impl Read) -> Result<()> {
    let mut out = io::stdout().lock();
    Ok(io::copy(from, &mut out).and_then(|_| out.flush()).map_err(Unwritten)?)
}

/// Standard output takes no more. Results are written last: what was to be changed is changed.
#[derive(Debug)]
struct Unwritten(io::Error);

impl fmt::Display for Unwritten {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(error) = self;
        write!(
            out,
            "expected standard output to take the results, found: {error}; nothing else failed"
        )
    }
}

impl std::error::Error for Unwritten {}

/// An error and its causes; a cause that the text before ends with is not repeated.
pub(crate) fn explained(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.ends_with(&cause) {
            continue;
        }
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&cause);
    }
    text
}

/// Whether an error only says that nobody reads the output any more.
pub(crate) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref().is_some_and(|Unwritten(error)| error.kind() == io::ErrorKind::BrokenPipe)
}

/// Text that does nothing to a terminal and hides nothing: characters that control, that turn the
/// direction of writing, that break lines, or that take no place, are escaped.
pub(crate) fn printable(text: &str) -> String {
    let is_hidden = |c: char| {
        c.is_control()
            || matches!(
                c,
                '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                    | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
                    | '\u{e0000}'..='\u{e007f}'
            )
    };
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) { safe.extend(c.escape_default()) } else { safe.push(c) }
    }
    safe
}

/// A count with its thousands set apart.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(printable("Amélie \u{1b}[31m\n\u{202e}x"), "Amélie \\u{1b}[31m\\n\\u{202e}x");
        for hidden in ["\u{9b}", "\u{61c}", "\u{2028}", "\u{200b}", "\u{feff}", "\u{e0041}"] {
            assert!(printable(hidden).is_ascii(), "{hidden:?}");
        }
    }

    #[test]
    fn a_cause_is_told_once() {
        let missing = || io::Error::new(io::ErrorKind::NotFound, "no such file");
        let error = anyhow::Error::new(missing()).context("x.csv: expected a file: no such file");
        assert_eq!(explained(&error), "x.csv: expected a file: no such file");
        let error = anyhow::Error::new(missing()).context("x.csv: expected a file");
        assert_eq!(explained(&error), "x.csv: expected a file: no such file");
    }

    #[test]
    fn counts_are_grouped() {
        assert_eq!([0, 999, 1_000, 25_000_095].map(grouped), ["0", "999", "1,000", "25,000,095"]);
    }
}
