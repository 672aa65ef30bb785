//! A sign of life that needs no time: a lock on a file beside the database, which the system takes
//! back from a process that is gone.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

/// What the file's name ends with.
const SUFFIX: &str = "-job";

/// The lock, as long as it is kept.
#[derive(Debug)]
pub(super) struct Sign {
    /// `None` where the file system has no locks: the heartbeat alone tells then.
    locked: Option<(File, PathBuf)>,
}

impl Sign {
    /// Shows the sign for the database at `path`.
    pub(super) fn show(path: &Path) -> Self {
        let path = beside(path);
        let file = open(&path).filter(|file| file.try_lock().is_ok());
        Self { locked: file.map(|file| (file, path)) }
    }

    /// Whether whoever showed a sign last is gone for certain: the lock is to be had.
    pub(super) fn is_gone(path: &Path) -> bool {
        let path = beside(path);
        // No file tells nothing: the holder may be where files cannot be locked.
        path.exists() && open(&path).is_some_and(|file| file.try_lock().is_ok())
    }
}

impl Drop for Sign {
    fn drop(&mut self) {
        if let Some((_, path)) = &self.locked {
            // Left behind, it only takes up a name.
            let _ = std::fs::remove_file(path);
        }
    }
}

fn open(path: &Path) -> Option<File> {
    OpenOptions::new().write(true).create(true).truncate(false).open(path).ok()
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(SUFFIX);
    PathBuf::from(name)
}
