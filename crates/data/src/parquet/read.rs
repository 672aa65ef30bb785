//! Ratings from a Parquet file.

use super::cells::{self, Cells, Found, Id, Time};
use super::kinds::describe;
use super::pages::Checked;
use crate::error::{DataError, RowFault};
use crate::options::ReadOptions;
use crate::read::collect::{Collector, Row};
use crate::read::columns::{Places, by_name};
use bytes::Bytes;
use parquet::column::reader::{ColumnReader, get_column_reader};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use parquet::schema::types::{ColumnDescPtr, ColumnDescriptor};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How many rows are taken at a time.
const ROWS: usize = 8192;

/// How many rows a byte of the file may stand for.
const MAX_RATIO: usize = 200;
/// So many are allowed for a file of any size.
const SMALL: usize = 64 << 20;

/// Reads the ratings of a Parquet file into the collector.
pub(crate) fn read(
    bytes: Vec<u8>,
    options: &ReadOptions,
    collector: &mut Collector<'_>,
) -> Result<(), DataError> {
    let file = collector.file().to_owned();
    // The reader of the format panics at some damaged files.
    catch_unwind(AssertUnwindSafe(|| read_file(bytes.into(), &file, options, collector)))
        .unwrap_or_else(|_| Err(broken(&file, &"damaged Parquet data")))
}

fn broken(file: &str, reason: &impl ToString) -> DataError {
    DataError::Broken { file: file.to_owned(), reason: reason.to_string() }
}

fn read_file(
    bytes: Bytes,
    file: &str,
    options: &ReadOptions,
    collector: &mut Collector<'_>,
) -> Result<(), DataError> {
    let failed = |error: ParquetError| broken(file, &error);
    let limit = bytes.len().saturating_mul(MAX_RATIO).max(SMALL);
    let reader = SerializedFileReader::new(bytes).map_err(failed)?;
    let metadata = reader.metadata();
    let columns = metadata.file_metadata().schema_descr().columns();
    let names: Vec<String> = columns.iter().map(|column| column.path().string()).collect();
    let places = by_name(&names, options, file)?;
    let mut first = 1;
    for group in 0..metadata.num_row_groups() {
        let group = reader.get_row_group(group).map_err(failed)?;
        let rows = usize::try_from(group.metadata().num_rows()).ok();
        let rows = rows.filter(|rows| first + rows <= limit);
        let rows = rows.ok_or_else(|| broken(file, &"more rows than so few bytes can hold"))?;
        read_group(&*group, places, (first, rows), collector)?;
        first += rows;
    }
    Ok(())
}

/// Reads a row group, of which the number of the first row and how many there are is given.
fn read_group(
    group: &dyn RowGroupReader,
    places: Places,
    (first, rows): (usize, usize),
    collector: &mut Collector<'_>,
) -> Result<(), DataError> {
    let file = collector.file().to_owned();
    let failed = |error: ParquetError| broken(&file, &error);
    let open = Open { group, file: &file };
    let mut users = open.column(places.user, "whole numbers or text", cells::ids)?;
    let mut items = open.column(places.item, "whole numbers or text", cells::ids)?;
    let mut ratings = match places.rating {
        Some(place) => Some(open.column(place, "numbers", cells::ratings)?),
        None => None,
    };
    let mut times = match places.timestamp {
        Some(place) => Some(open.column(place, "times", cells::times)?),
        None => None,
    };
    let mut ids = (String::new(), String::new());
    for done in (0..rows).step_by(ROWS) {
        let count = ROWS.min(rows - done);
        let batch = Batch {
            users: users.next(count).map_err(failed)?,
            items: items.next(count).map_err(failed)?,
            ratings: ratings
                .as_mut()
                .map(|ratings| ratings.next(count))
                .transpose()
                .map_err(failed)?,
            times: times.as_mut().map(|times| times.next(count)).transpose().map_err(failed)?,
        };
        for row in 0..count {
            collector.take((first + done + row) as u64, batch.row(row, &mut ids))?;
        }
    }
    Ok(())
}

/// Opens columns of a row group.
struct Open<'g> {
    group: &'g dyn RowGroupReader,
    file: &'g str,
}

impl Open<'_> {
    /// The values of a column, which must be such as `expected`.
    fn column<V>(
        &self,
        place: usize,
        expected: &str,
        cells: impl FnOnce(ColumnReader, &ColumnDescriptor) -> Found<V>,
    ) -> Result<Box<dyn Cells<V>>, DataError> {
        let column: ColumnDescPtr = self.group.metadata().column(place).column_descr_ptr();
        let pages = self.group.get_column_page_reader(place);
        let pages = pages.map_err(|error| broken(self.file, &error))?;
        let pages = Checked::new(pages, column.max_def_level() > 0);
        let reader = get_column_reader(column.clone(), Box::new(pages));
        cells(reader, &column).ok_or_else(|| DataError::WrongKind {
            file: self.file.to_owned(),
            column: column.path().string(),
            expected: expected.to_owned(),
            found: describe(&column),
        })
    }
}

/// Some rows, by columns.
struct Batch {
    users: Vec<Option<Id>>,
    items: Vec<Option<Id>>,
    /// `None` where every row counts 1.
    ratings: Option<Vec<Option<f64>>>,
    times: Option<Vec<Option<Time>>>,
}

impl Batch {
    /// The rating in a row, with its ids in memory that is used again.
    fn row<'r>(
        &'r self,
        row: usize,
        (user, item): &'r mut (String, String),
    ) -> Result<Row<'r>, RowFault> {
        let missing = |what: &str| RowFault::new(format!("a {what}"), "nothing");
        let rating = match &self.ratings {
            Some(ratings) => Some(ratings[row].ok_or_else(|| missing("rating"))?),
            None => Some(1.0),
        };
        let timestamp = match self.times.as_ref().and_then(|times| times[row].as_ref()) {
            Some(Ok(seconds)) => Some(*seconds),
            Some(Err(found)) => return Err(RowFault::new("a time", format!("{found:?}"))),
            None => None,
        };
        let users = self.users[row].as_ref().ok_or_else(|| missing("user"))?;
        let items = self.items[row].as_ref().ok_or_else(|| missing("item"))?;
        Ok(Row { user: text(users, user)?, item: text(items, item)?, rating, timestamp })
    }
}

/// An id as text, numbers in memory that is used again.
fn text<'r>(id: &'r Id, number: &'r mut String) -> Result<&'r str, RowFault> {
    use std::fmt::Write;
    match id {
        Id::Text(bytes) => std::str::from_utf8(bytes.data()).map_err(|_| {
            let found = String::from_utf8_lossy(bytes.data()).chars().take(60).collect::<String>();
            RowFault::new("an id in UTF-8", format!("{found:?}"))
        }),
        Id::Number(value) => {
            number.clear();
            // Writing to a string cannot fail.
            let _ = write!(number, "{value}");
            Ok(number)
        }
    }
}
