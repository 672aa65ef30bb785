//! Known items that an import calls by another title.

use super::plan::Plan;
use super::{Retitled, Title};
use crate::bulk::fetch_many;
use crate::error::Fault;
use crate::ids::json_of;
use likemind::{DenseIdx, ItemIdx};
use sqlx::SqliteConnection;

/// How many titles a statement asks for.
const TOGETHER: usize = 10_000;

/// The items that were there with another title. Before the import is written.
pub(super) async fn retitled(
    connection: &mut SqliteConnection,
    plan: &Plan<'_>,
) -> Result<Retitled, Fault> {
    let items = plan.batch.table.items().iter().zip(&plan.item_of);
    let titled: Vec<(ItemIdx, &str, &str)> = items
        .filter(|(_, item)| item.at() < plan.known.1)
        .filter_map(|((in_table, id), &item)| {
            let title = plan.batch.catalogue.get(in_table).title.as_deref()?;
            Some((item, id, title))
        })
        .collect();
    let mut retitled = Retitled::default();
    for part in titled.chunks(TOGETHER) {
        let indices: Vec<ItemIdx> = part.iter().map(|&(item, _, _)| item).collect();
        let query = "SELECT title FROM json_each(?) JOIN items ON idx = value ORDER BY key";
        let query = sqlx::query(query).bind(json_of(&indices));
        let stored: Vec<(Option<String>,)> = fetch_many(connection, query).await?;
        for (&(_, id, title), (before,)) in part.iter().zip(stored) {
            let Some(before) = before.filter(|before| before != title) else { continue };
            retitled.count += 1;
            let after = title.to_owned();
            retitled.first.get_or_insert(Title { item: id.to_owned(), before, after });
        }
    }
    Ok(retitled)
}
