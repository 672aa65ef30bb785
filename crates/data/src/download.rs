//! Data sets from their publishers.

mod fetch;

use crate::error::DataError;
use fetch::Fetch;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The data sets that can be downloaded.
pub const KNOWN_DATASETS: [&str; 9] = [
    "ml-latest-small",
    "ml-latest",
    "ml-100k",
    "ml-1m",
    "ml-10m",
    "ml-20m",
    "ml-25m",
    "ml-32m",
    "lastfm-2k",
];

/// GroupLens, who publish all of them.
const PUBLISHER: &str = "https://files.grouplens.org/datasets";

/// How long a server may be silent.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where a known data set lies at its publisher.
fn path_of(name: &str) -> Option<String> {
    match name {
        "lastfm-2k" => Some("hetrec2011/hetrec2011-lastfm-2k.zip".to_owned()),
        _ if KNOWN_DATASETS.contains(&name) => Some(format!("movielens/{name}.zip")),
        _ => None,
    }
}

/// How far a download is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DownloadProgress {
    /// Bytes that lie in the folder.
    pub done: u64,
    /// Bytes in all, where the server says.
    pub total: Option<u64>,
}

/// A file that was downloaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Downloaded {
    /// Where it lies.
    pub path: PathBuf,
    /// How it was checked.
    pub checked: Checked,
}

/// How a downloaded file was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// Its MD5 digest is the publisher's.
    Digest,
    /// The publisher has no digest of it; its length is what the server said.
    LengthOnly,
}

/// Downloads a known data set into a folder, which is made if need be, goes on where an earlier download broke off, and
/// checks the publisher's digest. The file appears under its name when it is whole and checked.
///
/// # Errors
/// [`DataError`] if the name is unknown, the server does not answer or breaks off, the file cannot
/// be written, or its digest is wrong.
pub fn download(
    name: &str,
    folder: &Path,
    progress: &mut dyn FnMut(DownloadProgress),
) -> Result<Downloaded, DataError> {
    download_from(PUBLISHER, name, folder, progress)
}

fn download_from(
    publisher: &str,
    name: &str,
    folder: &Path,
    progress: &mut dyn FnMut(DownloadProgress),
) -> Result<Downloaded, DataError> {
    let path = path_of(name).ok_or_else(|| DataError::UnknownDataset {
        name: name.to_owned(),
        known: KNOWN_DATASETS.join(", "),
    })?;
    let url = format!("{publisher}/{path}");
    let target = folder.join(path.rsplit('/').next().unwrap_or(name));
    Fetch::new(url, target, PATIENCE).run(progress)
}

#[cfg(test)]
mod tests;
