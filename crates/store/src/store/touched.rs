//! The rows whose lists later ratings have changed.

use crate::changes::SingleChange;
use crate::error::StoreError;
use crate::fault::Fault;
use crate::model::MadeLists;
use crate::sqlite::{Connection, changes};
use crate::store::Store;
use likemind::{RowIdx, Side};
use std::collections::BTreeSet;

/// Of a model with more lists than these, a twentieth may be brought up to date one by one: past that,
/// a fit is quicker. All lists of a smaller one take seconds at most.
const FEW_ROWS: usize = 20_000;

impl Store {
    /// The rows whose ratings changed after some lists were made, up to `sequence`, ascending: those
    /// that [`Live::updated_index`](likemind::Live::updated_index) is to be told. None where nothing
    /// changed.
    ///
    /// `None` if lists are not to be brought up to date one by one: the measure depends on all ratings,
    /// the changes are not known one by one, or a fit would be quicker.
    ///
    /// # Errors
    /// [`StoreError`] if the database cannot be read.
    pub async fn rows_behind(
        &self,
        lists: &MadeLists,
        sequence: u64,
    ) -> Result<Option<Vec<RowIdx>>, StoreError> {
        let read = async {
            let mut reading = self.database.reading().await?;
            rows_behind(&mut reading, lists, sequence).await
        };
        self.named(read).await
    }
}

/// See [`Store::rows_behind`].
pub(super) async fn rows_behind(
    connection: &mut Connection,
    lists: &MadeLists,
    sequence: u64,
) -> Result<Option<Vec<RowIdx>>, Fault> {
    let MadeLists { parameters, rows, sequence: made_at } = lists;
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

/// The rows of a side that some changes are of, each once.
fn touched(changes: &[SingleChange], side: Side) -> Vec<RowIdx> {
    let row = |change: &SingleChange| match side {
        Side::Users => RowIdx::from(change.user),
        Side::Items => change.item.into(),
    };
    changes.iter().map(row).collect::<BTreeSet<RowIdx>>().into_iter().collect()
}

/// Whether so many rows are brought up to date sooner than a fit is done.
fn are_few(touched: usize, rows: usize) -> bool {
    rows <= FEW_ROWS || touched <= rows / 20
}
