//! Converts ratings from and to polars data frames.

use crate::dataset::{Dataset, Layout};
use crate::error::{DataError, RowFault};
use crate::options::ReadOptions;
use crate::read::collect::{Collector, Row};
use crate::read::columns::by_name;
use crate::read::times;
use polars::prelude::{
    ChunkedArray, Column, DataFrame, DataType, Float64Type, Int64Type, NamedFrom, PolarsError,
    Series, StringType,
};

impl Dataset {
    /// Reads the ratings in a data frame. The options select the columns; `name` identifies the
    /// frame in errors and becomes the name of the data set.
    ///
    /// Ids are integers or text, ratings are numbers, and times are numbers since 1970 (see
    /// [`ColumnMeaning::Timestamp`](crate::ColumnMeaning::Timestamp)).
    ///
    /// # Errors
    /// Returns [`DataError`] if a column is missing or has the wrong type, or if a row is invalid
    /// and the options do not say to skip bad rows. Rows are numbered from 1.
    pub fn from_frame(
        name: &str,
        frame: &DataFrame,
        options: &ReadOptions,
    ) -> Result<Self, DataError> {
        let names: Vec<String> = frame.get_column_names().iter().map(ToString::to_string).collect();
        let columns = by_name(&names, options, name)?;
        let column = |index: usize| &frame.columns()[index];
        let users = ids(column(columns.user), name)?;
        let items = ids(column(columns.item), name)?;
        let ratings = columns.rating.map(|index| ratings(column(index), name)).transpose()?;
        let times = columns.timestamp.map(|index| numbers(column(index), name)).transpose()?;
        let mut collector = Collector::new(name, options);
        for row in 0..frame.height() {
            let missing = |what: &str| RowFault::new(format!("a {what}"), "nothing");
            let parsed = (|| {
                let rating = match &ratings {
                    Some(ratings) => Some(ratings.get(row).ok_or_else(|| missing("rating"))?),
                    None => Some(1.0),
                };
                let time = times.as_ref().and_then(|times| times.get(row));
                Ok(Row {
                    user: users.get(row).ok_or_else(|| missing("user"))?,
                    item: items.get(row).ok_or_else(|| missing("item"))?,
                    rating,
                    timestamp: time.map(times::seconds_of),
                })
            })();
            collector.push(row as u64 + 1, parsed)?;
        }
        collector.finish(name, Layout::Parquet)
    }

    /// Returns the ratings as a data frame with the columns `user`, `item`, `rating` and
    /// `timestamp`, in the order read. An unknown time is null.
    pub fn to_frame(&self) -> DataFrame {
        let table = &self.ratings;
        let users: Vec<_> = table.iter().map(|rating| table.users().name(rating.user)).collect();
        let items: Vec<_> = table.iter().map(|rating| table.items().name(rating.item)).collect();
        let ratings: Vec<f64> = table.iter().map(|rating| rating.rating).collect();
        let times: Vec<Option<i64>> = table.iter().map(|rating| rating.timestamp).collect();
        let columns = [
            Series::new("user".into(), users),
            Series::new("item".into(), items),
            Series::new("rating".into(), ratings),
            Series::new("timestamp".into(), times),
        ];
        // This cannot fail: the columns have equal lengths and different names.
        DataFrame::new_infer_height(columns.map(Column::from).into()).unwrap_or_default()
    }
}

fn ids(column: &Column, file: &str) -> Result<ChunkedArray<StringType>, DataError> {
    let expected = "whole numbers or text";
    if column.dtype().is_float() {
        return Err(wrong_kind(column, expected, file));
    }
    let text = column.cast(&DataType::String).map_err(|error| broken(file, &error))?;
    text.str().cloned().map_err(|_| wrong_kind(column, expected, file))
}

fn ratings(column: &Column, file: &str) -> Result<ChunkedArray<Float64Type>, DataError> {
    if !column.dtype().is_primitive_numeric() {
        return Err(wrong_kind(column, "numbers", file));
    }
    let failed = |error: PolarsError| broken(file, &error);
    let real = match column.dtype() {
        // Converted through text, so that a single-precision 4.2 becomes the double 4.2.
        DataType::Float32 => column.cast(&DataType::String).map_err(failed)?,
        _ => column.clone(),
    };
    real.cast(&DataType::Float64).map_err(failed)?.f64().cloned().map_err(failed)
}

fn numbers(column: &Column, file: &str) -> Result<ChunkedArray<Int64Type>, DataError> {
    if !column.dtype().is_primitive_numeric() {
        return Err(wrong_kind(column, "numbers since 1970", file));
    }
    let failed = |error: PolarsError| broken(file, &error);
    column.cast(&DataType::Int64).map_err(failed)?.i64().cloned().map_err(failed)
}

fn broken(file: &str, error: &PolarsError) -> DataError {
    DataError::Broken { file: file.to_owned(), reason: error.to_string() }
}

fn wrong_kind(column: &Column, expected: &str, file: &str) -> DataError {
    DataError::WrongColumnType {
        file: file.to_owned(),
        column: column.name().to_string(),
        expected: expected.to_owned(),
        found: column.dtype().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_from;

    #[test]
    fn ratings_survive_a_round_trip_through_a_frame() {
        let text = "user,item,rating,timestamp\na,7,3.5,9\nb,8,4,\n";
        let options = ReadOptions::default();
        let dataset = read_from(text.as_bytes(), "t", &options).unwrap();
        let frame = dataset.to_frame();
        assert_eq!(frame.shape(), (2, 4));
        let again = Dataset::from_frame("t", &frame, &options).unwrap();
        assert_eq!((again.ratings, again.scale), (dataset.ratings, dataset.scale));
    }

    #[test]
    fn rejects_columns_of_the_wrong_type() {
        let columns = |users: Series| {
            let others = [("item", 1_i32), ("rating", 4_i32)];
            let others = others.map(|(name, value)| Series::new(name.into(), vec![value]));
            let columns = std::iter::once(users).chain(others).map(Column::from).collect();
            DataFrame::new_infer_height(columns).unwrap()
        };
        let options = ReadOptions::default();
        let frame = columns(Series::new("user".into(), vec![3_i64]));
        let set = Dataset::from_frame("t", &frame, &options).unwrap();
        assert_eq!(set.ratings.users().name(set.ratings.row(0).user), Some("3"));
        let frame = columns(Series::new("user".into(), vec![0.5]));
        let error = Dataset::from_frame("t", &frame, &options).unwrap_err().to_string();
        assert!(error.contains("whole numbers or text in the column \"user\""), "{error}");
    }
}
