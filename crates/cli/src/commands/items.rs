//! `likemind items`

use crate::args::Shared;
use crate::database;
use crate::output::Output;
use crate::record::{Field, Record, RecordColumn, column};
use crate::values;
use anyhow::Result;
use clap::Args;
use serde::Serialize;

/// Finds items by title or id
///
/// Lists them by descending number of ratings.
#[derive(Args)]
pub(crate) struct Items {
    /// A part of the title, or the id
    #[arg(long, value_name = "TEXT")]
    query: String,
    /// Maximum number of items
    #[arg(short, long, default_value_t = 20, value_parser = values::count())]
    n: usize,
}

#[derive(Serialize)]
struct Found {
    item: String,
    title: Option<String>,
    year: Option<i32>,
    genres: Vec<String>,
    ratings: u64,
    mean: Option<f64>,
}

impl Record for Found {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("item", |found| Field::text(&found.item)),
            column("title", |found| Field::optional_text(found.title.as_deref())),
            column("year", |found| Field::optional_text(found.year.map(|year| year.to_string()))),
            column("genres", |found| Field::text(found.genres.join("|"))),
            column("ratings", |found| Field::Count(found.ratings)),
            column("mean", |found| Field::Real(found.mean)),
        ]
    }
}

impl Items {
    pub(crate) async fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        let store = database::open(&shared.db()).await?;
        let found = store.find_items(&self.query, self.n).await?;
        let records: Vec<_> = found
            .into_iter()
            .map(|found| Found {
                item: found.id,
                title: found.info.title,
                year: found.info.year,
                genres: found.info.genres,
                ratings: found.ratings,
                mean: found.mean,
            })
            .collect();
        out.many(&records)
    }
}
