//! `likemind import`

mod notes;

use crate::args::Shared;
use crate::output::{self, Field, Format, Record};
use crate::progress::{ProgressMode, Reporter};
use anyhow::Result;
use clap::{Args, ValueEnum};
use likemind::RatingScale;
use likemind_data::{
    BadRows, ColumnChoice, DataError, Dataset, Delimiter, Layout, ReadOptions, ScaleOrigin, Source,
    read,
};
use likemind_store::{
    ImportBatch, ImportMode, ImportProgress, ImportStep, ImportSummary, Keep, ScaleChoice, Store,
    Summary,
};
use serde::Serialize;
use std::path::Path;

/// Reads everything or nothing: after an error the database is as it was.
///
/// Known layouts are found by themselves: every MovieLens data set, HetRec's Last.fm, and any
/// CSV, TSV or Parquet file with a user, an item and a rating in a row.
#[derive(Args)]
pub(crate) struct Import {
    /// A folder, a .zip, a file (also .gz), or - for standard input (also a .zip)
    source: Source,
    /// The layout: auto, ml-100k, ml-1m, ml-latest, lastfm-2k, csv, parquet
    #[arg(long, default_value = "auto", value_name = "LAYOUT", value_parser = layout_choice)]
    dataset: LayoutChoice,
    /// The file of a folder or archive that holds the ratings, such as u1.base
    #[arg(long, value_name = "NAME")]
    part: Option<String>,
    #[command(flatten)]
    columns: Columns,
    /// The rating scale as MIN:MAX:STEP, or MIN:MAX for any value [default: found]
    #[arg(long, allow_hyphen_values = true)]
    scale: Option<RatingScale>,
    /// Leaves out rows that cannot be used, and says how many
    #[arg(long)]
    skip_bad_rows: bool,
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

/// A layout, or `auto`.
#[derive(Clone, Copy)]
struct LayoutChoice(Option<Layout>);

fn layout_choice(text: &str) -> Result<LayoutChoice, DataError> {
    Ok(LayoutChoice(if text == "auto" { None } else { Some(text.parse()?) }))
}

#[derive(Args)]
struct Columns {
    /// The columns of a file without a header, such as user,item,rating,timestamp; - passes one over
    #[arg(long, conflicts_with_all = ["user_column", "item_column", "rating_column", "timestamp_column"])]
    columns: Option<ColumnChoice>,
    /// What stands between fields: one character, ::, TAB, COMMA, SEMICOLON, PIPE, SPACE or BLANKS
    /// [default: found]
    #[arg(long, allow_hyphen_values = true)]
    delimiter: Option<Delimiter>,
    /// The name of the user column
    #[arg(long, value_name = "NAME")]
    user_column: Option<String>,
    /// The name of the item column
    #[arg(long, value_name = "NAME")]
    item_column: Option<String>,
    /// The name of the rating column
    #[arg(long, value_name = "NAME")]
    rating_column: Option<String>,
    /// The name of the timestamp column
    #[arg(long, value_name = "NAME")]
    timestamp_column: Option<String>,
}

impl Columns {
    fn choice(self) -> ColumnChoice {
        self.columns.unwrap_or(ColumnChoice::Named {
            user: self.user_column,
            item: self.item_column,
            rating: self.rating_column,
            timestamp: self.timestamp_column,
        })
    }
}

/// What was read and what came of it: the file's counts, then the database's.
#[derive(Serialize)]
struct Imported {
    #[serde(flatten)]
    read: Read,
    #[serde(flatten)]
    database: Database,
}

/// What was read, and what it was to the database.
#[derive(Serialize)]
struct Read {
    users: u64,
    items: u64,
    rated_items: u64,
    ratings: u64,
    duplicates: u64,
    skipped_rows: u64,
    added: u64,
    changed: u64,
    unchanged: u64,
    kept: u64,
}

/// What the database holds now.
#[derive(Serialize)]
struct Database {
    database_users: u64,
    database_items: u64,
    database_ratings: u64,
    scale: Option<String>,
}

impl Record for Read {
    const COLUMNS: &'static [&'static str] = &[
        "users",
        "items",
        "rated_items",
        "ratings",
        "duplicates",
        "skipped_rows",
        "added",
        "changed",
        "unchanged",
        "kept",
    ];

    fn fields(&self) -> Vec<Field> {
        let counts = [
            self.users,
            self.items,
            self.rated_items,
            self.ratings,
            self.duplicates,
            self.skipped_rows,
            self.added,
            self.changed,
            self.unchanged,
            self.kept,
        ];
        counts.map(Field::Count).into()
    }
}

