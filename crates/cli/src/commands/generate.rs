//! `likemind generate`

use crate::args::Shared;
use crate::output::Output;
use crate::progress::Reporter;
use crate::record::{Field, Record, RecordColumn, column};
use crate::values;
use anyhow::Result;
use clap::Args;
use likemind_data::{Shape, write_generated};
use serde::Serialize;
use std::path::PathBuf;

/// Writes synthetic ratings with the shape of a known data set, as CSV, JSON Lines or Parquet
///
/// Equal seeds give equal ratings.
#[derive(Args)]
pub(crate) struct Generate {
    /// Shape: ml-100k, ml-1m, ml-10m, ml-25m, ml-32m
    #[arg(long)]
    like: String,
    /// Fraction of the ratings to generate, above 0 and up to 1
    #[arg(long, default_value_t = 1.0)]
    fraction: f64,
    /// Random seed
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Output file: .csv, .jsonl or .parquet
    #[arg(long, value_name = "FILE", value_parser = values::new_file())]
    out: PathBuf,
}

#[derive(Serialize)]
struct Generated {
    path: String,
    ratings: u64,
}

impl Record for Generated {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("path", |generated| Field::text(&generated.path)),
            column("ratings", |generated| Field::Count(generated.ratings)),
        ]
    }
}

impl Generate {
    pub(crate) fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        let shape = Shape::named(&self.like, self.fraction, self.seed)?;
        let reporter =
            Reporter::new(shared.progress, "generating", "ratings", shape.ratings as u64);
        let ratings = write_generated(&shape, &self.out, &mut |done| reporter.set(done))?;
        drop(reporter);
        let path = self.out.display().to_string();
        out.one(&Generated { path, ratings })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Format;
    use crate::progress::ProgressMode;

    #[test]
    fn the_result_is_written_to_the_output() {
        let folder = tempfile::tempdir().unwrap();
        let shared = Shared { db: None, format: Format::Csv, progress: ProgressMode::None };
        let file = folder.path().join("made.csv");
        let generate =
            Generate { like: "ml-100k".to_owned(), fraction: 0.01, seed: 1, out: file.clone() };
        let mut written = Vec::new();
        generate.run(&shared, &mut Output::new(Format::Csv, &mut written)).unwrap();
        let ratings = std::fs::read_to_string(&file).unwrap().lines().count() - 1;
        let expected = format!("path,ratings\n{},{ratings}\n", file.display());
        assert_eq!(String::from_utf8(written).unwrap(), expected);
    }
}
