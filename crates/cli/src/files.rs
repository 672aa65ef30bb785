//! Reading small files, and formats of files to write.

use likemind_data::TableFormat;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Reads a file of at most `limit` bytes. A larger or endless one is an error.
pub(crate) fn read_at_most(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 {
        length if length > limit => Err(io::Error::other(format!("found more than {limit} bytes"))),
        _ => Ok(bytes),
    }
}

/// The format of a table: as requested, or by the file name, or else CSV.
pub(crate) fn table_format(requested: Option<TableFormat>, file: &Path) -> TableFormat {
    requested.or_else(|| TableFormat::from_path(file).ok()).unwrap_or(TableFormat::Csv)
}
