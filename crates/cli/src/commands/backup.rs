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

/// Copies the database to a new file while it is in use
///
/// The copy is a consistent snapshot. The file appears complete or not at all, is readable only by its
/// owner, and never replaces an existing one. To restore it, replace the database by it while no process has
/// the database open.
#[derive(Args)]
pub(crate) struct Backup {
    /// The new file, or - for standard output, which needs a temporary copy next to the database
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
            // The partial copy is removed when the runtime drops its tasks.
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
    // On another thread, so that signals are handled while the reader is slow.
    tokio::task::spawn_blocking(move || out.copy(copied)).await?
}
