//! Reads a source of ratings in any supported layout.

pub(crate) mod collect;
pub(crate) mod columns;
mod container;
mod decode;
mod fields;
mod first_rows;
mod items;
mod json;
mod layout_match;
mod layouts;
mod matrix;
mod missing;
mod netflix;
mod numbers;
mod outliers;
mod parts;
mod preamble;
mod quotes;
mod rows;
mod sniff;
mod text_format;
pub(crate) mod times;
mod unpack;

use crate::dataset::{Dataset, Layout, Source};
use crate::error::DataError;
use crate::options::ReadOptions;
use crate::parquet;
use collect::{Collector, ScaleRule};
use container::Container;
use layout_match::LayoutMatch;
use likemind::RatingScale;
use sniff::Format;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// Reads a data set completely; on an error nothing is returned.
///
/// Ids are kept as written, in UTF-8. Surrounding blanks are removed unless they are within quotes.
/// A row of text may have at most 64 KiB. Blank lines are skipped.
///
/// # Errors
/// Returns [`DataError`] if the source cannot be read, has no known layout, or contains an invalid
/// row and the options do not say to skip bad rows.
pub fn read(source: &Source, options: &ReadOptions) -> Result<Dataset, DataError> {
    match source {
        Source::StandardInput => read_unseekable(io::stdin().lock(), "standard input", options),
        Source::Path(path) => read_path(path, options),
    }
}

/// Reads a stream that may be a .zip. Because the directory of a .zip is at its end, it is copied
/// to an unnamed temporary file, which the system removes.
fn read_unseekable(
    mut reader: impl Read,
    file: &str,
    options: &ReadOptions,
) -> Result<Dataset, DataError> {
    let unreadable = |source| DataError::Unreadable { file: file.to_owned(), source };
    let mut magic = [0; 4];
    let length = unpack::read_up_to(&mut reader, &mut magic).map_err(unreadable)?;
    let is_zip = unpack::is_zip(&magic[..length]);
    let mut whole = io::Cursor::new(magic).take(length as u64).chain(reader);
    if is_zip {
        let mut copy = tempfile::tempfile().map_err(unreadable)?;
        io::copy(&mut whole, &mut copy).map_err(unreadable)?;
        return layouts::read_container(Container::zip(Path::new(file), copy)?, options);
    }
    reject_part(file, options)?;
    read_from(whole, file, options)
}

/// Rejects the `part` option for a single file.
fn reject_part(file: &str, options: &ReadOptions) -> Result<(), DataError> {
    let Some(part) = options.part.clone() else { return Ok(()) };
    Err(DataError::NoSuchPart { file: file.to_owned(), part, found: "a single file".to_owned() })
}

fn read_path(path: &Path, options: &ReadOptions) -> Result<Dataset, DataError> {
    let file = path.display().to_string();
    let unreadable = |source| DataError::Unreadable { file: file.clone(), source };
    if path.is_dir() {
        return layouts::read_container(Container::folder(path).map_err(unreadable)?, options);
    }
    let mut opened = File::open(path).map_err(unreadable)?;
    if !opened.metadata().map_err(unreadable)?.is_file() {
        // A pipe, such as from `<(…)`, or a device.
        return read_unseekable(opened, &file, options);
    }
    let mut magic = [0; 4];
    let length = unpack::read_up_to(&mut opened, &mut magic).map_err(unreadable)?;
    opened.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    if unpack::is_zip(&magic[..length]) {
        return layouts::read_container(Container::zip(path, opened)?, options);
    }
    reject_part(&file, options)?;
    let name = path.file_name().map_or_else(|| file.clone(), |name| name.to_string_lossy().into());
    read_stream(opened, &name, options)
}

/// Reads ratings from a stream of text or Parquet, optionally compressed with gzip. `file` is its
/// name in errors.
///
/// # Errors
/// Same as [`read`].
pub fn read_from(
    reader: impl Read,
    file: &str,
    options: &ReadOptions,
) -> Result<Dataset, DataError> {
    read_stream(reader, file, options)
}

