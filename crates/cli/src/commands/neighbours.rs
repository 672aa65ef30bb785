//! `likemind neighbours`

use crate::args::{RowArgs, Shared};
use crate::database;
use crate::notes::note_outdated;
use crate::output::Output;
use crate::record::{Field, Record, RecordColumn, column};
use crate::text::title;
use crate::values;
use anyhow::Result;
use clap::Args;
use likemind::Side;
use likemind_engine::{FewNames, NamedNeighbour, find_row, neighbours_of};
use serde::Serialize;

/// Lists the stored neighbours of a user or an item
///
/// Lists the neighbours in the active model, most similar first.
#[derive(Args)]
pub(crate) struct Neighbours {
    #[command(flatten)]
    of: RowArgs,
    /// Maximum number of neighbours [default: all stored ones]
    #[arg(short, long, value_name = "N", value_parser = values::count())]
    n: Option<usize>,
}

/// A stored neighbour.
#[derive(Serialize)]
struct NeighbourOf {
    id: String,
    neighbour: String,
    /// Only of items.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    similarity: f64,
    overlap: u32,
    rank: u64,
}

impl Record for NeighbourOf {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("id", |of| Field::text(&of.id)),
            column("neighbour", |of| Field::text(&of.neighbour)),
            column("title", |of| Field::optional_text(of.title.as_deref())),
            column("similarity", |of| Field::Real(Some(of.similarity))),
            column("overlap", |of| Field::Count(of.overlap.into())),
            column("rank", |of| Field::Count(of.rank)),
        ]
    }
}

impl Neighbours {
    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        let store = database::open(&shared.db()).await?;
        let (side, id) = match (self.of.user, self.of.item) {
            (Some(user), _) => (Side::Users, user),
            (None, item) => (Side::Items, item.unwrap_or_default()),
        };
        let found = neighbours_of(&store, side, find_row(&store, side, &id).await?).await?;
        note_outdated(found.outdated());
        let list = &found.list[..found.list.len().min(self.n.unwrap_or(usize::MAX))];
        let names = FewNames::read(&store, list.iter().map(|near| (side, near.index))).await?;
        let named = list.iter().map(|near| NamedNeighbour::named(near, side, &names));
        let record = |(rank, near): (u64, NamedNeighbour<'_>)| NeighbourOf {
            id: id.clone(),
            neighbour: near.id.to_owned(),
            title: near.info.map(title),
            similarity: near.similarity,
            overlap: near.overlap,
            rank,
        };
        out.many(&(1..).zip(named).map(record).collect::<Vec<_>>())
    }
}
