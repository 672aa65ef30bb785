//! Finding the rows whose lists changed because of later ratings.

use crate::changes::SingleChange;
use crate::error::StoreError;
use crate::fault::Fault;
use crate::model::ListsInfo;
use crate::sqlite::{Connection, changes};
use crate::store::Store;
use likemind::{RowIdx, Side};
use std::collections::BTreeSet;

/// Up to this number of lists, all can be updated in seconds. Of a larger model, up to a twentieth
/// is updated row by row; beyond that, a fit is faster.
const SMALL_MODEL_ROWS: usize = 20_000;

impl Store {
    /// Returns the rows whose ratings changed after `lists` were computed, up to `sequence`,
    /// ascending: the rows to pass to [`Live::updated_index`](likemind::Live::updated_index). Empty
    /// if nothing changed.
    ///
    /// `None` if the lists cannot or should not be updated row by row: the measure depends on all
    /// ratings, the single changes are not known, or a fit would be faster.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn outdated_rows(
        &self,
        lists: &ListsInfo,
        sequence: u64,
    ) -> Result<Option<Vec<RowIdx>>, StoreError> {
        let read = async {
            let mut tx = self.database.begin_read().await?;
            outdated_rows(&mut tx, lists, sequence).await
        };
        self.run(read).await
    }
}

/// See [`Store::outdated_rows`].
pub(super) async fn outdated_rows(
    connection: &mut Connection,
    lists: &ListsInfo,
    sequence: u64,
) -> Result<Option<Vec<RowIdx>>, Fault> {
    let ListsInfo { parameters, rows, sequence: made_at } = lists;
    if parameters.similarity().is_global() {
        return Ok(None);
    }
    if *made_at >= sequence {
        return Ok(Some(Vec::new()));
    }
    let changes = changes::between(connection, *made_at as i64, sequence as i64).await?;
    let touched = changes.map(|changes| touched(&changes, parameters.side()));
    Ok(touched.filter(|touched| are_few(touched.len(), *rows as usize)))
}

/// Returns the distinct rows of `side` in `changes`, ascending.
fn touched(changes: &[SingleChange], side: Side) -> Vec<RowIdx> {
    let row = |change: &SingleChange| match side {
        Side::Users => RowIdx::from(change.user),
        Side::Items => change.item.into(),
    };
    changes.iter().map(row).collect::<BTreeSet<RowIdx>>().into_iter().collect()
}

/// Whether updating this number of rows is faster than a fit.
fn are_few(touched: usize, rows: usize) -> bool {
    rows <= SMALL_MODEL_ROWS || touched <= rows / 20
}
