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

/// Imports ratings from a folder, a .zip, a file (plain or .gz), or - for standard input
///
/// An import is all or nothing: after an error the database is unchanged.
///
/// Layouts are detected: every MovieLens data set, HetRec Last.fm, the Netflix Prize, and any CSV, TSV, JSON
/// Lines or Parquet file with a user, an item and a rating in each row, also as a folder of part files.
#[derive(Args)]
pub(crate) struct Import {
    #[command(flatten)]
    reading: Reading,
    /// The rating to keep if both the database and the import have one for the same user and item
    #[arg(long, value_enum, default_value_t = KeepChoice::Newest, conflicts_with = "replace")]
    keep: KeepChoice,
    /// Removes all existing ratings, items and models first
    #[arg(long)]
    replace: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KeepChoice {
    /// The later one by timestamp; that of the import if a timestamp is missing
    Newest,
    /// That of the database
    Existing,
    /// That of the import
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
        let mut report = |progress| steps.show(progress);
        let imported = import(&store, &dataset, mode, self.keep.into(), &mut report).await?;
        store.close().await;
        steps.end();
        notes::of_dataset(&dataset);
        notes::of_import(&dataset, &imported);
        Imported::new(&dataset, &imported.summary).print(out)
    }
}

/// The given or documented scale of the database that the import adds to, which is a limit.
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
