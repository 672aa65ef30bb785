//! Exporting ratings, neighbours and recommendations as tables.

mod recommendations;

pub use recommendations::export_recommendations;

use crate::error::AnswerError;
use crate::snapshot::Snapshot;
use likemind::{Rating, RatingTable, RowIdx, Side};
use likemind_data::{Column, DataError, Fold, TableFormat, Values, write_table};
use likemind_store::{Store, StoreError};
use std::ops::Range;
use std::path::Path;

/// Errors when exporting. The file is then absent or unchanged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The file cannot be written.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The data cannot be read.
    #[error(transparent)]
    Answer(#[from] AnswerError),
}

impl From<StoreError> for ExportError {
    fn from(error: StoreError) -> Self {
        Self::Answer(error.into())
    }
}

/// Writes all ratings to a file, with the columns `user`, `item`, `rating` and `timestamp`. Returns their
/// number.
///
/// # Errors
/// [`ExportError`] if the ratings cannot be read, or the file cannot be written; see [`write_table`].
pub async fn export_ratings(
    store: &Store,
    file: &Path,
    format: TableFormat,
) -> Result<usize, ExportError> {
    let table = store.ratings().await?;
    let columns = |rows: Range<usize>| rating_columns(&table, rows.map(|row| table.row(row)));
    write_table(file, format, table.len(), columns)?;
    Ok(table.len())
}

/// Writes the training and the test ratings of a fold to two files, with the columns of
/// [`export_ratings`].
///
/// # Errors
/// [`ExportError::Data`] if a file cannot be written.
pub fn export_fold(
    fold: &Fold,
    train: &Path,
    test: &Path,
    format: TableFormat,
) -> Result<(), ExportError> {
    let Fold { train: table, test: held_out } = fold;
    let of_train = |rows: Range<usize>| rating_columns(table, rows.map(|row| table.row(row)));
    write_table(train, format, table.len(), of_train)?;
    let of_test = |rows: Range<usize>| rating_columns(table, held_out[rows].iter().copied());
    write_table(test, format, held_out.len(), of_test)?;
    Ok(())
}

/// The columns of ratings whose users and items are those of a table.
fn rating_columns(
    table: &RatingTable,
    rows: impl Iterator<Item = Rating> + Clone,
) -> Vec<Column<'_>> {
    let users = rows.clone().map(|row| table.users().name(row.user).unwrap_or_default());
    let items = rows.clone().map(|row| table.items().name(row.item).unwrap_or_default());
    let times = rows.clone().map(|row| row.timestamp);
    vec![
        Column { name: "user", values: Values::Text(users.collect()) },
        Column { name: "item", values: Values::Text(items.collect()) },
        Column { name: "rating", values: Values::Reals(rows.map(|row| row.rating).collect()) },
        Column { name: "timestamp", values: Values::OptionalIntegers(times.collect()) },
    ]
}

/// Writes all neighbour lists of a snapshot of the same database to a file, with the columns `id`,
/// `neighbour`, `similarity`, `overlap` and `rank` (from 1). Returns the number of rows.
///
/// # Errors
/// [`ExportError`] if the lists cannot be read, or the file cannot be written. It contains
/// [`AnswerError::NoModel`] before the first fit.
pub async fn export_neighbours(
    store: &Store,
    snapshot: &Snapshot,
    file: &Path,
    format: TableFormat,
) -> Result<usize, ExportError> {
    let (users, items) = (store.user_ids().await?, store.item_ids().await?);
    let side = snapshot.side();
    let name = |row: RowIdx| match side {
        Side::Users => users.name(row.user()).unwrap_or_default(),
        Side::Items => items.name(row.item()).unwrap_or_default(),
    };
    let view = snapshot.view();
    let neighbours = view.model().map_err(AnswerError::from)?.neighbours;
    let rows = view.matrix().rows(side).indices();
    let lists = rows.map(|row| (row, neighbours.list(row)));
    let count = lists.clone().map(|(_, list)| list.len()).sum();
    let mut all =
        lists.flat_map(|(row, list)| (1..).zip(list).map(move |(rank, near)| (row, rank, near)));
    let columns = |rows: Range<usize>| {
        let rows: Vec<_> = all.by_ref().take(rows.len()).collect();
        let names = rows.iter().map(|(row, ..)| name(*row));
        let neighbours = rows.iter().map(|(.., near)| name(near.index));
        let similarities = rows.iter().map(|(.., near)| near.similarity);
        let overlaps = rows.iter().map(|(.., near)| near.overlap.into());
        let ranks = rows.iter().map(|(_, rank, _)| *rank);
        vec![
            Column { name: "id", values: Values::Text(names.collect()) },
            Column { name: "neighbour", values: Values::Text(neighbours.collect()) },
            Column { name: "similarity", values: Values::Reals(similarities.collect()) },
            Column { name: "overlap", values: Values::Integers(overlaps.collect()) },
            Column { name: "rank", values: Values::Integers(ranks.collect()) },
        ]
    };
    write_table(file, format, count, columns)?;
    Ok(count)
}
