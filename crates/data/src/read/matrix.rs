//! Reads a rating matrix: a text with one row per user and one column per item, or the reverse.

use super::collect::{Collector, Row};
use super::columns;
use super::fields::RowReader;
use super::first_rows::{DELIMITERS, first_rows};
use super::missing::MissingMarker;
use super::numbers;
use super::preamble::Preamble;
use super::rows;
use super::text_format::Header;
use crate::error::{DataError, RowFault};
use crate::options::{Delimiter, Matrix, ReadOptions};
use rustc_hash::FxHashSet;
use std::io::BufRead;

/// Maximum number of bytes of a row, which has a cell for each column.
pub(super) const MAX_ROW_BYTES: usize = 16 << 20;

/// Strictly ascending integers in the first row are names of columns, not ratings, if there are at
/// least this many.
const MIN_ASCENDING: usize = 6;

/// The format of a matrix.
pub(super) struct MatrixFormat {
    matrix: Matrix,
    delimiter: Delimiter,
    skipped_lines: u64,
    header: Header,
    /// The ids of the columns of ratings.
    names: Vec<String>,
}

fn long_rows<R: BufRead>(reader: R, delimiter: Delimiter) -> RowReader<R> {
    RowReader::with_max_row_bytes(reader, delimiter, MAX_ROW_BYTES)
}

/// Number of columns before the ratings.
fn leading(matrix: Matrix) -> usize {
    match matrix {
        Matrix::Users | Matrix::Items | Matrix::NumberedAfterFirst => 1,
        Matrix::Numbered => 0,
    }
}

/// Determines the format of a matrix from its first rows.
pub(super) fn format(
    start: &[u8],
    file: &str,
    options: &ReadOptions,
) -> Result<MatrixFormat, DataError> {
    let matrix = options.matrix.unwrap_or(Matrix::Users);
    let preamble = Preamble::read(start);
    let start = &start[preamble.bytes..];
    let delimiter = match options.delimiter.or(preamble.delimiter) {
        Some(delimiter) => delimiter,
        None => widest_delimiter(start, file)?,
    };
    let (first, second) = first_rows(long_rows(start, delimiter), file)?;
    let missing = options.missing.as_deref().map(MissingMarker::new);
    let lacks_corner = second.is_some_and(|second| second.len() == first.len() + 1);
    let leading = if lacks_corner { 0 } else { leading(matrix) };
    let cells = first.get(leading..).unwrap_or_default();
    let has_header = lacks_corner
        || (leading == 1 && columns::is_id_column(&first[0]))
        || names_columns(cells, missing.as_ref());
    let names: Vec<String> = match has_header {
        true => cells.to_vec(),
        false => (1..=cells.len()).map(|number| number.to_string()).collect(),
    };
    if let Some(duplicate) = first_duplicate(&names) {
        let reason = format!("two columns called {duplicate:?}");
        return Err(DataError::Broken { file: file.to_owned(), reason });
    }
    let header = if has_header { Header::Present } else { Header::Absent };
    Ok(MatrixFormat { matrix, delimiter, skipped_lines: preamble.lines, header, names })
}

/// Returns the delimiter that splits the first row into the most cells.
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

/// Whether cells are names of columns: some are neither numbers nor missing, or all are strictly
/// ascending integers.
fn names_columns(cells: &[String], missing: Option<&MissingMarker>) -> bool {
    let is_name = |cell: &String| {
        !cell.is_empty()
            && numbers::parse(cell).is_none()
            && !missing.is_some_and(|missing| missing.matches(cell.as_bytes()))
    };
    let are_ascending = || {
        let numbers: Option<Vec<u64>> = cells.iter().map(|cell| cell.parse().ok()).collect();
        numbers.is_some_and(|numbers| {
            numbers.len() >= MIN_ASCENDING && numbers.is_sorted_by(|a, b| a < b)
        })
    };
    cells.iter().any(is_name) || are_ascending()
}

fn first_duplicate(names: &[String]) -> Option<&str> {
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
        let Some(next) = collector.skip_if_bad(rows.next_row(&file))? else { continue };
        let Some(line) = next else { break };
        number += 1;
        let row = row_id(format, &rows, number);
        let row = row.and_then(|row| match seen.insert(row.clone()) {
            true => Ok(row),
            false => Err(duplicate_row(&row, format.matrix)),
        });
        match row {
            Ok(row) => read_cells(format, &rows, line, &row, collector)?,
            Err(fault) => collector.bad_row(fault.at(&file, line))?,
        }
    }
    Ok(())
}

/// Returns the id of a row, after checking the number of its cells.
fn row_id(
    format: &MatrixFormat,
    row: &RowReader<impl BufRead>,
    number: u64,
) -> Result<String, RowFault> {
    let cells = leading(format.matrix) + format.names.len();
    if row.len() != cells {
        let expected =
            format!("{cells} fields between {} (--delimiter sets another)", format.delimiter);
        return Err(RowFault::new(expected, row.len().to_string()));
    }
    match format.matrix {
        Matrix::Users => rows::id(row.field(0), "a user id").map(str::to_owned),
        Matrix::Items => rows::id(row.field(0), "an item id").map(str::to_owned),
        Matrix::NumberedAfterFirst | Matrix::Numbered => Ok(number.to_string()),
    }
}

fn duplicate_row(row: &str, matrix: Matrix) -> RowFault {
    let expected = match matrix {
        Matrix::Items => "one row per item",
        _ => "one row per user (--wide=- numbers the users, and skips the first column)",
    };
    RowFault::new(expected, format!("a second row of {row:?}"))
}

fn read_cells(
    format: &MatrixFormat,
    cells: &RowReader<impl BufRead>,
    line: u64,
    row: &str,
    collector: &mut Collector<'_>,
) -> Result<(), DataError> {
    let leading = leading(format.matrix);
    for (index, column) in format.names.iter().enumerate() {
        let cell = cells.field(leading + index);
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
        collector.push(line, rating)?;
    }
    Ok(())
}
