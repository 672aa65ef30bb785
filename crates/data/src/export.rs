//! Writes tables as CSV or Parquet.

use crate::error::DataError;
use crate::out_file::write_atomically;
use crate::parquet;
use csv::{QuoteStyle, WriterBuilder};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::Path;
use std::str::FromStr;

/// The file format of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// Comma-separated text with a header.
    Csv,
    /// Parquet.
    Parquet,
}

impl TableFormat {
    /// Returns the format for the extension of a path: `.csv` or `.parquet`.
    ///
    /// # Errors
    /// Returns [`DataError::Options`] for any other extension, or none.
    pub fn from_path(path: &Path) -> Result<Self, DataError> {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
        extension.to_ascii_lowercase().parse().map_err(|_| DataError::Options {
            expected: "a file name that ends in .csv or .parquet".to_owned(),
            found: path.display().to_string(),
        })
    }
}

impl FromStr for TableFormat {
    type Err = DataError;
    fn from_str(text: &str) -> Result<Self, DataError> {
        match text {
            "csv" => Ok(Self::Csv),
            "parquet" => Ok(Self::Parquet),
            _ => Err(DataError::Options {
                expected: "csv or parquet".into(),
                found: format!("{text:?}"),
            }),
        }
    }
}

/// A named column.
#[derive(Clone, Debug)]
pub struct Column<'a> {
    /// The name in the header.
    pub name: &'a str,
    /// The values, one per row.
    pub values: Values<'a>,
}

/// The values of a column.
#[derive(Clone, Debug)]
pub enum Values<'a> {
    /// Text.
    Text(Vec<&'a str>),
    /// Integers.
    Integers(Vec<i64>),
    /// Integers, some of them unknown (empty in CSV, null in Parquet).
    OptionalIntegers(Vec<Option<i64>>),
    /// Real numbers, written so that reading them returns the same bits.
    Reals(Vec<f64>),
}

impl Values<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Integers(values) => values.len(),
            Self::OptionalIntegers(values) => values.len(),
            Self::Reals(values) => values.len(),
        }
    }

    fn have_outer_blanks(&self) -> bool {
        let Self::Text(values) = self else { return false };
        values.iter().any(|value| value.trim_ascii().len() < value.len())
    }

    fn write(&self, row: usize, field: &mut String) {
        use std::fmt::Write as _;
        field.clear();
        // Writing to a string cannot fail.
        let _ = match self {
            Self::Text(values) => field.write_str(values[row]),
            Self::Integers(values) => write!(field, "{}", values[row]),
            Self::OptionalIntegers(values) => match values[row] {
                Some(value) => write!(field, "{value}"),
                None => Ok(()),
            },
            Self::Reals(values) => write!(field, "{}", values[row]),
        };
    }
}

/// Number of rows written at a time. In Parquet, a batch is a row group.
const BATCH: usize = 1 << 20;

/// Writes a table of `rows` rows, in batches of about a million, so that only one batch has to be
/// in memory. `columns` returns the columns for a range of rows, always the same columns, with one
/// value per row. It is called first with an empty range, to learn the names and types, and then
/// for consecutive ranges.
///
/// The file is written atomically: to a temporary file in the same folder, which is synced and then
/// renamed. A symbolic link is followed; a pipe or a device is written to directly.
///
/// # Errors
/// Returns [`DataError::Unwritable`] if the file cannot be written, the existing file is a
/// database, or a column does not have the length of its range. An existing file is then unchanged.
///
/// # Panics
/// May panic if the type of a column changes between calls.
pub fn write_table<'a>(
    path: &Path,
    format: TableFormat,
    rows: usize,
    mut columns: impl FnMut(Range<usize>) -> Vec<Column<'a>>,
) -> Result<(), DataError> {
    let head = columns(0..0);
    let batches = batches(rows, columns);
    write_atomically(path, |file| match format {
        TableFormat::Csv => write_csv(file, &head, batches),
        TableFormat::Parquet => parquet::write(file, &head, batches),
    })
}

/// Returns the columns of consecutive ranges.
fn batches<'a>(
    rows: usize,
    mut columns: impl FnMut(Range<usize>) -> Vec<Column<'a>>,
) -> impl Iterator<Item = io::Result<Vec<Column<'a>>>> {
    (0..rows).step_by(BATCH).map(move |from| {
        let range = from..rows.min(from + BATCH);
        let length = range.len();
        let columns = columns(range);
        match columns.iter().find(|column| column.values.len() != length) {
            None => Ok(columns),
            Some(Column { name, values }) => Err(io::Error::other(format!(
                "expected {length} values in the column {name:?}, found {}",
                values.len()
            ))),
        }
    })
}

fn write_csv<'a>(
    file: File,
    head: &[Column<'_>],
    batches: impl Iterator<Item = io::Result<Vec<Column<'a>>>>,
) -> io::Result<()> {
    let mut file = BufWriter::new(file);
    let mut writer = WriterBuilder::new().from_writer(&mut file);
    writer.write_record(head.iter().map(|column| column.name))?;
    writer.flush()?;
    drop(writer);
    for columns in batches {
        write_csv_rows(&mut file, &columns?)?;
    }
    file.flush()
}

fn write_csv_rows(file: impl Write, columns: &[Column<'_>]) -> io::Result<()> {
    // Leading and trailing blanks of an id are preserved only within quotes.
    let quotes = match columns.iter().any(|column| column.values.have_outer_blanks()) {
        true => QuoteStyle::NonNumeric,
        false => QuoteStyle::Necessary,
    };
    let mut writer = WriterBuilder::new().quote_style(quotes).from_writer(file);
    let rows = columns.first().map_or(0, |column| column.values.len());
    let mut field = String::new();
    for row in 0..rows {
        for column in columns {
            column.values.write(row, &mut field);
            writer.write_field(&field)?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()
}
