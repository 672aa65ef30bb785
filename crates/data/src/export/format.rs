//! File formats of tables.

use crate::error::DataError;
use std::path::Path;
use std::str::FromStr;

/// The file format of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// Comma-separated text with a header.
    Csv,
    /// JSON Lines: an object per row.
    JsonLines,
    /// Parquet.
    Parquet,
}

impl TableFormat {
    /// Returns the format for the extension of a path: `.csv`, `.jsonl` (or `.ndjson`) or
    /// `.parquet`.
    ///
    /// # Errors
    /// Returns [`DataError::Options`] for any other extension, or none.
    pub fn from_path(path: &Path) -> Result<Self, DataError> {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
        extension.to_ascii_lowercase().parse().map_err(|_| DataError::Options {
            expected: "a file name that ends in .csv, .jsonl or .parquet".to_owned(),
            found: path.display().to_string(),
        })
    }
}

impl FromStr for TableFormat {
    type Err = DataError;
    fn from_str(text: &str) -> Result<Self, DataError> {
        match text {
            "csv" => Ok(Self::Csv),
            "jsonl" | "ndjson" => Ok(Self::JsonLines),
            "parquet" => Ok(Self::Parquet),
            _ => Err(DataError::Options {
                expected: "csv, jsonl or parquet".into(),
                found: format!("{text:?}"),
            }),
        }
    }
}
