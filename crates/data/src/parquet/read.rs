//! Reads ratings from a Parquet file.

use super::cells::{self, ColumnValues, Id, SupportedColumn, Time};
use super::kinds::describe;
use super::pages::CheckedPages;
use super::{BATCH_ROWS, check, quiet};
use crate::error::{DataError, RowFault};
use crate::options::ReadOptions;
use crate::read::collect::{Collector, Row};
use crate::read::columns::{ColumnIndices, by_name};
use bytes::Bytes;
use parquet::column::reader::{ColumnReader, get_column_reader};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use parquet::schema::types::{ColumnDescPtr, ColumnDescriptor};
use std::ops::Range;

/// Maximum number of rows per byte of the file.
const MAX_ROWS_PER_BYTE: usize = 200;
/// Number of rows that a file of any size may have.
const ALWAYS_ALLOWED_ROWS: usize = 64 << 20;
/// Number of ratings of different pairs that a file of any size may have; larger files may have one
/// per byte. Files of real ratings stay below this, because encoding the item alone takes about a
/// byte per rating.
const ALWAYS_ALLOWED_RATINGS: usize = 5 << 20;

/// Reads the ratings of a Parquet file into the collector.
pub(crate) fn read(
    bytes: Vec<u8>,
    options: &ReadOptions,
    collector: &mut Collector<'_>,
) -> Result<(), DataError> {
    let (file, bytes) = (collector.file().to_owned(), Bytes::from(bytes));
    // Data known to make the `parquet` crate panic is rejected beforehand, but not all of its
    // assertions can be checked from outside.
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
    let schema = metadata.file_metadata().schema_descr();
    let names: Vec<String> = schema.columns().iter().map(|column| column.path().string()).collect();
    let columns = by_name(&names, options, file)?;
    let rows = rows(metadata, bytes.len()).map_err(|reason| broken(file, &reason))?;
    let mut limited = LimitedCollector::new(collector, bytes.len());
    let mut first = 1;
    for (group, rows) in rows.into_iter().enumerate() {
        let group = reader.get_row_group(group).map_err(failed)?;
        check_group(bytes, &*group, columns).map_err(|reason| broken(file, &reason))?;
        read_group(&*group, columns, first..first + rows, &mut limited)?;
        first += rows;
    }
    Ok(())
}

/// Returns the number of rows of each row group.
fn rows(metadata: &ParquetMetaData, size: usize) -> Result<Vec<usize>, String> {
    let limit = size.saturating_mul(MAX_ROWS_PER_BYTE).max(ALWAYS_ALLOWED_ROWS);
    let mut left = limit;
    let groups = metadata.row_groups().iter().map(|group| {
        let rows = usize::try_from(group.num_rows()).ok();
        left = rows.and_then(|rows| left.checked_sub(rows))?;
        rows
    });
    groups.collect::<Option<_>>().ok_or_else(|| {
        format!("more rows than the {limit} expected at most in a file of {size} bytes")
    })
}

/// Checks the pages of the columns to be read.
fn check_group(
    bytes: &[u8],
    group: &dyn RowGroupReader,
    columns: ColumnIndices,
) -> Result<(), String> {
    let rows = group.metadata().num_rows().unsigned_abs();
    let indices = [Some(columns.user), Some(columns.item), columns.rating, columns.timestamp];
    let mut memory = 0;
    for index in indices.into_iter().flatten() {
        memory += check::column(bytes, group.metadata().column(index), rows)?;
    }
    let limit = check::memory_limit(bytes.len());
    if memory > limit {
        return Err(format!(
            "pages that unpack to {memory} bytes, where a file of {} bytes may have {limit} (write it with \
             smaller pages or row groups)",
            bytes.len()
        ));
    }
    Ok(())
}

/// Passes rows to a collector, as many as are plausible for the size of the file.
struct LimitedCollector<'c, 'o> {
    collector: &'c mut Collector<'o>,
    /// Size of the file in bytes.
    size: usize,
    /// Maximum number of ratings.
    ratings: usize,
    /// Remaining bytes of ids that are allowed.
    text: u64,
}

