//! Files of ids.

use crate::files::read_at_most;
use anyhow::{Context, Result, bail};
use csv::{Position, ReaderBuilder, StringRecord};
use std::path::Path;

/// Maximum size of the file in bytes.
const MAXIMUM_BYTES: u64 = 256 << 20;

/// Reads a CSV file with `N` ids per line and no header. Returns the result of `look_up` for each
/// line.
///
/// # Errors
/// If the file cannot be read or is not UTF-8. If a line does not have `N` fields, or `look_up`
/// fails, the error has the line number.
pub(crate) fn read_ids<const N: usize, T>(
    path: &Path,
    look_up: impl Fn([&str; N]) -> Result<T>,
) -> Result<Vec<T>> {
    let file = path.display();
    let text = read_at_most(path, MAXIMUM_BYTES);
    let text = text.with_context(|| format!("{file}: expected a file of ids"))?;
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&text[..]);
    let mut record = StringRecord::new();
    let mut found = Vec::new();
    let not_read = || format!("{file}: expected a CSV file in UTF-8");
    while reader.read_record(&mut record).with_context(not_read)? {
        let line = || line_after(&text, record.position().map_or(0, Position::byte) as usize);
        if record.len() != N {
            let expected = if N == 1 { "one id" } else { "two ids" };
            bail!("{file}:{}: expected {expected}, found {} fields", line(), record.len());
        }
        let ids = std::array::from_fn(|field| record[field].trim());
        found.push(look_up(ids).with_context(|| format!("{file}:{}", line()))?);
    }
    Ok(found)
}

/// The number of the first non-empty line at or after a position.
fn line_after(text: &[u8], place: usize) -> usize {
    let is_end = |byte: &&u8| matches!(**byte, b'\r' | b'\n');
    let start = place + text[place..].iter().take_while(is_end).count();
    1 + text[..start].iter().filter(|&&byte| byte == b'\n').count()
}
