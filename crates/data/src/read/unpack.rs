//! Decompresses data within limits.

use crate::error::DataError;
use crate::options::ReadOptions;
use flate2::read::MultiGzDecoder;
use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// Maximum ratio of the unpacked to the compressed size.
const MAX_RATIO: u64 = 200;
/// Files up to this unpacked size may have any ratio.
const ALWAYS_ALLOWED_BYTES: u64 = 64 << 20;

/// Maximum number of bytes of a file of titles or genres, which is held in memory.
pub(super) const MAX_LIST_BYTES: u64 = 256 << 20;

pub(super) fn is_zip(start: &[u8]) -> bool {
    start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06")
}

fn is_gzip(start: &[u8]) -> bool {
    start.starts_with(&[0x1f, 0x8b])
}

/// Reads until `buffer` is full or the reader ends, and returns the number of bytes read.
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

/// Returns a reader that decompresses gzip data and passes other data through.
pub(super) fn gunzip_if_compressed<'r>(
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
    let counted = CountingReader { reader: whole, count: Rc::clone(&count) };
    Ok(Box::new(LimitedReader::new(
        MultiGzDecoder::new(counted),
        CompressedSize::SoFar(count),
        options,
    )))
}

/// Reads all bytes; more than `limit` are an error.
pub(super) fn read_all(reader: impl Read, file: &str, limit: u64) -> Result<Vec<u8>, DataError> {
    let mut bytes = Vec::new();
    reader.take(limit + 1).read_to_end(&mut bytes).map_err(|error| broken(file, &error))?;
    match bytes.len() as u64 {
        length if length > limit => Err(DataError::TooLarge { file: file.to_owned(), limit }),
        _ => Ok(bytes),
    }
}

/// Converts the error of a reader; the one of [`LimitedReader`] becomes [`DataError::TooLarge`].
pub(super) fn broken(file: &str, error: &io::Error) -> DataError {
    let file = file.to_owned();
    match error.get_ref().and_then(|inner| inner.downcast_ref::<OverLimit>()) {
        Some(&OverLimit { limit }) => DataError::TooLarge { file, limit },
        None => DataError::Broken { file, reason: error.to_string() },
    }
}

/// The number of compressed bytes.
pub(super) enum CompressedSize {
    /// The total number.
    Total(u64),
    /// The number read so far.
    SoFar(Rc<Cell<u64>>),
}

/// Counts the bytes read.
struct CountingReader<R> {
    reader: R,
    count: Rc<Cell<u64>>,
}

impl<R: Read> Read for CountingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.count.set(self.count.get() + count as u64);
        Ok(count)
    }
}

/// Fails after too many unpacked bytes, because the size in the header of an archive cannot be
/// trusted.
pub(super) struct LimitedReader<R> {
    reader: R,
    unpacked: u64,
    compressed: CompressedSize,
    max: u64,
}

#[derive(Debug, thiserror::Error)]
#[error("more than {limit} bytes when unpacked")]
struct OverLimit {
    limit: u64,
}

impl<R> LimitedReader<R> {
    pub(super) fn new(reader: R, compressed: CompressedSize, options: &ReadOptions) -> Self {
        Self { reader, unpacked: 0, compressed, max: options.max_unpacked_bytes }
    }

    /// Maximum number of unpacked bytes at this point.
    fn limit(&self) -> u64 {
        let compressed = match &self.compressed {
            CompressedSize::Total(size) => *size,
            CompressedSize::SoFar(count) => count.get(),
        };
        compressed.saturating_mul(MAX_RATIO).max(ALWAYS_ALLOWED_BYTES).min(self.max)
    }
}

impl<R: Read> Read for LimitedReader<R> {
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
