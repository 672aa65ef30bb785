//! `likemind export`

use crate::args::Shared;
use crate::database;
use crate::engine::Engine;
use crate::output::{self, Field, Record};
use anyhow::Result;
use clap::{Args, ValueEnum};
use likemind::{ItemIdx, Side, UserIdx};
use likemind_data::{Column, TableFormat, Values, write_table};
use likemind_store::Store;
use serde::Serialize;
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
    const COLUMNS: &'static [&'static str] = &["path", "rows"];

    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::text(&self.path), Field::Count(self.rows)]
    }
}

impl Export {
    pub(crate) async fn run(self, shared: &Shared) -> Result<()> {
        let kind = match self.kind {
            Some(kind) => kind,
            None if self.out.extension().is_some_and(|e| e == "parquet") => TableFormat::Parquet,
            None => TableFormat::Csv,
        };
        let store = database::open(shared.db()).await?;
        let rows = match self.what {
            What::Ratings => export_ratings(&store, &self, kind).await?,
            What::Neighbours => export_neighbours(&store, &self, kind).await?,
        };
        let path = self.out.display().to_string();
        output::one(shared.format, &Exported { path, rows: rows as u64 })
    }
}

async fn export_ratings(store: &Store, export: &Export, kind: TableFormat) -> Result<usize> {
    let table = store.ratings().await?;
    let users = table.iter().map(|r| table.users.name(r.user).unwrap_or_default());
    let items = table.iter().map(|r| table.items.name(r.item).unwrap_or_default());
    let columns = [
        Column { name: "user", values: Values::Text(users.collect()) },
        Column { name: "item", values: Values::Text(items.collect()) },
        Column { name: "rating", values: Values::Reals(table.iter().map(|r| r.rating).collect()) },
        Column {
            name: "timestamp",
            values: Values::OptionalIntegers(table.iter().map(|r| r.timestamp).collect()),
        },
    ];
    write_table(&export.out, kind, &columns)?;
    Ok(table.len())
}

async fn export_neighbours(store: &Store, export: &Export, kind: TableFormat) -> Result<usize> {
    let engine = Engine::open(store, Some(export.side)).await?;
    let (users, items) = (store.user_ids().await?, store.item_ids().await?);
    let name = |row: u32| match export.side {
        Side::Users => users.name(UserIdx(row)).unwrap_or_default(),
        Side::Items => items.name(ItemIdx(row)).unwrap_or_default(),
    };
    let view = engine.view();
    let neighbours = engine.neighbours(&view)?;
    let rows = view.matrix().rows(export.side).len() as u32;
    let all = || {
        let lists = (0..rows).map(|row| (row, neighbours.of(row as usize)));
        lists.flat_map(|(row, list)| (1..).zip(list).map(move |(rank, n)| (row, rank, n)))
    };
    let columns = [
        Column { name: "id", values: Values::Text(all().map(|(row, _, _)| name(row)).collect()) },
        Column {
            name: "neighbour",
            values: Values::Text(all().map(|(_, _, n)| name(n.index)).collect()),
        },
        Column {
            name: "similarity",
            values: Values::Reals(all().map(|(_, _, n)| n.similarity).collect()),
        },
        Column {
            name: "overlap",
            values: Values::Integers(all().map(|(_, _, n)| n.overlap.into()).collect()),
        },
        Column { name: "rank", values: Values::Integers(all().map(|(_, rank, _)| rank).collect()) },
    ];
    write_table(&export.out, kind, &columns)?;
    Ok(all().count())
}
