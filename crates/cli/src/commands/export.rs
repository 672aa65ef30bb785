//! `likemind export`

use crate::args::Shared;
use crate::database;
use crate::engine::Engine;
use crate::output::Output;
use crate::record::{Field, Record, RecordColumn, column};
use anyhow::Result;
use clap::{Args, ValueEnum};
use likemind::{RowIdx, Side};
use likemind_data::{Column, TableFormat, Values, write_table};
use likemind_store::Store;
use serde::Serialize;
use std::ops::Range;
use std::path::PathBuf;

/// Writes ratings or neighbours to a file, as CSV or Parquet
///
/// The file appears whole or not at all, and never in place of a database. A pipe or a device is written
/// to as it is.
#[derive(Args)]
pub(crate) struct Export {
    /// What to write
    #[arg(value_enum)]
    what: What,
    /// The kind of file: csv or parquet [default: by the file's name]
    #[arg(long = "as", value_name = "KIND")]
    kind: Option<TableFormat>,
    /// The file
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Whose neighbours
    #[arg(long, default_value_t = Side::Users)]
    side: Side,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    /// user, item, rating, timestamp
    Ratings,
    /// id, neighbour, similarity, overlap, rank of the active model
    Neighbours,
}

#[derive(Serialize)]
struct Exported {
    path: String,
    rows: u64,
}

impl Record for Exported {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("path", |exported| Field::text(&exported.path)),
            column("rows", |exported| Field::Count(exported.rows)),
        ]
    }
}

impl Export {
    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        let kind = match self.kind {
            Some(kind) => kind,
            None if self.out.extension().is_some_and(|e| e == "parquet") => TableFormat::Parquet,
            None => TableFormat::Csv,
        };
        let store = database::open(&shared.db()).await?;
        let rows = match self.what {
            What::Ratings => export_ratings(&store, &self, kind).await?,
            What::Neighbours => export_neighbours(&store, &self, kind).await?,
        };
        let path = self.out.display().to_string();
        out.one(&Exported { path, rows: rows as u64 })
    }
}

async fn export_ratings(store: &Store, export: &Export, kind: TableFormat) -> Result<usize> {
    let table = store.ratings().await?;
    let columns = |rows: Range<usize>| {
        let rows = || rows.clone().map(|row| table.row(row));
        let users = rows().map(|row| table.users().name(row.user).unwrap_or_default());
        let items = rows().map(|row| table.items().name(row.item).unwrap_or_default());
        let ratings = rows().map(|row| row.rating);
        let times = rows().map(|row| row.timestamp);
        vec![
            Column { name: "user", values: Values::Text(users.collect()) },
            Column { name: "item", values: Values::Text(items.collect()) },
            Column { name: "rating", values: Values::Reals(ratings.collect()) },
            Column { name: "timestamp", values: Values::OptionalIntegers(times.collect()) },
        ]
    };
    write_table(&export.out, kind, table.len(), columns)?;
    Ok(table.len())
}

async fn export_neighbours(store: &Store, export: &Export, kind: TableFormat) -> Result<usize> {
    let engine = Engine::open(store, Some(export.side)).await?;
    let (users, items) = (store.user_ids().await?, store.item_ids().await?);
    let name = |row: RowIdx| match export.side {
        Side::Users => users.name(row.user()).unwrap_or_default(),
        Side::Items => items.name(row.item()).unwrap_or_default(),
    };
    let view = engine.view();
    let neighbours = engine.neighbours(&view)?;
    let rows = view.matrix().rows(export.side).indices();
    let lists = rows.map(|row| (row, neighbours.of(row)));
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
    write_table(&export.out, kind, count, columns)?;
    Ok(count)
}
