//! Neighbour lists of models, one per row of the table `neighbours`.

use super::Connection;
use super::bulk::{BulkInsert, fetch_many};
use super::ids::json_of;
use crate::fault::Fault;
use crate::model::{ModelId, SaveProgress};
use crate::packed_list::PackedList;
use likemind::{DenseIdx, Neighbour, NeighbourIndex, RowIdx};
use sqlx::error::BoxDynError;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, FromRow, Row};

/// Number of lists per statement; more would not be faster, since the values are large.
const ROWS: usize = 100;

/// Number of lists that are fetched at once.
pub(crate) const PAGE: i64 = 2_000;

/// A row of the table `neighbours`.
#[derive(FromRow)]
struct StoredList {
    row: i64,
    #[sqlx(flatten)]
    packed: PackedList,
}

/// Reads up to `rows` lists of a model, starting at row `first`.
pub(crate) async fn page(
    connection: &mut Connection,
    id: ModelId,
    first: i64,
    rows: i64,
) -> Result<Vec<Vec<Neighbour>>, Fault> {
    let query = sqlx::query(
        "SELECT row, indices, overlaps, similarities FROM neighbours \
         WHERE model = ?1 AND row >= ?2 AND row < ?2 + ?3 ORDER BY row",
    )
    .bind(id.0)
    .bind(first)
    .bind(rows);
    let stored: Vec<StoredList> = fetch_many(connection, query).await?;
    let lists = (first..).zip(&stored).map(|(row, stored)| {
        let list = stored.packed.unpack().filter(|_| stored.row == row);
        list.ok_or_else(|| Fault::Damaged(format!("model {id} without a valid list for row {row}")))
    });
    lists.collect()
}

/// Reads the list of one row of a model; `None` if there is none.
pub(crate) async fn of_row(
    connection: &mut Connection,
    id: ModelId,
    row: RowIdx,
) -> Result<Option<Vec<Neighbour>>, Fault> {
    Ok(page(connection, id, row.get().into(), 1).await?.pop())
}

/// Inserts all lists of a model.
pub(crate) async fn insert(
    connection: &mut Connection,
    id: ModelId,
    index: &NeighbourIndex,
    progress: &mut (dyn FnMut(SaveProgress) + Send),
) -> Result<(), Fault> {
    let insert = BulkInsert {
        head: "INSERT INTO neighbours (model, row, indices, overlaps, similarities) VALUES",
        row: format!("({id}, ?, ?, ?, ?)"),
        tail: "",
        rows: ROWS,
    };
    let lists = RowIdx::first(index.rows()).zip(index.lists());
    let total = index.rows() as u64;
    let mut report = |done| progress(SaveProgress { done, total });
    insert.run(connection, lists, bind, &mut report).await?;
    Ok(())
}

/// Returns the number of lists of a model.
pub(crate) async fn count(connection: &mut Connection, id: ModelId) -> Result<u64, Fault> {
    let query = sqlx::query_scalar("SELECT count(*) FROM neighbours WHERE model = ?").bind(id.0);
    Ok(crate::count::count(query.fetch_one(connection).await?))
}

/// Returns the total number of neighbours in some lists of a model.
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
    id: ModelId,
    rows: &[Numbered<'_>],
) -> Result<(), Fault> {
    let insert = BulkInsert {
        head: "INSERT INTO neighbours (model, row, indices, overlaps, similarities) VALUES",
        row: format!("({id}, ?, ?, ?, ?)"),
        tail: "ON CONFLICT (model, row) DO UPDATE SET indices = excluded.indices, \
               overlaps = excluded.overlaps, similarities = excluded.similarities",
        rows: ROWS,
    };
    insert.run(connection, rows.iter().copied(), bind, &mut |_| ()).await?;
    Ok(())
}

/// Binds a row and its list.
fn bind(values: &mut SqliteArguments, numbered: Numbered<'_>) -> Result<(), BoxDynError> {
    let (row, list) = numbered;
    let packed = PackedList::pack(list);
    values.add(row.get())?;
    values.add(packed.indices)?;
    values.add(packed.overlaps)?;
    values.add(packed.similarities)
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