/// Reads a single file or stream.
fn read_stream(reader: impl Read, file: &str, options: &ReadOptions) -> Result<Dataset, DataError> {
    let mut collector = Collector::new(file, options);
    let layout = options.layout.map(LayoutMatch::from_option);
    let layout = read_ratings(reader, layout, options, &mut collector)?;
    read_items_file(options, &mut collector)?;
    collector.finish(stem(file), layout)
}

/// Reads the ratings of a stream, which may be compressed, and returns its layout. If `layout` is
/// `None`, it is detected.
fn read_ratings(
    reader: impl Read,
    layout: Option<LayoutMatch>,
    options: &ReadOptions,
    collector: &mut Collector<'_>,
) -> Result<Layout, DataError> {
    let file = collector.file().to_owned();
    let reader = unpack::gunzip_if_compressed(reader, &file, options)?;
    let reader = decode::utf_8(reader, &file, options)?;
    let (reader, start) = sniff::peek(reader, &file, options)?;
    let is_table = options.matrix.is_none();
    let layout = layout.or_else(|| layouts::layout_of(&file, &start).filter(|_| is_table));
    if let Some(known) = layout {
        known.expect_scale(&start, collector);
    }
    let format = sniff::format(&start, &file, layout, options)?;
    let mut reader = BufReader::with_capacity(1 << 20, reader);
    let format_layout = match &format {
        Format::Parquet => {
            parquet::read(
                unpack::read_all(reader, &file, options.max_unpacked_bytes)?,
                options,
                collector,
            )?;
            Layout::Parquet
        }
        Format::JsonLines(format) => {
            json::read(&mut reader, format, collector)?;
            Layout::JsonLines
        }
        Format::Netflix => {
            collector.expect_scale(ScaleRule::Fixed(RatingScale::FIVE_STARS), String::new());
            netflix::read(&mut reader, collector)?;
            Layout::Netflix
        }
        Format::Matrix(format) => {
            matrix::read(&mut reader, format, collector)?;
            Layout::Csv
        }
        Format::Text(format) => {
            rows::read(&mut reader, format, collector)?;
            Layout::Csv
        }
    };
    Ok(layout.map_or(format_layout, |known| known.layout))
}

/// Adds the titles, years and genres from the separate items file, if one is given.
fn read_items_file(options: &ReadOptions, collector: &mut Collector<'_>) -> Result<(), DataError> {
    let Some(path) = &options.items else { return Ok(()) };
    let file = path.display().to_string();
    let opened =
        File::open(path).map_err(|source| DataError::Unreadable { file: file.clone(), source })?;
    let opened = unpack::gunzip_if_compressed(opened, &file, options)?;
    let bytes = unpack::read_all(opened, &file, unpack::MAX_LIST_BYTES)?;
    let name = path.file_name().map_or_else(|| file.clone(), |name| name.to_string_lossy().into());
    items::collect(items::read_file(&bytes, &name, options)?, &name, collector)
}

/// Returns a file name up to its first dot.
fn stem(file: &str) -> &str {
    file.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    #[test]
    fn reads_an_archive_from_a_stream() {
        let mut archive = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        for (name, text) in [
            (
                "ml-latest-small/ratings.csv",
                "userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n",
            ),
            (
                "ml-latest-small/movies.csv",
                "movieId,title,genres\n31,Dangerous Minds (1995),Drama\n",
            ),
        ] {
            archive.start_file(name, SimpleFileOptions::default()).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        let bytes = archive.finish().unwrap().into_inner();
        let read = |bytes: &[u8]| read_unseekable(bytes, "standard input", &ReadOptions::default());
        let dataset = read(&bytes).unwrap();
        assert_eq!((dataset.layout, dataset.ratings.len()), (Layout::MlLatest, 1));
        assert_eq!(dataset.catalogue.iter().count(), 1);
        let truncated = read(&bytes[..bytes.len() / 2]).unwrap_err().to_string();
        assert!(truncated.contains("standard input"), "{truncated}");
    }
}
