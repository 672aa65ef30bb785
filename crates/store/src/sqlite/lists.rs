//! Neighbour lists of models, one per row of the table `neighbours`.

use super::Connection;
use super::bulk::{BulkInsert, fetch_many};
use super::ids::json_of;
use crate::fault::Fault;
use crate::model::{ModelId, NeighbourModelInfo, NewModel, SaveProgress};
use crate::packed_list::PackedList;
use crate::spare;
use likemind::{DenseIdx, Neighbour, RowIdx};
use sqlx::error::BoxDynError;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, FromRow, Row};
use std::ops::Range;

/// Number of lists per statement; more would not be faster, since the values are large.
const ROWS: usize = 100;

/// The start of a statement that inserts lists.
const HEAD: &str =
    "INSERT INTO neighbours (model, row, indices, overlaps, similarities, spare) VALUES";

/// Number of lists that are fetched at once.
pub(crate) const PAGE: i64 = 2_000;

/// The part of each list to read.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    /// The first k neighbours.
    First,
    /// Those, and the spare neighbours.
    All,
}

/// A row of the table `neighbours`.
#[derive(FromRow)]
struct StoredList {
    row: i64,
    #[sqlx(flatten)]
    packed: PackedList,
    spare: Option<Vec<u8>>,
}

impl StoredList {
    /// Unpacks the list, which must be that of `row`. Damaged spare neighbours are left out, since they can be recomputed.
    fn unpack(&self, row: i64) -> Option<Vec<Neighbour>> {
        let mut list = self.packed.unpack().filter(|_| self.row == row)?;
        let row = RowIdx(row as u32);
        let spare = self.spare.as_ref().and_then(|spare| spare::unpack(row, &self.packed, spare));
        let spare = spare.unwrap_or_default();
        // Doubling the capacity of every list would take a lot of memory.
        list.reserve_exact(spare.len());
        list.extend(spare);
        Some(list)
    }
}

/// Reads the lists of a range of rows of a model, as far as they exist.
pub(crate) async fn page(
    connection: &mut Connection,
    id: ModelId,
    rows: Range<i64>,
    part: Part,
) -> Result<Vec<Vec<Neighbour>>, Fault> {
    let query = match part {
        Part::First => {
            "SELECT row, indices, overlaps, similarities, NULL AS spare FROM neighbours \
             WHERE model = ? AND row >= ? AND row < ? ORDER BY row"
        }
        Part::All => {
            "SELECT row, indices, overlaps, similarities, spare FROM neighbours \
             WHERE model = ? AND row >= ? AND row < ? ORDER BY row"
        }
    };
    let query = sqlx::query(query).bind(id.0).bind(rows.start).bind(rows.end);
    let stored: Vec<StoredList> = fetch_many(connection, query).await?;
    let lists = rows.zip(&stored).map(|(row, stored)| {
        stored
            .unpack(row)
            .ok_or_else(|| Fault::Damaged(format!("model {id} without a valid list for row {row}")))
    });
    lists.collect()
}

/// Reads the first k neighbours of one row of a model; `None` if there is none.
pub(crate) async fn of_row(
    connection: &mut Connection,
    id: ModelId,
    row: RowIdx,
) -> Result<Option<Vec<Neighbour>>, Fault> {
    let first = i64::from(row.get());
    Ok(page(connection, id, first..first + 1, Part::First).await?.pop())
}

/// Inserts all lists of a model.
pub(crate) async fn insert(
    connection: &mut Connection,
    id: ModelId,
    new: &NewModel<'_>,
    progress: &mut (dyn FnMut(SaveProgress) + Send),
) -> Result<(), Fault> {
    let insert =
        BulkInsert { head: HEAD, row: format!("({id}, ?, ?, ?, ?, ?)"), tail: "", rows: ROWS };
    let lists = RowIdx::first(new.index.rows()).zip(new.index.lists());
    let total = new.index.rows() as u64;
    let mut report = |done| progress(SaveProgress { done, total });
    let k = new.parameters.k();
    insert.run(connection, lists, |values, list| bind(values, list, k), &mut report).await?;
    Ok(())
}

/// Returns the number of lists of a model.
pub(crate) async fn count(connection: &mut Connection, id: ModelId) -> Result<u64, Fault> {
    let query = sqlx::query_scalar("SELECT count(*) FROM neighbours WHERE model = ?").bind(id.0);
    Ok(crate::count::count(query.fetch_one(connection).await?))
}

/// Returns the total number of neighbours in some lists of a model, without spare ones.
pub(crate) async fn entries_of(
    connection: &mut Connection,
    id: ModelId,
    rows: &[RowIdx],
) -> Result<u64, Fault> {
    let query = "SELECT coalesce(sum(length(indices) / 4), 0) FROM neighbours \
                 WHERE model = ? AND row IN (SELECT value FROM json_each(?))";
    let query = sqlx::query_scalar(query).bind(id.0).bind(json_of(rows));
    Ok(crate::count::count(query.fetch_one(connection).await?))
}

/// A row with its list.
type Numbered<'a> = (RowIdx, &'a [Neighbour]);

/// Inserts or replaces some lists of a model.
pub(crate) async fn replace(
    connection: &mut Connection,
    model: &NeighbourModelInfo,
    rows: &[Numbered<'_>],
) -> Result<(), Fault> {
    let insert = BulkInsert {
        head: HEAD,
        row: format!("({}, ?, ?, ?, ?, ?)", model.id),
        tail: "ON CONFLICT (model, row) DO UPDATE SET indices = excluded.indices, \
               overlaps = excluded.overlaps, similarities = excluded.similarities, \
               spare = excluded.spare",
        rows: ROWS,
    };
    let (rows, k) = (rows.iter().copied(), model.parameters.k());
    insert.run(connection, rows, |values, list| bind(values, list, k), &mut |_| ()).await?;
    Ok(())
}

/// Binds a row and its list: the first k neighbours, and the spare ones.
fn bind(
    values: &mut SqliteArguments,
    (row, list): Numbered<'_>,
    k: usize,
) -> Result<(), BoxDynError> {
    let (first, spare) = list.split_at(list.len().min(k));
    let packed = PackedList::pack(first);
    let spare = spare::pack(row, &packed, spare);
    values.add(row.get())?;
    values.add(packed.indices)?;
    values.add(packed.overlaps)?;
    values.add(packed.similarities)?;
    values.add(spare)
}

/// The three packed arrays of a row.
impl FromRow<'_, SqliteRow> for PackedList {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            indices: row.try_get("indices")?,
            overlaps: row.try_get("overlaps")?,
            similarities: row.try_get("similarities")?,
        })
    }
}
