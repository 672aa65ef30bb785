//! Finding known items whose title an import changes.

use crate::fault::Fault;
use crate::import::plan::Plan;
use crate::import::{ChangedTitles, Title};
use crate::sqlite::{Connection, items};
use likemind::{DenseIdx, ItemIdx};

/// Number of titles per statement.
const PER_STATEMENT: usize = 10_000;

/// Returns the items whose stored title differs. Must be called before the import is written.
pub(super) async fn retitled(
    connection: &mut Connection,
    plan: &Plan<'_>,
) -> Result<ChangedTitles, Fault> {
    let items = plan.batch.table.items().iter().zip(&plan.item_of);
    let titled: Vec<(ItemIdx, &str, &str)> = items
        .filter(|(_, item)| item.at() < plan.known.items)
        .filter_map(|((in_table, id), &item)| {
            let title = plan.batch.catalogue.get(in_table).title.as_deref()?;
            Some((item, id, title))
        })
        .collect();
    let mut retitled = ChangedTitles::default();
    for part in titled.chunks(PER_STATEMENT) {
        let indices: Vec<ItemIdx> = part.iter().map(|&(item, _, _)| item).collect();
        let stored = items::titles(connection, &indices).await?;
        for (&(_, id, title), before) in part.iter().zip(stored) {
            let Some(before) = before.filter(|before| before != title) else { continue };
            retitled.count += 1;
            let after = title.to_owned();
            retitled.first.get_or_insert(Title { item: id.to_owned(), before, after });
        }
    }
    Ok(retitled)
}
