//! Reading a source.

pub(crate) mod collect;
mod container;
mod items;
mod layouts;
mod rows;
pub(crate) mod sniff;
mod unpack;

use crate::dataset::{Dataset, Layout, Source};
use crate::error::DataError;
use crate::options::ReadOptions;
use crate::parquet;
use collect::Collector;
use container::Container;
use sniff::Format;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// Reads a data set: all of it, or an error and nothing.
///
/// # Errors
/// [`DataError`] if the source cannot be read, is of no known layout, or has a row that cannot be
/// used and the options do not say to skip those.
pub fn read(source: &Source, options: &ReadOptions) -> Result<Dataset, DataError> {
    match source {
        Source::StandardInput => read_from(io::stdin().lock(), "standard input", options),
        Source::Path(path) => read_path(path, options),
    }
}

fn read_path(path: &Path, options: &ReadOptions) -> Result<Dataset, DataError> {
    let file = path.display().to_string();
    let unreadable = |source| DataError::Unreadable { file: file.clone(), source };
    if path.is_dir() {
        return layouts::read_container(Container::folder(path).map_err(unreadable)?, options);
    }
    let mut opened = File::open(path).map_err(unreadable)?;
    let mut magic = [0; 4];
    let length = unpack::read_up_to(&mut opened, &mut magic).map_err(unreadable)?;
    opened.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    if unpack::is_zip(&magic[..length]) {
        return layouts::read_container(Container::zip(path, opened)?, options);
    }
    if let Some(part) = &options.part {
        let (part, found) = (part.clone(), "a single file".to_owned());
        return Err(DataError::NoSuchPart { file, part, found });
    }
    let size = opened.metadata().map_err(unreadable)?.len();
    let name = path.file_name().map_or_else(|| file.clone(), |name| name.to_string_lossy().into());
    read_stream(opened, Some(size), &name, options)
}

/// Reads ratings from a stream: text or Parquet, also compressed with gzip. `file` names it in
/// errors.
///
/// # Errors
/// As [`read`].
pub fn read_from(
    reader: impl Read,
    file: &str,
    options: &ReadOptions,
) -> Result<Dataset, DataError> {
    read_stream(reader, None, file, options)
}

fn read_stream(
    reader: impl Read,
    size: Option<u64>,
    file: &str,
    options: &ReadOptions,
) -> Result<Dataset, DataError> {
    let reader = unpack::gunzip_if_packed(reader, size, file, options)?;
    let (reader, start) = sniff::peek(reader, file)?;
    let format = sniff::format(&start, file, options)?;
    let mut collector = Collector::new(file, options);
    let layout = match format {
        Format::Parquet => {
            parquet::read(unpack::read_all(reader, file)?, &options.columns, &mut collector)?;
            Layout::Parquet
        }
        Format::Text(format) => {
            rows::read(BufReader::with_capacity(1 << 20, reader), &format, &mut collector)?;
            Layout::Csv
        }
    };
    collector.finish(stem(file), layout)
}

/// A file's name without what follows its first dot.
fn stem(file: &str) -> &str {
    file.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or(file)
}
