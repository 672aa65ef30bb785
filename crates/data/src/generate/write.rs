//! Writes generated ratings to a file.

use super::{GeneratedRating, Shape, generate};
use crate::error::DataError;
use crate::export::{Column, TableFormat, Values, write_table};
use crate::out_file::write_atomically;
use std::convert::Infallible;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// The columns of the file.
const COLUMNS: [&str; 4] = ["user", "item", "rating", "timestamp"];

/// Number of ratings between two progress reports.
const STEP: u64 = 8_192;

/// Writes the ratings of a shape as CSV, JSON Lines or Parquet, depending on the path's extension,
/// with the columns `user,item,rating,timestamp`, and returns the number of ratings. The file is written
/// atomically. The same seed writes the same bytes.
///
/// `progress` is called with the number of ratings so far, every few thousand ratings and at the
/// end. CSV is written as it is generated; otherwise all ratings are held in memory, 24 bytes each.
///
/// # Errors
/// Returns [`DataError::Options`] for any other extension, and [`DataError::Unwritable`] if writing
/// fails.
pub fn write_generated(
    shape: &Shape,
    path: &Path,
    progress: &mut dyn FnMut(u64),
) -> Result<u64, DataError> {
    let count = match TableFormat::from_path(path)? {
        TableFormat::Csv => write_atomically(path, |file| write_csv(shape, file, progress))?,
        format => write_whole(shape, path, format, progress)?,
    };
    progress(count);
    Ok(count)
}

fn write_csv(shape: &Shape, file: File, progress: &mut dyn FnMut(u64)) -> io::Result<u64> {
    let mut out = BufWriter::with_capacity(1 << 20, file);
    writeln!(out, "{}", COLUMNS.join(","))?;
    let mut count = 0;
    generate(shape, |GeneratedRating { user, item, rating, timestamp }| {
        count += 1;
        if u64::is_multiple_of(count, STEP) {
            progress(count);
        }
        writeln!(out, "{user},{item},{rating},{timestamp}")
    })?;
    out.flush()?;
    Ok(count)
}

fn write_whole(
    shape: &Shape,
    path: &Path,
    format: TableFormat,
    progress: &mut dyn FnMut(u64),
) -> Result<u64, DataError> {
    let mut ratings = Vec::with_capacity(shape.ratings);
    let Ok(()) = generate(shape, |rating| {
        ratings.push(rating);
        if (ratings.len() as u64).is_multiple_of(STEP) {
            progress(ratings.len() as u64);
        }
        Ok::<(), Infallible>(())
    });
    write_table(path, format, ratings.len(), |rows| columns(&ratings[rows]))?;
    Ok(ratings.len() as u64)
}

fn columns(rows: &[GeneratedRating]) -> Vec<Column<'static>> {
    let values = [
        Values::Integers(rows.iter().map(|row| row.user.into()).collect()),
        Values::Integers(rows.iter().map(|row| row.item.into()).collect()),
        Values::Reals(rows.iter().map(|row| row.rating).collect()),
        Values::Integers(rows.iter().map(|row| row.timestamp).collect()),
    ];
    COLUMNS.into_iter().zip(values).map(|(name, values)| Column { name, values }).collect()
}
