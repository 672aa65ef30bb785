//! Opens files of folders and zip archives by name.

use super::unpack::{CompressedSize, LimitedReader};
use crate::error::DataError;
use crate::options::ReadOptions;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use zip::ZipArchive;

/// A folder or zip archive.
pub(super) struct Container {
    path: PathBuf,
    names: Vec<String>,
    zip: Option<Zip>,
}

struct Zip {
    archive: ZipArchive<File>,
    /// The size of the archive file in bytes.
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

    /// The name of the container in errors.
    pub(super) fn display(&self) -> String {
        self.path.display().to_string()
    }

    /// The name of the container for the data set, without the extension.
    pub(super) fn name(&self) -> String {
        let stem = if self.zip.is_some() { self.path.file_stem() } else { self.path.file_name() };
        stem.map_or_else(|| self.display(), |name| name.to_string_lossy().into_owned())
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// Returns a few of the file names, for errors. Names with the extension of `wanted` come
    /// first.
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

    /// Finds the file called `wanted` in any folder. If there are several, returns the one closest
    /// to the top. Resource forks of macOS are ignored.
    pub(super) fn find(&self, wanted: &str) -> Option<String> {
        let base = |name: &str| name.rsplit(['/', '\\']).next() == Some(wanted) || name == wanted;
        let depth = |name: &&String| (name.matches(['/', '\\']).count(), name.len());
        let own = self.names.iter().filter(|name| !name.starts_with("__MACOSX"));
        own.filter(|name| base(name)).min_by_key(depth).cloned()
    }

    /// Opens a file by its full name. Its unpacked size is limited.
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
                let compressed = CompressedSize::Total(entry.compressed_size().min(zip.size));
                Ok(Box::new(LimitedReader::new(entry, compressed, options)))
            }
        }
    }

    /// The name of a file in errors, including the name of the container.
    pub(super) fn label(&self, name: &str) -> String {
        format!("{}/{name}", self.display())
    }
}
