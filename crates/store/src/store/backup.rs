//! Making a consistent copy of the database while others read and write.

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

/// A finished copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Backup {
    /// Its path.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
}

impl Store {
    /// Writes a copy of the whole database to `path`, read in one transaction. It includes the
    /// packed ratings, the models, and the state of a running job as of its last checkpoint, but no
    /// unused pages. Other processes can read and write meanwhile, but the write-ahead log cannot
    /// shrink until the copy is finished. The copy is a normal database.
    ///
    /// The copy appears at `path` complete and synced to disk, or not at all. Until then it is a
    /// hidden file in the same folder, which is removed if the future fails, or soon after the
    /// future is dropped. Only the current user can read the copy.
    ///
    /// The ids, the titles and the packed ratings are verified first, since a copy of a damaged
    /// database is no use as a backup.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if they are damaged; [`BackupError::Exists`] if `path` exists (it is
    /// left untouched); [`StoreError::Unwritable`] or [`StoreError::Full`] if the copy cannot be
    /// written.
    pub async fn backup(&self, path: &Path) -> Result<Backup, BackupError> {
        if path.symlink_metadata().is_ok() {
            return Err(BackupError::Exists { path: path.to_owned() });
        }
        let unwritable = |error: io::Error| unwritable(path, error.to_string());
        // SQLite could interpret a relative name as something else, such as a URI.
        let whole = std::path::absolute(path).map_err(unwritable)?;
        let folder = whole.parent().unwrap_or(Path::new("/")).to_owned();
        let temp = tempfile::Builder::new()
            .prefix(".likemind-backup-")
            .tempfile_in(&folder)
            .map_err(unwritable)?;
        // In a separate task: if this future is dropped, the copy is completed and then removed. If
        // the file were removed earlier, SQLite could create it again.
        let store = self.clone();
        let copying = tokio::spawn(async move { store.copy_to(temp.path()).await.map(|()| temp) });
        let copied = copying.await.map_err(|error| Fault::Damaged(error.to_string())).flatten();
        let temp = copied.map_err(|fault| match fault {
            // The source is damaged, not the copy.
            Fault::Damaged(_) => fault.at(self.location()),
            _ => fault.at(&Location::from(path)),
        })?;
        let bytes = publish(temp, &whole, &folder).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Exists { path: path.to_owned() },
            _ => unwritable(error).into(),
        })?;
        Ok(Backup { path: path.to_owned(), bytes })
    }

    async fn copy_to(&self, path: &Path) -> Result<(), Fault> {
        let Some(name) = path.to_str() else {
            return Err(Fault::Unwritable("a name that is not UTF-8".to_owned()));
        };
        verify::quick_check(&mut *self.database.begin_read().await?).await?;
        file::copy_to(&mut *self.database.connection().await?, name).await
    }
}

/// Renames the file to `path` unless that exists by now. Returns its size.
fn publish(temp: NamedTempFile, path: &Path, folder: &Path) -> io::Result<u64> {
    let file = temp.as_file();
    file.sync_all()?;
    let bytes = file.metadata()?.len();
    temp.persist_noclobber(path)?;
    // Otherwise a power failure could lose the name. Folders cannot be opened on some systems.
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(bytes)
}

fn unwritable(path: &Path, found: String) -> StoreError {
    StoreError::Unwritable { location: path.into(), found }
}
