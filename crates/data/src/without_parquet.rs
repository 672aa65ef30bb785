//! Replaces the `parquet` module if the crate is built without the feature.

use crate::error::DataError;
use crate::export::Column;
use crate::options::ReadOptions;
use crate::read::collect::Collector;
use std::fs::File;
use std::io;

const REASON: &str =
    "a Parquet file, which this program was built without (the feature `parquet` of likemind-data)";

pub(crate) fn read(
    _bytes: Vec<u8>,
    _options: &ReadOptions,
    collector: &mut Collector<'_>,
) -> Result<(), DataError> {
    Err(DataError::Broken { file: collector.file().to_owned(), reason: REASON.to_owned() })
}

pub(crate) fn write<'a>(
    _file: File,
    _head: &[Column<'_>],
    _batches: impl Iterator<Item = Vec<Column<'a>>>,
) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, REASON))
}

#[cfg(test)]
mod tests {
    use crate::{Column, ReadOptions, TableFormat, Values, read_from, write_table};

    #[test]
    fn rejects_parquet_and_names_the_feature() {
        let read = read_from(&b"PAR1"[..], "ratings.parquet", &ReadOptions::default());
        let read = read.unwrap_err().to_string();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.parquet");
        let column = || vec![Column { name: "user", values: Values::Text(vec![]) }];
        let written = write_table(&path, TableFormat::Parquet, 0, |_| column());
        let written = written.unwrap_err().to_string();
        for error in [read, written] {
            assert!(error.contains("the feature `parquet`"), "{error}");
        }
        assert!(!path.exists());
    }
}
