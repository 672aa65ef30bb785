//! Folders and zip archives: files by name.

use super::unpack::{Limited, Packed};
use crate::error::DataError;
use crate::options::ReadOptions;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use zip::ZipArchive;

/// Files that lie together.
pub(super) struct Container {
    path: PathBuf,
    names: Vec<String>,
    zip: Option<Zip>,
}

struct Zip {
    archive: ZipArchive<File>,
    /// Of the whole file, in bytes.
    size: u64,
}

impl Container {
    pub(super) fn folder(path: &Path) -> io::Result<Self> {
        let mut names = Vec::new();
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            if entry.path().is_file() {
                names.extend(entry.file_name().into_string().ok());
            } else if entry.path().is_dir() {
                let folder = entry.file_name();
                for inner in fs::read_dir(entry.path())?.flatten().filter(|e| e.path().is_file()) {
                    let name = Path::new(&folder).join(inner.file_name());
                    names.extend(name.into_os_string().into_string().ok());
                }
            }
        }
        names.sort();
        Ok(Self { path: path.to_owned(), names, zip: None })
    }

    pub(super) fn zip(path: &Path, file: File) -> Result<Self, DataError> {
        let broken =
            |reason: String| DataError::Broken { file: path.display().to_string(), reason };
        let size = file.metadata().map_err(|error| broken(error.to_string()))?.len();
        let archive = ZipArchive::new(file).map_err(|error| broken(error.to_string()))?;
        let mut names: Vec<String> = archive
            .file_names()
            .filter_map(|name| Some(name.ok()?.into_owned()))
            .filter(|name| !name.ends_with('/'))
            .collect();
        names.sort();
        Ok(Self { path: path.to_owned(), names, zip: Some(Zip { archive, size }) })
    }

    /// How the container is called in errors.
    pub(super) fn display(&self) -> String {
        self.path.display().to_string()
    }

    /// The container's own name without an extension, for the data set.
    pub(super) fn name(&self) -> String {
        let stem = if self.zip.is_some() { self.path.file_stem() } else { self.path.file_name() };
        stem.map_or_else(|| self.display(), |name| name.to_string_lossy().into_owned())
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// A few of the names, for errors: first those with the extension of the one that was wanted.
    pub(super) fn some_names(&self, wanted: &str) -> String {
        let extension = Path::new(wanted).extension();
        let mut names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        names.sort_by_key(|name| extension.is_none() || Path::new(name).extension() != extension);
        match names.len() {
            0 => "no file".to_owned(),
            1..=8 => names.join(", "),
            more => format!("{}, … ({more} files)", names[..8].join(", ")),
        }
    }

    /// The file called `wanted`, in whichever folder; the one closest to the top if there are
    /// several, and macOS's resource forks never.
    pub(super) fn find(&self, wanted: &str) -> Option<String> {
        let base = |name: &str| name.rsplit(['/', '\\']).next() == Some(wanted) || name == wanted;
        let depth = |name: &&String| (name.matches(['/', '\\']).count(), name.len());
        let own = self.names.iter().filter(|name| !name.starts_with("__MACOSX"));
        own.filter(|name| base(name)).min_by_key(depth).cloned()
    }

    /// Opens a file by its whole name; what it unpacks to is limited.
    pub(super) fn open<'c>(
        &'c mut self,
        name: &str,
        options: &ReadOptions,
    ) -> Result<Box<dyn Read + 'c>, DataError> {
        let file = self.label(name);
        match &mut self.zip {
            None => {
                let opened = File::open(self.path.join(name));
                Ok(Box::new(opened.map_err(|source| DataError::Unreadable { file, source })?))
            }
            Some(zip) => {
                let entry = zip
                    .archive
                    .by_name(name)
                    .map_err(|error| DataError::Broken { file, reason: error.to_string() })?;
                let packed = Packed::InAll(entry.compressed_size().min(zip.size));
                Ok(Box::new(Limited::new(entry, packed, options)))
            }
        }
    }

    /// A file's name in errors: the container's, and its own.
    pub(super) fn label(&self, name: &str) -> String {
        format!("{}/{name}", self.display())
    }
}
