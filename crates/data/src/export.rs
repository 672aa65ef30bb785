//! Writes tables as CSV, JSON Lines or Parquet.

mod column;
mod csv;
mod format;
mod json;

pub use column::{Column, Values};
pub use format::TableFormat;

use crate::error::DataError;
use crate::out_file::write_atomically;
use crate::parquet;
use std::io;
use std::ops::Range;
use std::path::Path;

/// Number of rows written at a time. In Parquet, a batch is a row group.
const BATCH: usize = 1 << 20;

/// Writes a table of `rows` rows, in batches of about a million, so that only one batch has to be
/// in memory. `columns` returns the columns for a range of rows, always the same columns, with one
/// value per row. It is called first with an empty range, to learn the names and types, and then
/// for consecutive ranges.
///
/// The file is written as by [`write_batches`].
///
/// # Errors
/// Those of [`write_batches`]. A column that does not have the length of its range is one of them.
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
    let batch = |from: usize| {
        let range = from..rows.min(from + BATCH);
        let (length, columns) = (range.len(), columns(range));
        check_length(path, &columns, length).map(|()| columns)
    };
    write_batches(path, format, &head, (0..rows).step_by(BATCH).map(batch))
}

/// Writes the rows of all batches, of which only one at a time has to be in memory. `head` has the
/// names and types of the columns, and no rows; each batch has the same columns. In Parquet, a batch
/// is a row group.
///
/// The file is written atomically: to a temporary file in the same folder, which is synced and then
/// renamed. A symbolic link is followed; a pipe or a device is written to directly.
///
/// # Errors
/// Returns the first error of `batches`, and [`DataError::Unwritable`] if the file cannot be
/// written, the existing file is a database, or columns of a batch differ in length. An existing
/// file is then unchanged.
///
/// # Panics
/// May panic if the type of a column changes between batches.
pub fn write_batches<'a, E: From<DataError>>(
    path: &Path,
    format: TableFormat,
    head: &[Column<'_>],
    batches: impl Iterator<Item = Result<Vec<Column<'a>>, E>>,
) -> Result<(), E> {
    let mut failure = None;
    let checked = |batch: Result<Vec<Column<'a>>, E>| {
        let columns = batch?;
        let length = columns.first().map_or(0, |column| column.values.len());
        check_length(path, &columns, length)?;
        Ok(columns)
    };
    let written = write_atomically(path, |file| {
        let good = batches.map_while(|batch| checked(batch).map_err(|e| failure = Some(e)).ok());
        match format {
            TableFormat::Csv => csv::write(file, head, good),
            TableFormat::JsonLines => json::write(file, good),
            TableFormat::Parquet => parquet::write(file, head, good),
        }?;
        match failure {
            None => Ok(()),
            // Cancels the write.
            Some(_) => Err(io::Error::other("the rows cannot be computed")),
        }
    });
    match failure {
        None => Ok(written?),
        Some(error) => Err(error),
    }
}

fn check_length(path: &Path, columns: &[Column<'_>], length: usize) -> Result<(), DataError> {
    match columns.iter().find(|column| column.values.len() != length) {
        None => Ok(()),
        Some(Column { name, values }) => Err(DataError::Unwritable {
            file: path.display().to_string(),
            source: io::Error::other(format!(
                "expected {length} values in the column {name:?}, found {}",
                values.len()
            )),
        }),
    }
}
