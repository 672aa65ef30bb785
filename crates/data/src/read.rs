//! Reading a source.

pub(crate) mod collect;
pub(crate) mod columns;
mod container;
mod decode;
mod far;
mod fields;
mod first_rows;
mod found;
mod items;
mod json;
mod layouts;
mod matrix;
mod missing;
mod netflix;
mod numbers;
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
use found::Found;
use likemind::RatingScale;
use sniff::Format;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// Reads a data set: all of it, or an error and nothing.
///
/// Ids are taken as they are written, in UTF-8, without blanks around them unless those are in quotes;
/// a row of text has 64 KiB at most, and blank lines are passed over.
///
/// # Errors
/// [`DataError`] if the source cannot be read, is of no known layout, or has a row that cannot be
/// used and the options do not say to skip those.
pub fn read(source: &Source, options: &ReadOptions) -> Result<Dataset, DataError> {
    match source {
        Source::StandardInput => read_as_it_comes(io::stdin().lock(), "standard input", options),
        Source::Path(path) => read_path(path, options),
    }
}

/// Reads a stream that may be a .zip as well. Its directory is at its end, so it is kept in a file
/// without a name, which the system removes.
fn read_as_it_comes(
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
        let mut kept = tempfile::tempfile().map_err(unreadable)?;
        io::copy(&mut whole, &mut kept).map_err(unreadable)?;
        return layouts::read_container(Container::zip(Path::new(file), kept)?, options);
    }
    refuse_part(file, options)?;
    read_from(whole, file, options)
}

/// Refuses a part of what has none.
fn refuse_part(file: &str, options: &ReadOptions) -> Result<(), DataError> {
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
        // A pipe, as of `<(…)`, or a device.
        return read_as_it_comes(opened, &file, options);
    }
    let mut magic = [0; 4];
    let length = unpack::read_up_to(&mut opened, &mut magic).map_err(unreadable)?;
    opened.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    if unpack::is_zip(&magic[..length]) {
        return layouts::read_container(Container::zip(path, opened)?, options);
    }
    refuse_part(&file, options)?;
    let name = path.file_name().map_or_else(|| file.clone(), |name| name.to_string_lossy().into());
    read_stream(opened, &name, options)
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
    read_stream(reader, file, options)
}

/// Reads a single file or stream.
fn read_stream(reader: impl Read, file: &str, options: &ReadOptions) -> Result<Dataset, DataError> {
    let mut collector = Collector::new(file, options);
    let layout = options.layout.map(Found::chosen);
    let layout = read_ratings(reader, layout, options, &mut collector)?;
    read_items_file(options, &mut collector)?;
    collector.finish(stem(file), layout)
}

/// Reads the ratings of a stream, which may be packed, and returns its layout; `None` finds it.
fn read_ratings(
    reader: impl Read,
    layout: Option<Found>,
    options: &ReadOptions,
    collector: &mut Collector<'_>,
) -> Result<Layout, DataError> {
    let file = collector.file().to_owned();
    let reader = unpack::gunzip_if_packed(reader, &file, options)?;
    let reader = decode::utf_8(reader, &file, options)?;
    let (reader, start) = sniff::peek(reader, &file, options)?;
    let is_table = options.matrix.is_none();
    let layout = layout.or_else(|| layouts::layout_of(&file, &start).filter(|_| is_table));
    if let Some(found) = layout {
        found.expect_scale(&start, collector);
    }
    let format = sniff::format(&start, &file, layout, options)?;
    let mut reader = BufReader::with_capacity(1 << 20, reader);
    let of_format = match &format {
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
    Ok(layout.map_or(of_format, |found| found.layout))
}

/// Adds what a file of its own says of the items, if there is one.
fn read_items_file(options: &ReadOptions, collector: &mut Collector<'_>) -> Result<(), DataError> {
    let Some(path) = &options.items else { return Ok(()) };
    let file = path.display().to_string();
    let opened =
        File::open(path).map_err(|source| DataError::Unreadable { file: file.clone(), source })?;
    let opened = unpack::gunzip_if_packed(opened, &file, options)?;
    let bytes = unpack::read_all(opened, &file, unpack::LARGEST_LIST)?;
    let name = path.file_name().map_or_else(|| file.clone(), |name| name.to_string_lossy().into());
    items::collect(items::of_file(&bytes, &name, options)?, &name, collector)
}

/// A file's name without what follows its first dot.
fn stem(file: &str) -> &str {
    file.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    #[test]
    fn an_archive_is_read_from_a_stream() {
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
        let read =
            |bytes: &[u8]| read_as_it_comes(bytes, "standard input", &ReadOptions::default());
        let dataset = read(&bytes).unwrap();
        assert_eq!((dataset.layout, dataset.ratings.len()), (Layout::MlLatest, 1));
        assert_eq!(dataset.catalogue.iter().count(), 1);
        let cut_short = read(&bytes[..bytes.len() / 2]).unwrap_err().to_string();
        assert!(cut_short.contains("standard input"), "{cut_short}");
    }
}
