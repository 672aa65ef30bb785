//! `likemind import`

mod notes;
mod reading;
mod summary;

use crate::args::Shared;
use crate::database;
use crate::output::Output;
use crate::progress::Steps;
use anyhow::Result;
use clap::{Args, ValueEnum};
use likemind::RatingScale;
use likemind_data::read;
use likemind_engine::import;
use likemind_store::{ImportMode, Keep, Location, OpenError};
use reading::Reading;
use summary::Imported;

/// Reads ratings into the database: a folder, a .zip, a file (also .gz), or - for standard input
///
/// Reads everything or nothing: after an error the database is as it was.
///
/// Known layouts are found by themselves: every MovieLens data set, HetRec's Last.fm, the Netflix
/// Prize, and any CSV, TSV, JSON Lines or Parquet file with a user, an item and a rating in a row, also
/// a folder of such files in parts.
#[derive(Args)]
pub(crate) struct Import {
    #[command(flatten)]
    reading: Reading,
    /// Which rating stays where the database and the import have one each of the same user and item
    #[arg(long, value_enum, default_value_t = KeepChoice::Newest, conflicts_with = "replace")]
    keep: KeepChoice,
    /// Removes all ratings, items and models that are there first
    #[arg(long)]
    replace: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KeepChoice {
    /// The later one, by their times; the import's where a time is unknown
    Newest,
    /// The database's
    Existing,
    /// The import's
    Incoming,
}

impl From<KeepChoice> for Keep {
    fn from(choice: KeepChoice) -> Self {
        match choice {
            KeepChoice::Newest => Self::Newest,
            KeepChoice::Existing => Self::Existing,
            KeepChoice::Incoming => Self::Incoming,
        }
    }
}

impl Import {
    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        let mode = if self.replace { ImportMode::Replace } else { ImportMode::Add };
        let (source, options) = self.reading.options(known_scale(&shared.db(), mode).await?);
        let dataset = read(&source, &options)?;
        let store = database::create_or_open(&shared.db()).await?;
        let steps = Steps::new(shared.progress);
        let mut tell = |advance| steps.show(advance);
        let imported = import(&store, &dataset, mode, self.keep.into(), &mut tell).await?;
        store.close().await;
        steps.end();
        notes::of_dataset(&dataset);
        notes::of_import(&dataset, &imported);
        Imported::new(&dataset, &imported.summary).print(out)
    }
}

/// The scale that was given or documented for what the database holds, and that the import adds to.
async fn known_scale(db: &Location, mode: ImportMode) -> Result<Option<RatingScale>> {
    if mode == ImportMode::Replace {
        return Ok(None);
    }
    let store = match database::open(db).await {
        Err(OpenError::Missing { .. }) => return Ok(None),
        opened => opened?,
    };
    let held = store.summary().await?;
    store.close().await;
    Ok(held.scale.filter(|_| !held.scale_is_found))
}
