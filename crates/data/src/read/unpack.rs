//! Compressed bytes, within limits.

use crate::error::DataError;
use crate::options::ReadOptions;
use flate2::read::MultiGzDecoder;
use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// How often larger than packed a file may be.
const MAX_RATIO: u64 = 200;
/// Files up to this size may be of any ratio.
const SMALL: u64 = 64 << 20;

/// The most bytes of a file of titles or genres, which is held in memory.
pub(super) const LARGEST_LIST: u64 = 256 << 20;

pub(super) fn is_zip(start: &[u8]) -> bool {
    start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06")
}

fn is_gzip(start: &[u8]) -> bool {
    start.starts_with(&[0x1f, 0x8b])
}

/// Fills `buffer` as far as the reader goes.
pub(super) fn read_up_to(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..])? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}

/// The reader itself, or what its gzip data unpack to.
pub(super) fn gunzip_if_packed<'r>(
    mut reader: impl Read + 'r,
    file: &str,
    options: &ReadOptions,
) -> Result<Box<dyn Read + 'r>, DataError> {
    let mut magic = [0; 2];
    let length = read_up_to(&mut reader, &mut magic).map_err(|error| broken(file, &error))?;
    let whole = io::Cursor::new(magic).take(length as u64).chain(reader);
    if !is_gzip(&magic[..length]) {
        return Ok(Box::new(whole));
    }
    let count = Rc::new(Cell::new(0));
    let counted = Counted { reader: whole, count: Rc::clone(&count) };
    Ok(Box::new(Limited::new(MultiGzDecoder::new(counted), Packed::SoFar(count), options)))
}

/// All bytes of a reader that has no more than `limit`.
pub(super) fn read_all(reader: impl Read, file: &str, limit: u64) -> Result<Vec<u8>, DataError> {
    let mut bytes = Vec::new();
    reader.take(limit + 1).read_to_end(&mut bytes).map_err(|error| broken(file, &error))?;
    match bytes.len() as u64 {
        length if length > limit => Err(DataError::TooLarge { file: file.to_owned(), limit }),
        _ => Ok(bytes),
    }
}

/// The error of a reader that failed; one of [`Limited`] keeps its meaning.
pub(super) fn broken(file: &str, error: &io::Error) -> DataError {
    let file = file.to_owned();
    match error.get_ref().and_then(|inner| inner.downcast_ref::<OverLimit>()) {
        Some(&OverLimit { limit }) => DataError::TooLarge { file, limit },
        None => DataError::Broken { file, reason: error.to_string() },
    }
}

/// How many packed bytes there are.
pub(super) enum Packed {
    /// In all.
    InAll(u64),
    /// Those that were read.
    SoFar(Rc<Cell<u64>>),
}

/// Counts what is read.
struct Counted<R> {
    reader: R,
    count: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.count.set(self.count.get() + count as u64);
        Ok(count)
    }
}

/// Fails when too many bytes come: what an archive's header says is not believed.
pub(super) struct Limited<R> {
    reader: R,
    unpacked: u64,
    packed: Packed,
    most: u64,
}

#[derive(Debug, thiserror::Error)]
#[error("more than {limit} bytes when unpacked")]
struct OverLimit {
    limit: u64,
}

impl<R> Limited<R> {
    pub(super) fn new(reader: R, packed: Packed, options: &ReadOptions) -> Self {
        Self { reader, unpacked: 0, packed, most: options.max_unpacked_bytes }
    }

    /// The most bytes that may have come by now.
    fn limit(&self) -> u64 {
        let packed = match &self.packed {
            Packed::InAll(size) => *size,
            Packed::SoFar(count) => count.get(),
        };
        packed.saturating_mul(MAX_RATIO).max(SMALL).min(self.most)
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.unpacked += count as u64;
        let limit = self.limit();
        if self.unpacked > limit {
            return Err(io::Error::other(OverLimit { limit }));
        }
        Ok(count)
    }
}
