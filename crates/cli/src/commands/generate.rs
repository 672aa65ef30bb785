//! `likemind generate`

use crate::args::Shared;
use crate::output::{self, Field, Record};
use crate::progress::Reporter;
use anyhow::{Context, Result};
use clap::Args;
use likemind_data::{Column, GeneratedRating, Shape, TableFormat, Values, generate, write_table};
use serde::Serialize;
use std::convert::Infallible;
use std::path::PathBuf;

/// The same seed writes the same ratings.
#[derive(Args)]
pub(crate) struct Generate {
    /// The shape: ml-100k, ml-1m, ml-10m, ml-25m, ml-32m
    #[arg(long)]
    like: String,
    /// The part of the ratings to make, above 0 and up to 1
    #[arg(long, default_value_t = 1.0)]
    fraction: f64,
    /// The seed
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The file to write: .csv or .parquet
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Serialize)]
struct Generated {
    path: String,
    ratings: u64,
}

impl Record for Generated {
    const COLUMNS: &'static [&'static str] = &["path", "ratings"];

    fn fields(&self) -> Vec<Field> {
        vec![Field::Text(self.path.clone()), Field::Count(self.ratings)]
    }
}

impl Generate {
    pub(crate) fn run(self, shared: &Shared) -> Result<()> {
        let shape = Shape::named(&self.like, self.fraction, self.seed)?;
        let extension = self.out.extension().and_then(|extension| extension.to_str());
        let format: TableFormat = extension
            .with_context(|| {
                format!("expected a file name in .csv or .parquet, found {:?}", self.out)
            })?
            .parse()?;
        let reporter = Reporter::new(shared.progress, "generating", shape.ratings as u64);
        let mut rows: Vec<GeneratedRating> = Vec::with_capacity(shape.ratings);
        let Ok(()) = generate(&shape, |row| -> Result<(), Infallible> {
            rows.push(row);
            reporter.set(rows.len() as u64);
            Ok(())
        });
        drop(reporter);
        let integers =
            |of: fn(&GeneratedRating) -> i64| Values::Integers(rows.iter().map(of).collect());
        let columns = [
            Column { name: "user", values: integers(|row| i64::from(row.user)) },
            Column { name: "item", values: integers(|row| i64::from(row.item)) },
            Column {
                name: "rating",
                values: Values::Reals(rows.iter().map(|r| r.rating).collect()),
            },
            Column { name: "timestamp", values: integers(|row| row.timestamp) },
        ];
        write_table(&self.out, format, &columns)?;
        let path = self.out.display().to_string();
        output::one(shared.format, &Generated { path, ratings: rows.len() as u64 })
    }
}