impl Record for Database {
    const COLUMNS: &'static [&'static str] =
        &["database_users", "database_items", "database_ratings", "scale"];

    fn fields(&self) -> Vec<Field> {
        let counts = [self.database_users, self.database_items, self.database_ratings];
        let scale = Field::Text(self.scale.clone().unwrap_or_default());
        counts.map(Field::Count).into_iter().chain([scale]).collect()
    }
}

impl Record for Imported {
    const COLUMNS: &'static [&'static str] = &[
        "users",
        "items",
        "rated_items",
        "ratings",
        "duplicates",
        "skipped_rows",
        "added",
        "changed",
        "unchanged",
        "kept",
        "database_users",
        "database_items",
        "database_ratings",
        "scale",
    ];

    fn fields(&self) -> Vec<Field> {
        self.read.fields().into_iter().chain(self.database.fields()).collect()
    }
}

impl Imported {
    fn new(dataset: &Dataset, summary: &ImportSummary) -> Self {
        let read = Read {
            users: dataset.ratings.users.len() as u64,
            items: dataset.ratings.items.len() as u64,
            rated_items: dataset.ratings.rated_items() as u64,
            ratings: dataset.ratings.len() as u64,
            duplicates: dataset.duplicates as u64,
            skipped_rows: dataset.skipped.count as u64,
            added: summary.added,
            changed: summary.updated,
            unchanged: summary.unchanged,
            kept: summary.kept,
        };
        let now = &summary.now;
        let database = Database {
            database_users: now.users,
            database_items: now.items,
            database_ratings: now.ratings,
            scale: now.scale.map(|scale| scale.to_string()),
        };
        Self { read, database }
    }

    /// For people in two tables, which fit a terminal.
    fn print(&self, format: Format) -> Result<()> {
        if format == Format::Table {
            output::one(format, &self.read)?;
            return output::one(format, &self.database);
        }
        output::one(format, self)
    }
}

impl Import {
    pub(crate) async fn run(self, shared: &Shared) -> Result<()> {
        let mode = if self.replace { ImportMode::Replace } else { ImportMode::Add };
        let before = before(shared.db(), mode).await?;
        let limit = before.as_ref().filter(|before| !before.scale_is_found);
        let options = ReadOptions {
            layout: self.dataset.0,
            part: self.part,
            delimiter: self.columns.delimiter,
            columns: self.columns.choice(),
            scale: self.scale,
            limit: limit.and_then(|before| before.scale),
            bad_rows: if self.skip_bad_rows { BadRows::Skip } else { BadRows::Refuse },
            ..ReadOptions::default()
        };
        let dataset = read(&self.source, &options)?;
        let store = Store::create_or_open(shared.db()).await?;
        let summary = save(&store, &dataset, (mode, self.keep.into()), shared.progress).await?;
        store.close().await;
        notes::of_dataset(&dataset);
        notes::of_import(&dataset, before.as_ref(), &summary);
        Imported::new(&dataset, &summary).print(shared.format)
    }
}

/// What the database holds that the import adds to; `None` if there is none.
async fn before(db: &Path, mode: ImportMode) -> Result<Option<Summary>> {
    if mode == ImportMode::Replace || !db.try_exists()? {
        return Ok(None);
    }
    let store = Store::open_existing(db).await?;
    let summary = store.summary().await?;
    store.close().await;
    Ok(Some(summary))
}

/// Writes a data set to the database.
pub(crate) async fn save(
    store: &Store,
    dataset: &Dataset,
    (mode, keep): (ImportMode, Keep),
    progress: ProgressMode,
) -> Result<ImportSummary> {
    let scale_choice = match dataset.scale_origin {
        ScaleOrigin::Given => ScaleChoice::Given,
        ScaleOrigin::Layout => ScaleChoice::Documented,
        ScaleOrigin::Found => ScaleChoice::Found,
    };
    let batch = ImportBatch {
        name: Some(&dataset.name),
        table: &dataset.ratings,
        catalogue: &dataset.catalogue,
        scale: dataset.scale,
        scale_choice,
        keep,
        mode,
    };
    let reporter = Reporter::new(progress, "importing", "ratings", dataset.ratings.len() as u64);
    let mut report = |progress: ImportProgress| {
        if progress.step == ImportStep::Ratings {
            reporter.set(progress.done);
        }
    };
    Ok(store.import(batch, &mut report).await?)
}
