//! `likemind backup`

use crate::args::Shared;
use crate::database;
use crate::interrupt;
use crate::output::Output;
use crate::record::{Field, Record, RecordColumn, column};
use anyhow::{Context, Result};
use clap::Args;
use likemind_store::Store;
use serde::Serialize;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Writes a copy of the database to a new file, while others use it
///
/// As it is at one moment, while others go on reading and writing. The file appears whole or not at all,
/// readable by its owner alone; one that is there is never replaced. To restore it, put it in the
/// database's place while nothing has that open.
#[derive(Args)]
pub(crate) struct Backup {
    /// The file to make, or - for standard output: then the copy is made beside the database first
    file: PathBuf,
}

#[derive(Serialize)]
struct Made {
    path: String,
    bytes: u64,
}

impl Record for Made {
    fn columns() -> Vec<RecordColumn<Self>> {
        vec![
            column("path", |made| Field::text(&made.path)),
            column("bytes", |made| Field::Count(made.bytes)),
        ]
    }
}

impl Backup {
    pub(crate) async fn run(self, shared: &Shared, out: Output<'static>) -> Result<()> {
        let store = database::open(&shared.db()).await?;
        tokio::select! {
            done = self.make(&store, out) => done,
            // What was begun is removed as the runtime and its tasks are dropped.
            stopped = interrupt::signalled() => Err(stopped?.into()),
        }
    }

    async fn make(&self, store: &Store, mut out: Output<'static>) -> Result<()> {
        if self.file == Path::new("-") {
            return copy_to(out, store).await;
        }
        let made = store.backup(&self.file).await?;
        let path = made.path.display().to_string();
        out.one(&Made { path, bytes: made.bytes })
    }
}

async fn copy_to(mut out: Output<'static>, store: &Store) -> Result<()> {
    let file = store.location().file().context("expected a database in a file")?;
    let beside = std::path::absolute(file)?;
    let folder = beside.parent().context("expected a database in a folder, found none")?;
    let hidden = tempfile::Builder::new().prefix(".likemind-backup-").tempdir_in(folder)?;
    let copy = hidden.path().join("copy.db");
    store.backup(&copy).await?;
    let copied = File::open(&copy)?;
    // On another thread, so that a signal is heard however long the reader takes.
    tokio::task::spawn_blocking(move || out.copy(copied)).await?
}
