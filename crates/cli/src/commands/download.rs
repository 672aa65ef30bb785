//! `likemind download`

use crate::args::Shared;
use crate::output::{Format, Output};
use crate::progress::Reporter;
use crate::record::{Field, Record, RecordColumn, column};
use crate::text::printable;
use anyhow::Result;
use clap::Args;
use likemind_data::{Checked, KNOWN_DATASETS, download};
use serde::Serialize;
use std::path::PathBuf;

/// Fetches a known data set from its publisher and verifies its digest
///
/// An interrupted download is resumed.
#[derive(Args)]
#[command(after_help = format!("Known data sets: {}", KNOWN_DATASETS.join(", ")))]
pub(crate) struct Download {
    /// Name of the data set, such as ml-latest-small
    name: String,
    /// Destination folder
    #[arg(long, default_value = ".", value_name = "FOLDER")]
    into: PathBuf,
}

#[derive(Serialize)]
struct Fetched {
    path: String,
    checked: &'static str,
}

impl Record for Fetched {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("path", |fetched| Field::text(&fetched.path)),
            column("checked", |fetched| Field::text(fetched.checked)),
        ]
    }
}

impl Download {
    pub(crate) fn run(self, shared: &Shared, out: &mut Output<'_>) -> Result<()> {
        let mut reporter = None;
        let downloaded = download(&self.name, &self.into, &mut |progress| {
            let total = progress.total.unwrap_or(0);
            let new = || Reporter::new(shared.progress, "download", "bytes", total);
            reporter.get_or_insert_with(new).set(progress.done);
        })?;
        drop(reporter);
        let checked = match downloaded.checked {
            Checked::Digest => "digest",
            Checked::LengthOnly => "length only",
        };
        let path = downloaded.path.display().to_string();
        out.one(&Fetched { path: path.clone(), checked })?;
        if out.format() == Format::Table {
            out.line(&format!("Next: likemind import {}", printable(&path)))?;
        }
        Ok(())
    }
}
