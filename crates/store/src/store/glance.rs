//! What one answer needs: the ratings, and the lists of neighbours of a few rows.

use super::matrix;
use super::touched::rows_behind;
use crate::error::StoreError;
use crate::fault::Fault;
use crate::model::{ModelInfo, ModelKind};
use crate::sqlite::{Connection, data_set, lists, models};
use crate::store::Store;
use likemind::{DenseIdx, Neighbour, NeighbourIndex, RatingMatrix, RowIdx, Side, Similarities};
use std::collections::BTreeMap;

/// More lists than these are read sooner all together.
const MOST_ROWS: usize = 1_000;
/// More lists than these are not computed for one answer.
const MOST_COMPUTED: usize = 16;
/// If more rows than these changed since the model was stored, it is time to store what became of it.
const MOST_TOUCHED: usize = 100;

/// The ratings of a database and some lists of neighbours of an active model, as both are at one
/// moment. For one answer; whoever gives many holds all lists in memory.
#[derive(Clone, Debug)]
pub struct Glance {
    /// The ratings.
    pub matrix: RatingMatrix,
    /// The model as it is stored.
    pub model: ModelInfo,
    /// The lists that were asked for; those of all other rows are empty.
    pub lists: NeighbourIndex,
    /// Whether the lists are those of the ratings as they are; else those of the ratings when the model
    /// was stored.
    pub is_exact: bool,
}

/// Where the lists come from.
#[derive(Clone, Copy, PartialEq)]
enum Lists {
    Stored { is_exact: bool },
    Computed,
}

impl Store {
    /// The ratings, and the lists of `rows` by the active model of `side`, brought up to date with the
    /// ratings where that can be done, without reading all lists. Lists of rows that are not there are
    /// empty.
    ///
    /// `None` where all lists had better be read: there is no model, more than 1,000 rows are asked
    /// for, or so much changed since the model, or the packed copy of the ratings, was stored that they
    /// should be stored anew.
    ///
    /// Lists that are read are held to their form, and not to the model's digest, which is of all of
    /// them; [`verify`](Self::verify) is.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read, or what it holds is damaged.
    pub async fn glance(&self, side: Side, rows: &[RowIdx]) -> Result<Option<Glance>, StoreError> {
        self.named(async {
            let mut reading = self.database.reading().await?;
            let data_set = data_set::read(&mut reading).await?;
            let Some(model) = models::active(&mut reading, ModelKind::Neighbours, side).await?
            else {
                return Ok(None);
            };
            let Some(from) = source(&mut reading, &model, data_set.sequence, rows.len()).await?
            else {
                return Ok(None);
            };
            let matrix = matrix::from_fresh_packed(&mut reading, data_set.sequence).await?;
            let Some(matrix) = matrix else { return Ok(None) };
            match from {
                Lists::Stored { is_exact } => {
                    let lists = stored(&mut reading, &model, rows).await?;
                    let lists = index(&model, matrix.rows(side).len(), &lists)?;
                    Ok(Some(Glance { matrix, model, lists, is_exact }))
                }
                Lists::Computed => computed(matrix, model, rows.to_vec()).await.map(Some),
            }
        })
        .await
    }
}

/// Where so many lists come from for the ratings at `sequence`; `None` if all
/// had better be read.
async fn source(
    connection: &mut Connection,
    model: &ModelInfo,
    sequence: i64,
    rows: usize,
) -> Result<Option<Lists>, Fault> {
    let stored = |is_exact| Some(Lists::Stored { is_exact }).filter(|_| rows <= MOST_ROWS);
    if model.sequence as i64 == sequence {
        return Ok(stored(true));
    }
    let Some(touched) = rows_behind(connection, &model.made_lists(), sequence as u64).await? else {
        return Ok(stored(false));
    };
    Ok(Some(Lists::Computed).filter(|_| touched.len() <= MOST_TOUCHED && rows <= MOST_COMPUTED))
}

/// Lists by their rows.
type ByRow = BTreeMap<RowIdx, Vec<Neighbour>>;

async fn stored(
    connection: &mut Connection,
    model: &ModelInfo,
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
    model: ModelInfo,
    rows: Vec<RowIdx>,
) -> Result<Glance, Fault> {
    let compute = tokio::task::spawn_blocking(move || {
        let similarity = model.parameters.similarity();
        let similarities = Similarities::new(&matrix, model.side, similarity);
        let known = rows.into_iter().filter(|&row| row.at() < similarities.rows());
        let list = |row| (row, similarities.neighbours_of_row(row, &model.parameters));
        let lists = known.map(list).collect();
        let lists = index(&model, similarities.rows(), &lists)?;
        drop(similarities);
        Ok(Glance { matrix, model, lists, is_exact: true })
    });
    compute.await.unwrap_or_else(|panicked| Err(Fault::Damaged(panicked.to_string())))
}

/// An index of `rows` lists, of which these are not empty.
fn index(model: &ModelInfo, rows: usize, lists: &ByRow) -> Result<NeighbourIndex, Fault> {
    let list = |row| lists.get(&row).map_or(&[][..], Vec::as_slice);
    let index = NeighbourIndex::from_lists(model.side, RowIdx::first(rows).map(list));
    index.map_err(|error| Fault::Damaged(format!("in model {}: {error}", model.id)))
}
