//! Downloads one file over HTTP: resumes a partial file, verifies it, and renames it when complete.

use super::{Checked, DownloadProgress, Downloaded};
use crate::error::DataError;
use md5::{Digest, Md5};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::time::Duration;
use ureq::Agent;
use ureq::http::Response;

pub(super) struct Fetch {
    url: String,
    target: PathBuf,
    partial: PathBuf,
    agent: Agent,
}

impl Fetch {
    /// Prepares a download of `url` to `target`. It fails if the server sends nothing for longer
    /// than `timeout`.
    pub(super) fn new(url: String, target: PathBuf, timeout: Duration) -> Self {
        let mut partial = target.clone().into_os_string();
        partial.push(".part");
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(timeout))
            .timeout_recv_response(Some(timeout))
            .timeout_per_read(Some(timeout))
            .user_agent(concat!("likemind/", env!("CARGO_PKG_VERSION")))
            .build();
        Self { url, target, partial: partial.into(), agent: config.into() }
    }

    pub(super) fn run(
        self,
        progress: &mut dyn FnMut(DownloadProgress),
    ) -> Result<Downloaded, DataError> {
        if let Some(folder) = self.target.parent() {
            fs::create_dir_all(folder).map_err(|error| self.unwritable(error))?;
        }
        let expected = self.published_digest()?;
        self.fetch(progress)?;
        if let Some(expected) = &expected {
            let found = self.digest_of_partial()?;
            if found != *expected {
                fs::remove_file(&self.partial).map_err(|error| self.unwritable(error))?;
                let (url, expected) = (self.url, expected.clone());
                return Err(DataError::Digest { url, expected, found });
            }
        }
        fs::rename(&self.partial, &self.target).map_err(|error| self.unwritable(error))?;
        let checked = if expected.is_some() { Checked::Digest } else { Checked::LengthOnly };
        Ok(Downloaded { path: self.target, checked })
    }

    /// Returns the digest published next to the file; `None` if there is none.
    fn published_digest(&self) -> Result<Option<String>, DataError> {
        let response = self.get(&format!("{}.md5", self.url), 0)?;
        match response.status().as_u16() {
            200 => {
                let mut body = response.into_body();
                let text = body.read_to_string().map_err(|error| self.failed(&error))?;
                match find_digest(&text) {
                    Some(digest) => Ok(Some(digest)),
                    None => Err(self.failed(&"a digest file without a digest")),
                }
            }
            404 | 403 => Ok(None),
            status => Err(self.failed(&format!("status {status} for the digest"))),
        }
    }

    /// Downloads the missing part of the file.
    fn fetch(&self, progress: &mut dyn FnMut(DownloadProgress)) -> Result<(), DataError> {
        let have = fs::metadata(&self.partial).map_or(0, |metadata| metadata.len());
        let response = self.get(&self.url, have)?;
        match response.status().as_u16() {
            206 if range_start(&response) == Some(have) => self.save(response, have, progress),
            206 => Err(self.failed(&"a different part of it than requested")),
            200 => self.save(response, 0, progress),
            // The server has nothing left to send: the partial file is complete, or belongs to
            // another version.
            416 if have > 0 => {
                let total = range_total(&response);
                if total == Some(have) {
                    return Ok(());
                }
                fs::remove_file(&self.partial).map_err(|error| self.unwritable(error))?;
                let response = self.get(&self.url, 0)?;
                match response.status().as_u16() {
                    200 => self.save(response, 0, progress),
                    status => Err(self.failed(&format!("status {status}"))),
                }
            }
            status => Err(self.failed(&format!("status {status}"))),
        }
    }

    fn get(&self, url: &str, from: u64) -> Result<Response<ureq::Body>, DataError> {
        let request = self.agent.get(url);
        let request = match from {
            0 => request,
            from => request.header("Range", format!("bytes={from}-")),
        };
        request.call().map_err(|error| self.failed(&error))
    }

    /// Appends a response to the first `have` bytes of the partial file.
    fn save(
        &self,
        response: Response<ureq::Body>,
        have: u64,
        progress: &mut dyn FnMut(DownloadProgress),
    ) -> Result<(), DataError> {
        let total = response.body().content_length().map(|rest| have + rest);
        let mut file = self.open_at(have).map_err(|error| self.unwritable(error))?;
        let mut body = response.into_body().into_reader();
        let mut buffer = vec![0; 1 << 16];
        let mut done = have;
        loop {
            let count = match body.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.failed(&error)),
            };
            file.write_all(&buffer[..count]).map_err(|error| self.unwritable(error))?;
            done += count as u64;
            progress(DownloadProgress { done, total });
        }
        file.sync_all().map_err(|error| self.unwritable(error))?;
        match total {
            Some(total) if total != done => {
                Err(self.failed(&format!("{done} of {total} bytes; run it again to resume")))
            }
            _ => Ok(()),
        }
    }

    fn open_at(&self, have: u64) -> io::Result<File> {
        if have == 0 {
            return File::create(&self.partial);
        }
        OpenOptions::new().append(true).open(&self.partial)
    }

    fn digest_of_partial(&self) -> Result<String, DataError> {
        let mut hash = Md5::new();
        let mut buffer = vec![0; 1 << 20];
        let mut file = File::open(&self.partial).map_err(|error| self.unwritable(error))?;
        loop {
            match file.read(&mut buffer).map_err(|error| self.unwritable(error))? {
                0 => break,
                count => hash.update(&buffer[..count]),
            }
        }
        Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    fn failed(&self, reason: &dyn std::fmt::Display) -> DataError {
        DataError::Download { url: self.url.clone(), reason: reason.to_string() }
    }

    fn unwritable(&self, source: io::Error) -> DataError {
        DataError::Unwritable { file: self.partial.display().to_string(), source }
    }
}

/// Returns the first word of 32 hexadecimal digits.
fn find_digest(text: &str) -> Option<String> {
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .find(|word| word.len() == 32 && word.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .map(str::to_ascii_lowercase)
}

/// Returns the length in `Content-Range: bytes */LENGTH`.
fn range_total(response: &Response<ureq::Body>) -> Option<u64> {
    let range = response.headers().get("content-range")?.to_str().ok()?;
    range.rsplit('/').next()?.parse().ok()
}

/// Returns the first byte in `Content-Range: bytes FIRST-LAST/LENGTH`.
fn range_start(response: &Response<ureq::Body>) -> Option<u64> {
    let range = response.headers().get("content-range")?.to_str().ok()?;
    range.strip_prefix("bytes ")?.split('-').next()?.trim().parse().ok()
}
