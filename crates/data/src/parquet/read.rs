//! Ratings from a Parquet file.

use super::cells::{self, Cells, Found, Id, Time};
use super::kinds::describe;
use super::pages::Checked;
use super::{ROWS, check, quiet};
use crate::error::{DataError, RowFault};
use crate::options::ReadOptions;
use crate::read::collect::{Collector, Row};
use crate::read::columns::{Places, by_name};
use bytes::Bytes;
use parquet::column::reader::{ColumnReader, get_column_reader};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use parquet::schema::types::{ColumnDescPtr, ColumnDescriptor};
use std::ops::Range;

/// How many rows a byte of the file may stand for.
const MAX_RATIO: usize = 200;
/// So many are allowed for a file of any size.
const SMALL: usize = 64 << 20;
/// So many ratings of different pairs are allowed for a file of any size; others have one a byte.
/// Files of real ratings have no more: which item comes next takes about a byte already.
const FEW_RATINGS: usize = 5 << 20;

/// Reads the ratings of a Parquet file into the collector.
pub(crate) fn read(
    bytes: Vec<u8>,
    options: &ReadOptions,
    collector: &mut Collector<'_>,
) -> Result<(), DataError> {
    let (file, bytes) = (collector.file().to_owned(), Bytes::from(bytes));
    // What is known to make the reader of the format panic is found before; it has more assertions than
    // can be told from outside.
    quiet::catch(|| read_file(&bytes, &file, options, collector))
        .unwrap_or_else(|| Err(broken(&file, &"damaged Parquet data")))
}

fn broken(file: &str, reason: &impl ToString) -> DataError {
    DataError::Broken { file: file.to_owned(), reason: reason.to_string() }
}

fn read_file(
    bytes: &Bytes,
    file: &str,
    options: &ReadOptions,
    collector: &mut Collector<'_>,
) -> Result<(), DataError> {
    let failed = |error: ParquetError| broken(file, &error);
    check::footer(bytes).map_err(|reason| broken(file, &reason))?;
    let reader = SerializedFileReader::new(bytes.clone()).map_err(failed)?;
    let metadata = reader.metadata();
    let columns = metadata.file_metadata().schema_descr().columns();
    let names: Vec<String> = columns.iter().map(|column| column.path().string()).collect();
    let places = by_name(&names, options, file)?;
    let rows = rows(metadata, bytes.len()).map_err(|reason| broken(file, &reason))?;
    let mut intake = Intake::new(collector, bytes.len());
    let mut first = 1;
    for (group, rows) in rows.into_iter().enumerate() {
        let group = reader.get_row_group(group).map_err(failed)?;
        check_group(bytes, &*group, places).map_err(|reason| broken(file, &reason))?;
        read_group(&*group, places, first..first + rows, &mut intake)?;
        first += rows;
    }
    Ok(())
}

/// How many rows each row group has.
fn rows(metadata: &ParquetMetaData, size: usize) -> Result<Vec<usize>, String> {
    let limit = size.saturating_mul(MAX_RATIO).max(SMALL);
    let mut left = limit;
    let groups = metadata.row_groups().iter().map(|group| {
        let rows = usize::try_from(group.num_rows()).ok();
        left = rows.and_then(|rows| left.checked_sub(rows))?;
        rows
    });
    groups.collect::<Option<_>>().ok_or_else(|| {
        format!(
            "more rows than the {limit} at most that a file of {size} bytes is expected to have"
        )
    })
}

/// Checks the pages of the columns that are read.
fn check_group(bytes: &[u8], group: &dyn RowGroupReader, places: Places) -> Result<(), String> {
    let rows = group.metadata().num_rows().unsigned_abs();
    let places = [Some(places.user), Some(places.item), places.rating, places.timestamp];
    let mut memory = 0;
    for place in places.into_iter().flatten() {
        memory += check::column(bytes, group.metadata().column(place), rows)?;
    }
    let most = check::most_memory(bytes.len());
    if memory > most {
        return Err(format!(
            "pages that unpack to {memory} bytes, where a file of {} bytes may have {most} (write it with \
             smaller pages or row groups)",
            bytes.len()
        ));
    }
    Ok(())
}

/// Passes rows on, as many as are explained by the file's size.
struct Intake<'c, 'o> {
    collector: &'c mut Collector<'o>,
    /// Of the file, in bytes.
    size: usize,
    /// The most ratings.
    ratings: usize,
    /// Bytes of ids that are still allowed.
    text: u64,
}

impl<'c, 'o> Intake<'c, 'o> {
    fn new(collector: &'c mut Collector<'o>, size: usize) -> Self {
        Self { collector, size, ratings: size.max(FEW_RATINGS), text: check::most_memory(size) }
    }

    fn take(&mut self, number: usize, row: Result<Row<'_>, RowFault>) -> Result<(), DataError> {
        let (user, item) = row.as_ref().map_or(("", ""), |row| (row.user, row.item));
        let table = &self.collector.table;
        let (users, items) = (table.users().len(), table.items().len());
        self.collector.take(number as u64, row)?;
        let table = &self.collector.table;
        // Only ids that are new take memory.
        let user = if table.users().len() > users { user.len() } else { 0 };
        let item = if table.items().len() > items { item.len() } else { 0 };
        let left = self.text.checked_sub((user + item) as u64);
        let too_long = || broken(self.collector.file(), &"longer ids than so few bytes can hold");
        self.text = left.ok_or_else(too_long)?;
        Ok(())
    }

    /// Refuses what has come if it is too much. A file may repeat few ratings in many rows: these
    /// are merged first.
    fn check(&mut self) -> Result<(), DataError> {
        // With a quarter to spare, so that each merging makes room for many.
        if self.collector.table.len() < self.ratings + self.ratings / 4 {
            return Ok(());
        }
        self.collector.merge_repeats();
        if self.collector.table.len() <= self.ratings {
            return Ok(());
        }
        let file = self.collector.file().to_owned();
        Err(DataError::TooManyRatings { file, limit: self.ratings, size: self.size })
    }
}

/// Reads a row group, whose rows have these numbers in the file.
fn read_group(
    group: &dyn RowGroupReader,
    places: Places,
    rows: Range<usize>,
    intake: &mut Intake<'_, '_>,
) -> Result<(), DataError> {
    let file = intake.collector.file().to_owned();
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
    let mut ids = NumberTexts::default();
    for first in rows.clone().step_by(ROWS) {
        let count = ROWS.min(rows.end - first);
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
            intake.take(first + row, batch.row(row, &mut ids))?;
        }
        intake.check()?;
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
        let pages = Checked::new(pages, &column);
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

/// Where numbers that are ids are written.
#[derive(Default)]
struct NumberTexts {
    user: String,
    item: String,
}

impl Batch {
    /// The rating in a row, with its ids in memory that is used again.
    fn row<'r>(&'r self, row: usize, ids: &'r mut NumberTexts) -> Result<Row<'r>, RowFault> {
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
        Ok(Row {
            user: text(users, &mut ids.user)?,
            item: text(items, &mut ids.item)?,
            rating,
            timestamp,
        })
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
