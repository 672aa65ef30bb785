//! Text with a row for each user, or item, and a column for each of the others.

use super::collect::{Collector, Row};
use super::columns;
use super::fields::RowReader;
use super::first_rows::{DELIMITERS, first_rows};
use super::missing::Missing;
use super::numbers;
use super::preamble::Preamble;
use super::rows;
use super::text_format::Header;
use crate::error::{DataError, RowFault};
use crate::options::{Delimiter, Matrix, ReadOptions};
use rustc_hash::FxHashSet;
use std::io::BufRead;

/// The most bytes of a row, which has a cell for each of the others.
pub(super) const LONGEST_ROW: usize = 16 << 20;

/// Whole numbers that rise from one column to the next are names, and not ratings, from so many on.
const RISING: usize = 6;

/// How a matrix is to be read.
pub(super) struct MatrixFormat {
    matrix: Matrix,
    delimiter: Delimiter,
    skipped_lines: u64,
    header: Header,
    /// The ids of the columns of ratings.
    names: Vec<String>,
}

fn long_rows<R: BufRead>(reader: R, delimiter: Delimiter) -> RowReader<R> {
    RowReader::with_longest(reader, delimiter, LONGEST_ROW)
}

/// How many columns come before the ratings.
fn leading(matrix: Matrix) -> usize {
    match matrix {
        Matrix::Users | Matrix::Items | Matrix::NumberedAfterFirst => 1,
        Matrix::Numbered => 0,
    }
}

/// The format of a matrix, from its first rows.
pub(super) fn format(
    start: &[u8],
    file: &str,
    options: &ReadOptions,
) -> Result<MatrixFormat, DataError> {
    let matrix = options.matrix.unwrap_or(Matrix::Users);
    let preamble = Preamble::of(start);
    let start = &start[preamble.bytes..];
    let delimiter = match options.delimiter.or(preamble.delimiter) {
        Some(delimiter) => delimiter,
        None => widest_delimiter(start, file)?,
    };
    let (first, second) = first_rows(long_rows(start, delimiter), file)?;
    let missing = options.missing.as_deref().map(Missing::new);
    let lacks_corner = second.is_some_and(|second| second.len() == first.len() + 1);
    let leading = if lacks_corner { 0 } else { leading(matrix) };
    let cells = first.get(leading..).unwrap_or_default();
    let has_header = lacks_corner
        || (leading == 1 && columns::names_a_column(&first[0]))
        || names_columns(cells, missing.as_ref());
    let names: Vec<String> = match has_header {
        true => cells.to_vec(),
        false => (1..=cells.len()).map(|number| number.to_string()).collect(),
    };
    if let Some(twice) = first_repeated(&names) {
        let reason = format!("columns of different names, and two are called {twice:?}");
        return Err(DataError::Broken { file: file.to_owned(), reason });
    }
    let header = if has_header { Header::Present } else { Header::Absent };
    Ok(MatrixFormat { matrix, delimiter, skipped_lines: preamble.lines, header, names })
}

/// The delimiter that makes most cells of the first row.
fn widest_delimiter(start: &[u8], file: &str) -> Result<Delimiter, DataError> {
    let mut widest = (0, Delimiter::Byte(b','));
    for delimiter in DELIMITERS {
        let cells = first_rows(long_rows(start, delimiter), file)?.0.len();
        if cells > widest.0 {
            widest = (cells, delimiter);
        }
    }
    Ok(widest.1)
}

/// Whether cells hold names: something that is neither a number nor missing, or rising numbers.
fn names_columns(cells: &[String], missing: Option<&Missing>) -> bool {
    let is_name = |cell: &String| {
        !cell.is_empty()
            && numbers::parse(cell).is_none()
            && !missing.is_some_and(|missing| missing.is(cell.as_bytes()))
    };
    let rising = || {
        let numbers: Option<Vec<u64>> = cells.iter().map(|cell| cell.parse().ok()).collect();
        numbers.is_some_and(|numbers| numbers.len() >= RISING && numbers.is_sorted_by(|a, b| a < b))
    };
    cells.iter().any(is_name) || rising()
}

fn first_repeated(names: &[String]) -> Option<&str> {
    let mut seen = FxHashSet::default();
    names.iter().map(String::as_str).find(|&name| !seen.insert(name))
}

/// Reads all cells into the collector.
pub(super) fn read(
    reader: impl BufRead,
    format: &MatrixFormat,
    collector: &mut Collector<'_>,
) -> Result<(), DataError> {
    let file = collector.file().to_owned();
    let mut rows = long_rows(reader, format.delimiter);
    rows.skip_lines(format.skipped_lines, &file)?;
    if format.header == Header::Present {
        rows.next_row(&file)?;
    }
    let mut seen = FxHashSet::default();
    let mut number = 0_u64;
    loop {
        let Some(next) = collector.unless_bad(rows.next_row(&file))? else { continue };
        let Some(line) = next else { break };
        number += 1;
        let row = row_id(format, &rows, number);
        let row = row.and_then(|row| match seen.insert(row.clone()) {
            true => Ok(row),
            false => Err(repeated(&row, format.matrix)),
        });
        match row {
            Ok(row) => read_cells(format, &rows, line, &row, collector)?,
            Err(fault) => collector.bad_row(fault.at(&file, line))?,
        }
    }
    Ok(())
}

/// The id of a row that has the right number of cells.
fn row_id(
    format: &MatrixFormat,
    row: &RowReader<impl BufRead>,
    number: u64,
) -> Result<String, RowFault> {
    let cells = leading(format.matrix) + format.names.len();
    if row.len() != cells {
        let expected =
            format!("{cells} fields between {} (--delimiter takes another)", format.delimiter);
        return Err(RowFault::new(expected, row.len().to_string()));
    }
    match format.matrix {
        Matrix::Users => rows::id(row.field(0), "a user id").map(str::to_owned),
        Matrix::Items => rows::id(row.field(0), "an item id").map(str::to_owned),
        Matrix::NumberedAfterFirst | Matrix::Numbered => Ok(number.to_string()),
    }
}

fn repeated(row: &str, matrix: Matrix) -> RowFault {
    let expected = match matrix {
        Matrix::Items => "a row for each item",
        _ => "a row for each user (--wide=- numbers them, and passes the first column over)",
    };
    RowFault::new(expected, format!("a second one of {row:?}"))
}

fn read_cells(
    format: &MatrixFormat,
    cells: &RowReader<impl BufRead>,
    line: u64,
    row: &str,
    collector: &mut Collector<'_>,
) -> Result<(), DataError> {
    let leading = leading(format.matrix);
    for (place, column) in format.names.iter().enumerate() {
        let cell = cells.field(leading + place);
        if cell.is_empty() {
            continue;
        }
        let (user, item) = match format.matrix {
            Matrix::Items => (column.as_str(), row),
            _ => (row, column.as_str()),
        };
        let rating = rows::rating(cell, collector.missing())
            .map(|rating| Row { user, item, rating, timestamp: None })
            .map_err(|fault| RowFault {
                expected: format!("{} of {row:?} and {column:?}", fault.expected),
                ..fault
            });
        collector.take(line, rating)?;
    }
    Ok(())
}
