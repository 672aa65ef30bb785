//! Tables written as CSV or Parquet.

use crate::error::DataError;
use crate::out_file::write_whole;
use crate::parquet;
use csv::{QuoteStyle, WriterBuilder};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::Path;
use std::str::FromStr;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// Comma-separated text with a header.
    Csv,
    /// Parquet.
    Parquet,
}

impl TableFormat {
    /// The format that a path's extension names: `.csv` or `.parquet`.
    ///
    /// # Errors
    /// [`DataError::Options`] for any other extension, or none.
    pub fn of_path(path: &Path) -> Result<Self, DataError> {
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
    /// A value a row.
    pub values: Values<'a>,
}

/// The values of a column.
#[derive(Clone, Debug)]
pub enum Values<'a> {
    /// Text.
    Text(Vec<&'a str>),
    /// Whole numbers.
    Integers(Vec<i64>),
    /// Whole numbers, some unknown (empty in CSV).
    OptionalIntegers(Vec<Option<i64>>),
    /// Real numbers, written so that they read back to the bit.
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

/// How many rows are written at once. In Parquet they make a row group, of which readers can take one.
const BATCH: usize = 1 << 20;

/// Writes a table of `rows` rows, a million at a time, so that no more of them have to be in memory.
/// `columns` gives the columns of the rows in a range: the same ones each time, one value a row. It is
/// called for an empty range first, to learn which they are, and then in order and without gaps.
///
/// The file appears whole, on the disk, or not at all: it is written beside its place under a name of its
/// own first. A link is followed; a pipe or a device is written to as it is.
///
/// # Errors
/// [`DataError::Unwritable`], with an existing file left as it was; also if that is a database, and for
/// columns that are not as long as their range.
///
/// # Panics
/// May panic if columns change their kinds.
pub fn write_table<'a>(
    path: &Path,
    format: TableFormat,
    rows: usize,
    mut columns: impl FnMut(Range<usize>) -> Vec<Column<'a>>,
) -> Result<(), DataError> {
    let head = columns(0..0);
    let batches = batches(rows, columns);
    write_whole(path, |file| match format {
        TableFormat::Csv => write_csv(file, &head, batches),
        TableFormat::Parquet => parquet::write(file, &head, batches),
    })
}

/// The columns of one range after the other.
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
    // Blanks at the ends of an id are read back from within quotes alone.
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
