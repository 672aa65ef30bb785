//! Small files that are read whole.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// All bytes of a file that has no more than `most`, so that one without an end is an error.
pub(crate) fn read_at_most(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 {
        length if length > most => Err(io::Error::other(format!("found more than {most} bytes"))),
        _ => Ok(bytes),
    }
}
