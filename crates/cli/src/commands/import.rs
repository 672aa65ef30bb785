//! `likemind import`

use crate::args::Shared;
use crate::output::{self, Field, Record};
use crate::progress::{ProgressMode, Reporter};
use anyhow::Result;
use clap::Args;
use likemind::RatingScale;
use likemind_data::{
    BadRows, ColumnChoice, DataError, Dataset, Delimiter, Layout, ReadOptions, ScaleOrigin, Source,
    read,
};
use likemind_store::{ImportBatch, ImportMode, ImportProgress, ImportStep, ScaleChoice, Store};
use serde::Serialize;

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
    /// Removes all ratings, items and models that are there first
    #[arg(long)]
    replace: bool,
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
    /// What stands between fields: one character, ::, TAB, COMMA, SEMICOLON, PIPE or SPACE
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

/// What an import did.
#[derive(Serialize)]
struct Imported {
    users: u64,
    items: u64,
    rated_items: u64,
    ratings: u64,
    duplicates: u64,
    skipped_rows: u64,
}

impl Record for Imported {
    const COLUMNS: &'static [&'static str] =
        &["users", "items", "rated_items", "ratings", "duplicates", "skipped_rows"];

    fn fields(&self) -> Vec<Field> {
        let all = [
            self.users,
            self.items,
            self.rated_items,
            self.ratings,
            self.duplicates,
            self.skipped_rows,
        ];
        all.map(Field::Count).into()
    }
}

impl Import {
    pub(crate) async fn run(self, shared: &Shared) -> Result<()> {
        let options = ReadOptions {
            layout: self.dataset.0,
            part: self.part,
            delimiter: self.columns.delimiter,
            columns: self.columns.choice(),
            scale: self.scale,
            bad_rows: if self.skip_bad_rows { BadRows::Skip } else { BadRows::Refuse },
            ..ReadOptions::default()
        };
        let mode = if self.replace { ImportMode::Replace } else { ImportMode::Add };
        let dataset = read(&self.source, &options)?;
        let store = Store::create_or_open(shared.db()).await?;
        save(&store, &dataset, mode, shared.progress).await?;
        store.close().await;
        for row in &dataset.skipped.first {
            eprintln!("left out: {}", output::printable(&row.to_string()));
        }
        if dataset.skipped.count > dataset.skipped.first.len() {
            eprintln!("left out: {} rows in all", dataset.skipped.count);
        }
        let imported = Imported {
            users: dataset.ratings.users.len() as u64,
            items: dataset.ratings.items.len() as u64,
            rated_items: dataset.ratings.rated_items() as u64,
            ratings: dataset.ratings.len() as u64,
            duplicates: dataset.duplicates as u64,
            skipped_rows: dataset.skipped.count as u64,
        };
        output::one(shared.format, &imported)
    }
}

/// Writes a data set to the database.
pub(crate) async fn save(
    store: &Store,
    dataset: &Dataset,
    mode: ImportMode,
    progress: ProgressMode,
) -> Result<()> {
    let scale_choice = match dataset.scale_origin {
        ScaleOrigin::Found => ScaleChoice::Found,
        ScaleOrigin::Given | ScaleOrigin::Layout => ScaleChoice::Fixed,
    };
    let batch = ImportBatch {
        name: Some(&dataset.name),
        table: &dataset.ratings,
        catalogue: &dataset.catalogue,
        scale: dataset.scale,
        scale_choice,
        mode,
    };
    let reporter = Reporter::new(progress, "importing", "ratings", dataset.ratings.len() as u64);
    let mut report = |progress: ImportProgress| {
        if progress.step == ImportStep::Ratings {
            reporter.set(progress.done);
        }
    };
    store.import(batch, &mut report).await?;
    Ok(())
}
