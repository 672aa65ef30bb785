//! `likemind neighbours`

use crate::args::{RowArgs, Shared};
use crate::database;
use crate::engine;
use crate::output::Output;
use crate::record::{Field, Record, RecordColumn, column};
use crate::values;
use anyhow::Result;
use clap::Args;
use likemind::{RowIdx, Side};
use serde::Serialize;

/// Lists the stored neighbours of a user or an item
///
/// The most similar first, as the active model stores them.
#[derive(Args)]
pub(crate) struct Neighbours {
    #[command(flatten)]
    of: RowArgs,
    /// How many at most [default: all that are stored]
    #[arg(short, long, value_name = "N", value_parser = values::count())]
    n: Option<usize>,
}

/// A stored neighbour.
#[derive(Serialize)]
pub(crate) struct NeighbourOf {
    pub(crate) id: String,
    pub(crate) neighbour: String,
    pub(crate) similarity: f64,
    pub(crate) overlap: u32,
    pub(crate) rank: u64,
}

impl Record for NeighbourOf {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("id", |of| Field::text(&of.id)),
            column("neighbour", |of| Field::text(&of.neighbour)),
            column("similarity", |of| Field::Real(Some(of.similarity))),
            column("overlap", |of| Field::Count(of.overlap.into())),
            column("rank", |of| Field::Count(of.rank)),
        ]
    }
}

impl Neighbours {
    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        let store = database::open(&shared.db()).await?;
        let (side, id, row) = match (self.of.user, self.of.item) {
            (Some(user), _) => {
                let row = engine::user(&store, &user).await?;
                (Side::Users, user, RowIdx::from(row))
            }
            (None, item) => {
                let item = item.unwrap_or_default();
                let row = engine::item(&store, &item).await?;
                (Side::Items, item, row.into())
            }
        };
        let list = engine::neighbours_of(&store, side, row).await?;
        let list = &list[..list.len().min(self.n.unwrap_or(usize::MAX))];
        let rows: Vec<RowIdx> = list.iter().map(|neighbour| neighbour.index).collect();
        let names = engine::names(&store, side, &rows).await?;
        let record =
            |((rank, neighbour), name): ((u64, &likemind::Neighbour), String)| NeighbourOf {
                id: id.clone(),
                neighbour: name,
                similarity: neighbour.similarity,
                overlap: neighbour.overlap,
                rank,
            };
        let records: Vec<_> = (1..).zip(list).zip(names).map(record).collect();
        out.many(&records)
    }
}
