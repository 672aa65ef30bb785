//! Parquet, the one place where polars is used.

use crate::error::{DataError, RowFault};
use crate::export::{Column, Values};
use crate::options::ColumnChoice;
use crate::read::collect::Collector;
use crate::read::sniff::places_by_name;
use polars::prelude::{
    Column as PolarsColumn, DataFrame, DataType, NamedFrom, ParquetReader, ParquetWriter,
    PolarsError, SerReader, Series,
};
use std::fs::File;
use std::io::Cursor;

/// Reads the ratings of a Parquet file into the collector.
pub(crate) fn read(
    bytes: Vec<u8>,
    columns: &ColumnChoice,
    collector: &mut Collector<'_>,
) -> Result<(), DataError> {
    let file = collector.file().to_owned();
    let broken =
        |error: PolarsError| DataError::Broken { file: file.clone(), reason: error.to_string() };
    let frame = ParquetReader::new(Cursor::new(bytes)).finish().map_err(broken)?;
    let names: Vec<String> = frame.get_column_names().iter().map(|name| name.to_string()).collect();
    let places = places_by_name(&names, columns, &file)?;
    let cast = |place: usize, kind: &DataType| frame.columns()[place].cast(kind).map_err(broken);
    let users = cast(places.user, &DataType::String)?;
    let items = cast(places.item, &DataType::String)?;
    let ratings = cast(places.rating, &DataType::Float64)?;
    let times = places.timestamp.map(|place| cast(place, &DataType::Int64)).transpose()?;
    let (users, items) = (users.str().map_err(broken)?, items.str().map_err(broken)?);
    let ratings = ratings.f64().map_err(broken)?;
    let times = times.as_ref().map(|times| times.i64()).transpose().map_err(broken)?;
    for row in 0..frame.height() {
        let missing = |what: &str| RowFault::new(format!("a {what}"), "nothing");
        let parsed = match (users.get(row), items.get(row), ratings.get(row)) {
            (None, _, _) => Err(missing("user")),
            (_, None, _) => Err(missing("item")),
            (_, _, None) => Err(missing("rating")),
            (Some(user), Some(item), Some(rating)) => {
                Ok((user, item, rating, times.and_then(|times| times.get(row))))
            }
        };
        collector.take(row as u64 + 1, parsed)?;
    }
    Ok(())
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
