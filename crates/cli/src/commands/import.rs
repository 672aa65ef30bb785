//! `likemind import`

mod notes;
mod reading;
mod summary;

use crate::args::Shared;
use crate::database;
use crate::output::Output;
use crate::progress::{ProgressMode, Reporter};
use anyhow::Result;
use clap::{Args, ValueEnum};
use likemind_data::{Dataset, ScaleOrigin, read};
use likemind_store::{
    ImportBatch, ImportMode, ImportProgress, ImportStep, ImportSummary, Keep, Location, OpenError,
    ScaleChoice, Store, Summary,
};
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
        let before = before(&shared.db(), mode).await?;
        let limit = before.as_ref().filter(|before| !before.scale_is_found);
        let (source, options) = self.reading.options(limit.and_then(|before| before.scale));
        let dataset = read(&source, &options)?;
        let store = database::create_or_open(&shared.db()).await?;
        let summary = save(&store, &dataset, mode, self.keep.into(), shared.progress).await?;
        store.close().await;
        notes::of_dataset(&dataset);
        notes::of_import(&dataset, before.as_ref(), &summary);
        Imported::new(&dataset, &summary).print(out)
    }
}

/// What the database holds that the import adds to; `None` if there is none.
async fn before(db: &Location, mode: ImportMode) -> Result<Option<Summary>> {
    if mode == ImportMode::Replace {
        return Ok(None);
    }
    let store = match database::open(db).await {
        Err(OpenError::Missing { .. }) => return Ok(None),
        opened => opened?,
    };
    let summary = store.summary().await?;
    store.close().await;
    Ok(Some(summary))
}

/// Writes a data set to the database.
pub(crate) async fn save(
    store: &Store,
    dataset: &Dataset,
    mode: ImportMode,
    keep: Keep,
    progress: ProgressMode,
) -> Result<ImportSummary> {
    let scale_choice = match dataset.scale_origin {
        ScaleOrigin::Given => ScaleChoice::Given,
        ScaleOrigin::Layout => ScaleChoice::Documented,
        ScaleOrigin::Found => ScaleChoice::Found,
    };
    let batch = ImportBatch::new(&dataset.ratings, dataset.scale)
        .with_name(&dataset.name)
        .with_catalogue(&dataset.catalogue)
        .with_scale_choice(scale_choice)
        .with_keep(keep)
        .with_mode(mode);
    let reporter = Reporter::new(progress, "importing", "ratings", dataset.ratings.len() as u64);
    let mut report = |progress: ImportProgress| {
        if progress.step == ImportStep::Ratings {
            reporter.set(progress.done);
        }
    };
    Ok(store.import(batch, &mut report).await?)
}
