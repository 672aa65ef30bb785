//! A file of pairs of ids.

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;

/// The pairs of a CSV file with two ids a line and no header.
///
/// # Errors
/// If the file cannot be read, is not in UTF-8, or has a line of more or fewer fields.
pub(crate) fn read_pairs(path: &Path) -> Result<Vec<(String, String)>> {
    let file = path.display();
    let text = fs::read(path).with_context(|| format!("{file}: expected a file of pairs"))?;
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&text[..]);
    let mut pairs = Vec::new();
    for record in reader.records() {
        let record = record.with_context(|| format!("{file}: expected a CSV file in UTF-8"))?;
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != 2 {
            bail!("{file}:{line}: expected two ids, found {} fields", record.len());
        }
        pairs.push((record[0].trim().to_owned(), record[1].trim().to_owned()));
    }
    Ok(pairs)
}
