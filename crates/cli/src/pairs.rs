//! Files of pairs of ids.

use crate::files::read_at_most;
use anyhow::{Context, Result, bail};
use csv::{Position, ReaderBuilder, StringRecord};
use std::path::Path;

/// Maximum size of the file in bytes.
const MAXIMUM_BYTES: u64 = 256 << 20;

/// Reads a CSV file with two ids per line and no header. Returns the result of `look_up` for each pair.
///
/// # Errors
/// If the file cannot be read or is not UTF-8. If a line does not have two fields, or `look_up` fails,
/// the error has the line number.
pub(crate) fn read_pairs<T>(
    path: &Path,
    look_up: impl Fn(&str, &str) -> Result<T>,
) -> Result<Vec<T>> {
    let file = path.display();
    let text = read_at_most(path, MAXIMUM_BYTES);
    let text = text.with_context(|| format!("{file}: expected a file of pairs"))?;
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&text[..]);
    let mut record = StringRecord::new();
    let mut found = Vec::new();
    let not_read = || format!("{file}: expected a CSV file in UTF-8");
    while reader.read_record(&mut record).with_context(not_read)? {
        let line = || line_after(&text, record.position().map_or(0, Position::byte) as usize);
        if record.len() != 2 {
            bail!("{file}:{}: expected two ids, found {} fields", line(), record.len());
        }
        let pair = look_up(record[0].trim(), record[1].trim());
        found.push(pair.with_context(|| format!("{file}:{}", line()))?);
    }
    Ok(found)
}

/// The number of the first non-empty line at or after a position.
fn line_after(text: &[u8], place: usize) -> usize {
    let is_end = |byte: &&u8| matches!(**byte, b'\r' | b'\n');
    let start = place + text[place..].iter().take_while(is_end).count();
    1 + text[..start].iter().filter(|&&byte| byte == b'\n').count()
}
