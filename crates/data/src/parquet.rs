//! Parquet, the one place where polars is used.

mod check;
mod footer;

use crate::error::{DataError, RowFault};
use crate::export::{Column, Values};
use crate::options::ColumnChoice;
use crate::read::collect::Collector;
use crate::read::sniff::places_by_name;
use polars::prelude::{
    ChunkedArray, Column as PolarsColumn, DataFrame, DataType, Float64Type, Int64Type, NamedFrom,
    ParquetReader, ParquetWriter, PolarsError, SerReader, Series, StringType,
};
use std::fs::File;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The columns of a file, in the types that ratings have.
struct Loaded {
    users: ChunkedArray<StringType>,
    items: ChunkedArray<StringType>,
    ratings: ChunkedArray<Float64Type>,
    times: Option<ChunkedArray<Int64Type>>,
}

/// Reads the ratings of a Parquet file into the collector.
pub(crate) fn read(
    bytes: Vec<u8>,
    columns: &ColumnChoice,
    collector: &mut Collector<'_>,
) -> Result<(), DataError> {
    let file = collector.file().to_owned();
    let bytes = footer::rewritten(bytes).map_err(|reason| broken(&file, &reason))?;
    // polars panics at some damaged files.
    let caught = catch_unwind(AssertUnwindSafe(|| load(&bytes, columns, &file)));
    let Loaded { users, items, ratings, times } =
        caught.unwrap_or_else(|_| Err(broken(&file, &"damaged Parquet data")))?;
    for row in 0..ratings.len() {
        let missing = |what: &str| Err(RowFault::new(format!("a {what}"), "nothing"));
        let parsed = match (users.get(row), items.get(row), ratings.get(row)) {
            (None, _, _) => missing("user"),
            (_, None, _) => missing("item"),
            (_, _, None) => missing("rating"),
            (Some(user), Some(item), Some(rating)) => {
                Ok((user, item, rating, times.as_ref().and_then(|times| times.get(row))))
            }
        };
        collector.take(row as u64 + 1, parsed)?;
    }
    Ok(())
}

fn broken(file: &str, reason: &impl ToString) -> DataError {
    DataError::Broken { file: file.to_owned(), reason: reason.to_string() }
}

/// Loads the columns that are needed, and no other: others may be of types unknown here.
fn load(bytes: &[u8], columns: &ColumnChoice, file: &str) -> Result<Loaded, DataError> {
    let failed = |error: PolarsError| broken(file, &error);
    let mut reader = ParquetReader::new(Cursor::new(bytes));
    let schema = reader.schema().map_err(failed)?;
    let names: Vec<String> = schema.iter_names().map(ToString::to_string).collect();
    let places = places_by_name(&names, columns, file)?;
    let needed = [Some(places.user), Some(places.item), Some(places.rating), places.timestamp];
    let needed: Vec<String> =
        needed.into_iter().flatten().map(|place| names[place].clone()).collect();
    check::check(bytes, &needed).map_err(|error| broken(file, &error))?;
    let frame = reader.with_columns(Some(needed)).finish().map_err(failed)?;
    let column = |place: usize| frame.column(&names[place]).map_err(failed);
    Ok(Loaded {
        users: ids(column(places.user)?, file)?,
        items: ids(column(places.item)?, file)?,
        ratings: ratings(column(places.rating)?, file)?,
        times: places.timestamp.map(|place| times(column(place)?, file)).transpose()?,
    })
}

fn ids(column: &PolarsColumn, file: &str) -> Result<ChunkedArray<StringType>, DataError> {
    if column.dtype().is_float() {
        return Err(wrong_kind(column, "whole numbers or text", file));
    }
    let text = column.cast(&DataType::String).map_err(|error| broken(file, &error))?;
    text.str().cloned().map_err(|_| wrong_kind(column, "whole numbers or text", file))
}

fn ratings(column: &PolarsColumn, file: &str) -> Result<ChunkedArray<Float64Type>, DataError> {
    if !column.dtype().is_primitive_numeric() {
        return Err(wrong_kind(column, "numbers", file));
    }
    let failed = |error: PolarsError| broken(file, &error);
    let real = match column.dtype() {
        // By way of text, in which a single-precision 4.2 is the double 4.2.
        DataType::Float32 => column.cast(&DataType::String).map_err(failed)?,
        _ => column.clone(),
    };
    real.cast(&DataType::Float64).map_err(failed)?.f64().cloned().map_err(failed)
}

fn times(column: &PolarsColumn, file: &str) -> Result<ChunkedArray<Int64Type>, DataError> {
    if !column.dtype().is_primitive_numeric() {
        return Err(wrong_kind(column, "seconds since 1970", file));
    }
    let failed = |error: PolarsError| broken(file, &error);
    column.cast(&DataType::Int64).map_err(failed)?.i64().cloned().map_err(failed)
}

fn wrong_kind(column: &PolarsColumn, expected: &str, file: &str) -> DataError {
    DataError::WrongKind {
        file: file.to_owned(),
        column: column.name().to_string(),
        expected: expected.to_owned(),
        found: column.dtype().to_string(),
    }
}

/// Writes columns as a Parquet file.
pub(crate) fn write(file: File, columns: &[Column<'_>]) -> Result<(), String> {
    let series = columns.iter().map(|column| {
        let name = column.name.into();
        PolarsColumn::from(match &column.values {
            Values::Text(values) => Series::new(name, values),
            Values::Integers(values) => Series::new(name, values),
            Values::OptionalIntegers(values) => Series::new(name, values),
            Values::Reals(values) => Series::new(name, values),
        })
    });
    let mut frame =
        DataFrame::new_infer_height(series.collect()).map_err(|error| error.to_string())?;
    ParquetWriter::new(file).finish(&mut frame).map_err(|error| error.to_string())?;
    Ok(())
}
