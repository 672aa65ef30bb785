//! Downloads known data sets from their publisher.

mod fetch;

use crate::error::DataError;
use fetch::Fetch;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The names of the data sets that can be downloaded.
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

/// The base URL of GroupLens, the publisher of all of them.
const PUBLISHER: &str = "https://files.grouplens.org/datasets";

/// Maximum time to wait for data from the server.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Returns the path of a known data set below the base URL.
fn path_of(name: &str) -> Option<String> {
    match name {
        "lastfm-2k" => Some("hetrec2011/hetrec2011-lastfm-2k.zip".to_owned()),
        _ if KNOWN_DATASETS.contains(&name) => Some(format!("movielens/{name}.zip")),
        _ => None,
    }
}

/// Progress of a download.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DownloadProgress {
    /// Number of bytes downloaded so far, including those of earlier attempts.
    pub done: u64,
    /// Total number of bytes; `None` if the server does not report it.
    pub total: Option<u64>,
}

/// A downloaded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Downloaded {
    /// The path of the file.
    pub path: PathBuf,
    /// How it was checked.
    pub checked: Checked,
}

/// How a downloaded file was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// Its MD5 digest equals the published one.
    Digest,
    /// No digest is published; its length is the one reported by the server.
    LengthOnly,
}

/// Downloads a known data set into a folder and verifies the publisher's digest.
///
/// Creates the folder if necessary, and resumes an interrupted download. The file appears under its
/// name only when it is complete and verified.
///
/// # Errors
/// Returns [`DataError`] if the name is unknown, the server does not answer or closes the
/// connection early, the file cannot be written, or its digest is wrong.
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
    Fetch::new(url, target, TIMEOUT).run(progress)
}

#[cfg(test)]
mod tests;
