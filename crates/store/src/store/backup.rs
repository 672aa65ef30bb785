//! A consistent copy of the database, made while others read and write.

use super::verify;
use crate::error::{BackupError, StoreError};
use crate::fault::Fault;
use crate::location::Location;
use crate::sqlite::file;
use crate::store::Store;
use serde::Serialize;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A copy that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Backup {
    /// Where it is.
    pub path: PathBuf,
    /// How large it is.
    pub bytes: u64,
}

impl Store {
    /// Writes a copy of the whole database to `path`, as it is at one moment: with the packed ratings,
    /// the models, and a job under way as far as its last checkpoint. Others go on reading and writing
    /// meanwhile; only the write-ahead log cannot shrink until the copy is made. Pages out of use are
    /// not copied. The copy is a database like any other.
    ///
    /// The copy appears at `path` whole, on the disk, or not at all: until then it is a hidden file
    /// in the same folder, which is removed if the future fails, or soon after it is dropped. Only the user who runs
    /// this can read it.
    ///
    /// The ids, the titles and the packed ratings are verified first: a copy of what is damaged is
    /// none to go back to.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if these are not as they were written; [`BackupError::Exists`] if there
    /// is something at `path`, which stays untouched; [`StoreError::Unwritable`] or
    /// [`StoreError::Full`] if the copy cannot be written there.
    pub async fn backup(&self, path: &Path) -> Result<Backup, BackupError> {
        if path.symlink_metadata().is_ok() {
            return Err(BackupError::Exists { path: path.to_owned() });
        }
        let unwritable = |error: io::Error| unwritable(path, error.to_string());
        // An absolute path is nothing else to SQLite, whatever the name.
        let whole = std::path::absolute(path).map_err(unwritable)?;
        let folder = whole.parent().unwrap_or(Path::new("/")).to_owned();
        let hidden = tempfile::Builder::new()
            .prefix(".likemind-backup-")
            .tempfile_in(&folder)
            .map_err(unwritable)?;
        // In a task of its own: if this future is dropped, the copy is made to its end and then
        // removed. Removed before, SQLite could make the file anew.
        let store = self.clone();
        let copying =
            tokio::spawn(async move { store.copy_to(hidden.path()).await.map(|()| hidden) });
        let copied = copying.await.map_err(|error| Fault::Damaged(error.to_string())).flatten();
        let hidden = copied.map_err(|fault| match fault {
            // It is what is read that is damaged.
            Fault::Damaged(_) => fault.at(self.location()),
            _ => fault.at(&Location::from(path)),
        })?;
        let bytes = publish(hidden, &whole, &folder).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Exists { path: path.to_owned() },
            _ => unwritable(error).into(),
        })?;
        Ok(Backup { path: path.to_owned(), bytes })
    }

    async fn copy_to(&self, path: &Path) -> Result<(), Fault> {
        let Some(name) = path.to_str() else {
            return Err(Fault::Unwritable("a name that is not UTF-8".to_owned()));
        };
        verify::expect_sound_in_short(&mut *self.database.reading().await?).await?;
        file::copy_to(&mut *self.database.connection().await?, name).await
    }
}

/// Gives the file its name, unless that is taken by now. Returns its size.
fn publish(hidden: NamedTempFile, path: &Path, folder: &Path) -> io::Result<u64> {
    let file = hidden.as_file();
    file.sync_all()?;
    let bytes = file.metadata()?.len();
    hidden.persist_noclobber(path)?;
    // Else the name could be lost with the power. Some systems open no folders.
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(bytes)
}

fn unwritable(path: &Path, found: String) -> StoreError {
    StoreError::Unwritable { location: path.into(), found }
}
