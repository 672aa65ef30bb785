//! `likemind items`

use crate::args::{self, Shared};
use crate::database;
use crate::output::{self, Field, Record};
use anyhow::Result;
use clap::Args;
use serde::Serialize;

/// Finds items by title or id
///
/// The most rated first.
#[derive(Args)]
pub(crate) struct Items {
    /// A part of the title, or the id
    #[arg(long, value_name = "TEXT")]
    query: String,
    /// How many at most
    #[arg(short, long, default_value_t = 20, value_parser = args::count())]
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
    const COLUMNS: &'static [&'static str] =
        &["item", "title", "year", "genres", "ratings", "mean"];

    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::text(&self.item),
            Field::text(self.title.as_deref().unwrap_or_default()),
            Field::text(self.year.map(|year| year.to_string()).unwrap_or_default()),
            Field::text(self.genres.join("|")),
            Field::Count(self.ratings),
            Field::Real(self.mean),
        ]
    }
}

impl Items {
    pub(crate) async fn run(self, shared: &Shared) -> Result<()> {
        let store = database::open(shared.db()).await?;
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
        output::many(shared.format, &records)
    }
}
