//! `likemind export`

use crate::args::Shared;
use crate::database;
use crate::files::table_format;
use crate::notes::note_outdated;
use crate::output::Output;
use crate::record::{Field, Record, RecordColumn, column};
use crate::values;
use anyhow::Result;
use clap::{Args, ValueEnum};
use likemind::Side;
use likemind_data::TableFormat;
use likemind_engine::{Snapshot, export_neighbours, export_ratings};
use serde::Serialize;
use std::path::PathBuf;

/// Writes ratings or neighbours to a file, as CSV, JSON Lines or Parquet
///
/// The file appears complete or not at all, and never replaces a database. Pipes and devices are written to
/// directly.
#[derive(Args)]
pub(crate) struct Export {
    /// What to write
    #[arg(value_enum)]
    what: What,
    /// File format: csv, jsonl or parquet [default: by the file name]
    #[arg(long = "as", value_name = "KIND")]
    kind: Option<TableFormat>,
    /// The file
    #[arg(long, value_name = "FILE", value_parser = values::new_file())]
    out: PathBuf,
    /// Side of the neighbours
    #[arg(long, default_value_t = Side::Users)]
    side: Side,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    /// user, item, rating, timestamp
    Ratings,
    /// id, neighbour, similarity, overlap, rank, from the active model
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
        let kind = table_format(self.kind, &self.out);
        let store = database::open(&shared.db()).await?;
        let rows = match self.what {
            What::Ratings => export_ratings(&store, &self.out, kind).await?,
            What::Neighbours => {
                let snapshot = Snapshot::open(&store, Some(self.side)).await?;
                note_outdated(snapshot.view().model()?.outdated());
                export_neighbours(&store, &snapshot, &self.out, kind).await?
            }
        };
        let path = self.out.display().to_string();
        out.one(&Exported { path, rows: rows as u64 })
    }
}