impl<'c, 'o> LimitedCollector<'c, 'o> {
    fn new(collector: &'c mut Collector<'o>, size: usize) -> Self {
        Self {
            collector,
            size,
            ratings: size.max(ALWAYS_ALLOWED_RATINGS),
            text: check::memory_limit(size),
        }
    }

    fn push(&mut self, number: usize, row: Result<Row<'_>, RowFault>) -> Result<(), DataError> {
        let (user, item) = row.as_ref().map_or(("", ""), |row| (row.user, row.item));
        let table = &self.collector.table;
        let (users, items) = (table.users().len(), table.items().len());
        self.collector.push(number as u64, row)?;
        let table = &self.collector.table;
        // Only new ids take memory.
        let user = if table.users().len() > users { user.len() } else { 0 };
        let item = if table.items().len() > items { item.len() } else { 0 };
        let left = self.text.checked_sub((user + item) as u64);
        let too_long =
            || broken(self.collector.file(), &"longer ids than a file of this size can hold");
        self.text = left.ok_or_else(too_long)?;
        Ok(())
    }

    /// Rejects the file if it has too many ratings. Repeated ratings of the same pair are merged
    /// first.
    fn check(&mut self) -> Result<(), DataError> {
        // A quarter to spare, so that merging, which is costly, is rare.
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

/// Reads a row group; `rows` are the row numbers within the file.
fn read_group(
    group: &dyn RowGroupReader,
    columns: ColumnIndices,
    rows: Range<usize>,
    limited: &mut LimitedCollector<'_, '_>,
) -> Result<(), DataError> {
    let file = limited.collector.file().to_owned();
    let failed = |error: ParquetError| broken(&file, &error);
    let opener = ColumnOpener { group, file: &file };
    let mut users = opener.column(columns.user, "whole numbers or text", cells::ids)?;
    let mut items = opener.column(columns.item, "whole numbers or text", cells::ids)?;
    let mut ratings = match columns.rating {
        Some(index) => Some(opener.column(index, "numbers", cells::ratings)?),
        None => None,
    };
    let mut times = match columns.timestamp {
        Some(index) => Some(opener.column(index, "times", cells::times)?),
        None => None,
    };
    let mut ids = IdBuffers::default();
    for first in rows.clone().step_by(BATCH_ROWS) {
        let count = BATCH_ROWS.min(rows.end - first);
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
            limited.push(first + row, batch.row(row, &mut ids))?;
        }
        limited.check()?;
    }
    Ok(())
}

/// Opens columns of a row group.
struct ColumnOpener<'g> {
    group: &'g dyn RowGroupReader,
    file: &'g str,
}

impl ColumnOpener<'_> {
    /// Opens a column; `expected` describes its values for errors.
    fn column<V>(
        &self,
        index: usize,
        expected: &str,
        cells: impl FnOnce(ColumnReader, &ColumnDescriptor) -> SupportedColumn<V>,
    ) -> Result<Box<dyn ColumnValues<V>>, DataError> {
        let column: ColumnDescPtr = self.group.metadata().column(index).column_descr_ptr();
        let pages = self.group.get_column_page_reader(index);
        let pages = pages.map_err(|error| broken(self.file, &error))?;
        let pages = CheckedPages::new(pages, &column);
        let reader = get_column_reader(column.clone(), Box::new(pages));
        cells(reader, &column).ok_or_else(|| DataError::WrongColumnType {
            file: self.file.to_owned(),
            column: column.path().string(),
            expected: expected.to_owned(),
            found: describe(&column),
        })
    }
}

/// The columns of a batch of rows.
struct Batch {
    users: Vec<Option<Id>>,
    items: Vec<Option<Id>>,
    /// `None` if every row counts as a rating of 1.
    ratings: Option<Vec<Option<f64>>>,
    times: Option<Vec<Option<Time>>>,
}

/// Reusable buffers for ids that are formatted from integers.
#[derive(Default)]
struct IdBuffers {
    user: String,
    item: String,
}

impl Batch {
    /// Returns a row; integer ids are formatted into `ids`.
    fn row<'r>(&'r self, row: usize, ids: &'r mut IdBuffers) -> Result<Row<'r>, RowFault> {
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

/// Returns an id as text; an integer is formatted into `number`.
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
