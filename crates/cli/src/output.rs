//! Output of results: tables for people, JSON and CSV for programs.

use crate::record::{Record, RecordColumn};
use anyhow::Result;
use clap::ValueEnum;
use comfy_table::{ContentArrangement, Table, presets};
use rayon::prelude::*;
use serde::Serialize;
use std::fmt;
use std::io::{self, BufReader, Read, Write};
use std::slice;

/// The format of results.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns, for people
    Table,
    /// JSON: an object, or an array if there can be several
    Json,
    /// Comma-separated values with a header
    Csv,
}

/// The destination of a command's results, with their format.
pub(crate) struct Output<'a> {
    format: Format,
    to: Box<dyn Write + Send + 'a>,
}

/// Size of the copy buffer.
const COPIED_BYTES: usize = 256 << 10;

impl<'a> Output<'a> {
    pub(crate) fn new(format: Format, to: impl Write + Send + 'a) -> Self {
        Self { format, to: Box::new(to) }
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Writes one record: in JSON an object.
    pub(crate) fn one<R: Record>(&mut self, record: &R) -> Result<()> {
        match self.format {
            Format::Json => self.json(record),
            _ => self.many(slice::from_ref(record)),
        }
    }

    /// Writes records: in JSON an array.
    pub(crate) fn many<R: Record>(&mut self, records: &[R]) -> Result<()> {
        match self.format {
            Format::Json => self.json(&records),
            Format::Csv => self.csv(records),
            Format::Table => self.table(&R::columns(), records),
        }
    }

    /// Writes a value as JSON.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> Result<()> {
        self.line(&serde_json::to_string_pretty(value)?)
    }

    fn csv<R: Record>(&mut self, records: &[R]) -> Result<()> {
        let mut header = csv::Writer::from_writer(Vec::new());
        header.write_record(R::columns().iter().map(|column| column.name))?;
        self.write(&header.into_inner().map_err(csv::IntoInnerError::into_error)?)?;
        // In parallel, since there may be millions of records.
        let parts: Vec<Vec<u8>> = records.par_chunks(1000).map(csv_rows).collect::<Result<_>>()?;
        parts.iter().try_for_each(|part| self.write(part))
    }

    /// Writes a table with some columns of records, without those that are empty in all of them.
    pub(crate) fn table<R>(&mut self, columns: &[RecordColumn<R>], records: &[R]) -> Result<()> {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_content_arrangement(ContentArrangement::Disabled);
        let has_text = |column: &&RecordColumn<R>| {
            records.is_empty() || records.iter().any(|r| !(column.field)(r).table().is_empty())
        };
        let shown: Vec<_> = columns.iter().filter(has_text).collect();
        table.set_header(shown.iter().map(|column| column.name.replace('_', " ")));
        for record in records {
            table.add_row(shown.iter().map(|column| (column.field)(record).table()));
        }
        self.line(&table.to_string())
    }

    /// Writes a line of text.
    pub(crate) fn line(&mut self, text: &str) -> Result<()> {
        self.write(format!("{text}\n").as_bytes())
    }

    /// Writes bytes as they are.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let written = self.to.write_all(bytes).and_then(|()| self.to.flush());
        Ok(written.map_err(WriteError)?)
    }

    /// Copies all bytes of a reader.
    pub(crate) fn copy(&mut self, from: impl Read) -> Result<()> {
        let copied = io::copy(&mut BufReader::with_capacity(COPIED_BYTES, from), &mut self.to);
        Ok(copied.and_then(|_| self.to.flush()).map_err(WriteError)?)
    }
}

fn csv_rows<R: Record>(records: &[R]) -> Result<Vec<u8>> {
    let columns = R::columns();
    let mut rows = csv::Writer::from_writer(Vec::new());
    for record in records {
        for column in &columns {
            rows.write_field((column.field)(record).csv().as_bytes())?;
        }
        rows.write_record(None::<&[u8]>)?;
    }
    Ok(rows.into_inner().map_err(csv::IntoInnerError::into_error)?)
}

/// The error of a failed write to standard output. Results are written last, when all work is done.
#[derive(Debug)]
struct WriteError(io::Error);

impl fmt::Display for WriteError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(error) = self;
        write!(
            out,
            "expected to write the results to standard output, found: {error}; nothing else failed"
        )
    }
}

impl std::error::Error for WriteError {}

/// Whether an error is a closed pipe of standard output.
pub(crate) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref().is_some_and(|WriteError(error)| error.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Field, column};

    #[derive(Serialize)]
    struct Film {
        title: &'static str,
        mean_rating: f64,
    }

    impl Record for Film {
        fn columns() -> Vec<RecordColumn<Self>> {
            vec![
                column("title", |film| Field::text(film.title)),
                column("mean_rating", |film| Field::Real(Some(film.mean_rating))),
            ]
        }
    }

    const FILMS: [Film; 2] = [
        Film { title: "M", mean_rating: 4.125 },
        Film { title: "Yes, \u{1b}[1mno", mean_rating: 3.0 },
    ];

    fn written(format: Format, write: impl FnOnce(&mut Output<'_>) -> Result<()>) -> String {
        let mut bytes = Vec::new();
        write(&mut Output::new(format, &mut bytes)).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn records_are_written_for_people_and_for_programs() {
        let many = |format| written(format, |out| out.many(&FILMS));
        let csv = "title,mean_rating\nM,4.125\n\"Yes, \u{1b}[1mno\",3\n";
        assert_eq!(many(Format::Csv), csv);
        let table = many(Format::Table);
        assert!(table.contains("mean rating") && table.contains("4.1250"), "{table}");
        assert!(table.contains("Yes, \\u{1b}[1mno"), "{table}");
        let read = |json: &str| serde_json::from_str::<serde_json::Value>(json).unwrap();
        assert_eq!(read(&many(Format::Json)), serde_json::to_value(&FILMS[..]).unwrap());
        let one = written(Format::Json, |out| out.one(&FILMS[0]));
        assert_eq!(read(&one), serde_json::to_value(&FILMS[0]).unwrap());
    }

    #[test]
    fn no_records_are_a_header() {
        let none = |format| written(format, |out| out.many::<Film>(&[]));
        assert_eq!(none(Format::Csv), "title,mean_rating\n");
        assert_eq!(none(Format::Json), "[]\n");
    }

    /// A writer that always fails.
    struct Broken(io::ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_closed_pipe_is_not_a_full_disk() {
        let error = |kind| Output::new(Format::Csv, Broken(kind)).many(&FILMS).unwrap_err();
        assert!(is_closed_pipe(&error(io::ErrorKind::BrokenPipe)));
        assert!(!is_closed_pipe(&error(io::ErrorKind::StorageFull)));
    }
}
