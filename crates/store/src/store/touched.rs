//! The rows whose lists are to be brought up to date.

use crate::changes::SingleChange;
use crate::fault::Fault;
use crate::model::ModelInfo;
use crate::sqlite::{Connection, changes};
use likemind::{RowIdx, Side};
use std::collections::BTreeSet;

/// Of a model with more lists than these, a twentieth may be brought up to date one by one: past that,
/// a fit is quicker. All lists of a smaller one take seconds at most.
const FEW_ROWS: usize = 20_000;

/// The rows of a side that some changes are of, each once.
pub(crate) fn touched(changes: &[SingleChange], side: Side) -> Vec<RowIdx> {
    let row = |change: &SingleChange| match side {
        Side::Users => RowIdx::from(change.user),
        Side::Items => change.item.into(),
    };
    changes.iter().map(row).collect::<BTreeSet<RowIdx>>().into_iter().collect()
}

/// The rows of a model that are to be brought up to date for the ratings at `sequence`, if not many;
/// `None` if they are, or it cannot be told, and the model stays as it was made.
pub(crate) async fn touched_since(
    connection: &mut Connection,
    info: &ModelInfo,
    sequence: i64,
) -> Result<Option<Vec<RowIdx>>, Fault> {
    let made_at = info.sequence as i64;
    if info.parameters.similarity().is_global() {
        return Ok(None);
    }
    if made_at >= sequence {
        return Ok(Some(Vec::new()));
    }
    let changes = changes::between(connection, made_at, sequence).await?;
    let touched = changes.map(|changes| touched(&changes, info.side));
    Ok(touched.filter(|rows| are_few(rows.len(), info.rows as usize)))
}

/// Whether so many touched rows are brought up to date sooner than a fit is done.
pub(crate) fn are_few(touched: usize, rows: usize) -> bool {
    rows <= FEW_ROWS || touched <= rows / 20
}
