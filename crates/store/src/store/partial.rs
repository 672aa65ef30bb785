//! Reading only what a single answer needs: the ratings, and the neighbours of a few rows.

use super::matrix;
use super::touched::outdated_rows;
use crate::count::count;
use crate::error::StoreError;
use crate::fault::Fault;
use crate::model::NeighbourModelInfo;
use crate::sqlite::{Connection, data_set, lists, models};
use crate::store::Store;
use likemind::{DenseIdx, Neighbour, NeighbourIndex, RatingMatrix, RowIdx, Side, Similarities};
use std::collections::BTreeMap;

/// Maximum number of lists to read one by one; for more, reading all of them is faster.
const MAX_STORED: usize = 1_000;
/// Maximum number of lists to compute for one answer.
const MAX_COMPUTED: usize = 16;
/// Maximum number of changed rows for which lists are computed. If more changed since the model was
/// stored, updated lists should be stored.
const MAX_CHANGED_ROWS: usize = 100;

/// The ratings and some neighbour lists of the active model, read in one transaction. Meant for a
/// single answer; for many answers, hold all lists in memory.
#[derive(Clone, Debug)]
pub struct PartialSnapshot {
    /// The ratings.
    pub matrix: RatingMatrix,
    /// The stored model.
    pub model: NeighbourModelInfo,
    /// The requested lists; the lists of all other rows are empty.
    pub lists: NeighbourIndex,
    /// Whether the lists are exact for these ratings. If `false`, they are those of the stored
    /// model.
    pub is_exact: bool,
    /// The sequence of the ratings.
    pub sequence: u64,
}

/// How the lists are obtained.
#[derive(Clone, Copy, PartialEq)]
enum ListSource {
    Stored { is_exact: bool },
    Computed,
}

impl Store {
    /// Returns the ratings and the neighbour lists of `rows` in the active model of `side`, updated
    /// to the current ratings if possible, without reading all lists. Lists of unknown rows are
    /// empty.
    ///
    /// `None` if all lists should be read instead: there is no model, more than 1,000 rows are
    /// requested, or so much changed since the model or the packed copy of the ratings was stored
    /// that they should be stored again.
    ///
    /// Lists are checked for validity, but not against the digest of the model, which covers all of
    /// them; use [`verify`](Self::verify) for that.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read or is damaged.
    pub async fn read_partial(
        &self,
        side: Side,
        rows: &[RowIdx],
    ) -> Result<Option<PartialSnapshot>, StoreError> {
        self.run(async {
            let mut tx = self.database.begin_read().await?;
            let data_set = data_set::read(&mut tx).await?;
            let Some(model) = models::active_neighbours(&mut tx, side).await? else {
                return Ok(None);
            };
            let Some(source) = list_source(&mut tx, &model, data_set.sequence, rows.len()).await?
            else {
                return Ok(None);
            };
            let matrix = matrix::from_fresh_packed(&mut tx, data_set.sequence).await?;
            let Some(matrix) = matrix else { return Ok(None) };
            match source {
                ListSource::Stored { is_exact } => {
                    let lists = stored(&mut tx, &model, rows).await?;
                    let lists = index(&model, matrix.rows(side).len(), &lists)?;
                    let sequence = count(data_set.sequence);
                    Ok(Some(PartialSnapshot { matrix, model, lists, is_exact, sequence }))
                }
                ListSource::Computed => {
                    let sequence = count(data_set.sequence);
                    computed(matrix, model, rows.to_vec(), sequence).await.map(Some)
                }
            }
        })
        .await
    }
}

/// Returns how to obtain `rows` lists for the ratings at `sequence`; `None` if all lists should be
/// read instead.
async fn list_source(
    connection: &mut Connection,
    model: &NeighbourModelInfo,
    sequence: i64,
    rows: usize,
) -> Result<Option<ListSource>, Fault> {
    let stored = |is_exact| Some(ListSource::Stored { is_exact }).filter(|_| rows <= MAX_STORED);
    if model.sequence as i64 == sequence {
        return Ok(stored(true));
    }
    let Some(touched) = outdated_rows(connection, &model.lists_info(), sequence as u64).await?
    else {
        return Ok(stored(false));
    };
    Ok(Some(ListSource::Computed)
        .filter(|_| touched.len() <= MAX_CHANGED_ROWS && rows <= MAX_COMPUTED))
}

/// Neighbour lists by row.
type ByRow = BTreeMap<RowIdx, Vec<Neighbour>>;

async fn stored(
    connection: &mut Connection,
    model: &NeighbourModelInfo,
    rows: &[RowIdx],
) -> Result<ByRow, Fault> {
    let mut lists = ByRow::new();
    for &row in rows {
        if let Some(list) = lists::of_row(connection, model.id, row).await? {
            lists.insert(row, list);
        }
    }
    Ok(lists)
}

async fn computed(
    matrix: RatingMatrix,
    model: NeighbourModelInfo,
    rows: Vec<RowIdx>,
    sequence: u64,
) -> Result<PartialSnapshot, Fault> {
    let compute = tokio::task::spawn_blocking(move || {
        let similarity = model.parameters.similarity();
        let similarities = Similarities::new(&matrix, model.side, similarity);
        let known = rows.into_iter().filter(|&row| row.at() < similarities.rows());
        let list = |row| (row, similarities.neighbours_of_row(row, &model.parameters));
        let lists = known.map(list).collect();
        let lists = index(&model, similarities.rows(), &lists)?;
        drop(similarities);
        Ok(PartialSnapshot { matrix, model, lists, is_exact: true, sequence })
    });
    compute.await.unwrap_or_else(|panicked| Err(Fault::Damaged(panicked.to_string())))
}

/// Builds an index of `rows` lists; those not in `lists` are empty.
fn index(model: &NeighbourModelInfo, rows: usize, lists: &ByRow) -> Result<NeighbourIndex, Fault> {
    let list = |row| lists.get(&row).map_or(&[][..], Vec::as_slice);
    let index = NeighbourIndex::from_lists(model.side, RowIdx::first(rows).map(list));
    index.map_err(|error| Fault::Damaged(format!("in model {}: {error}", model.id)))
}
