//! The published layouts: which file holds what.

use super::collect::{self, Collector, ScaleRule};
use super::container::Container;
use super::{items, read_ratings, read_stream, sniff, unpack};
use crate::dataset::{Dataset, Layout};
use crate::error::{DataError, RowFault};
use crate::options::{Delimiter, ReadOptions};
use likemind::RatingScale;

/// What tells the layouts apart: the file that holds the ratings.
const RATING_FILES: [(&str, Layout); 4] = [
    ("ratings.csv", Layout::MlLatest),
    ("ratings.dat", Layout::Ml1m),
    ("u.data", Layout::Ml100k),
    ("user_artists.dat", Layout::Lastfm2k),
];

pub(super) fn read_container(
    mut container: Container,
    options: &ReadOptions,
) -> Result<Dataset, DataError> {
    let part = part_name(&container, options)?;
    let found = match options.layout {
        None => detect(&mut container, options)?,
        Some(Layout::Csv | Layout::Parquet) => None,
        Some(layout) => Some((layout, container.find(rating_file(layout)))),
    };
    let (layout, name) = match (found, part) {
        (Some((layout, _)), Some(part)) => (layout, part),
        (Some((layout, Some(usual))), None) => (layout, usual),
        (Some((layout, None)), None) => {
            return Err(unknown(&container, &format!("{} for {layout}", rating_file(layout))));
        }
        (None, part) => return read_only_table(container, part, options),
    };
    let label = container.label(&name);
    let mut collector = Collector::new(&label, options);
    read_ratings(container.open(&name, options)?, Some(layout), options, &mut collector)?;
    read_items(&mut container, layout, options, &mut collector)?;
    collector.finish(&container.name(), layout)
}

/// The published layout of a folder or archive and its file of ratings; `None` for any other.
fn detect(
    container: &mut Container,
    options: &ReadOptions,
) -> Result<Option<(Layout, Option<String>)>, DataError> {
    for (file, layout) in RATING_FILES {
        let Some(name) = container.find(file) else { continue };
        let label = container.label(&name);
        let (_, start) = sniff::peek(container.open(&name, options)?, &label)?;
        if layout_of(&name, &start) == Some(layout) {
            return Ok(Some((layout, Some(name))));
        }
    }
    Ok(None)
}

/// The published layout of a file of ratings, from its name and how it begins; `None` for any other.
pub(super) fn layout_of(name: &str, start: &[u8]) -> Option<Layout> {
    let base = name.rsplit(['/', '\\']).next()?;
    let base = base.strip_suffix(".gz").unwrap_or(base);
    let &(_, layout) = RATING_FILES.iter().find(|(file, _)| *file == base)?;
    // Other people's files are called ratings.csv too.
    (layout != Layout::MlLatest || has_movielens_header(start)).then_some(layout)
}

fn has_movielens_header(start: &[u8]) -> bool {
    let names = sniff::first_row(start, Delimiter::Byte(b','), "");
    names.is_ok_and(|names| names == ["userId", "movieId", "rating", "timestamp"])
}

fn rating_file(layout: Layout) -> &'static str {
    RATING_FILES.iter().find(|&&(_, of)| of == layout).map_or("", |&(file, _)| file)
}

fn part_name(container: &Container, options: &ReadOptions) -> Result<Option<String>, DataError> {
    let Some(part) = &options.part else { return Ok(None) };
    match container.find(part) {
        Some(name) => Ok(Some(name)),
        None => Err(DataError::NoSuchPart {
            file: container.display(),
            part: part.clone(),
            found: container.some_names(part),
        }),
    }
}

fn unknown(container: &Container, expected: &str) -> DataError {
    DataError::UnknownLayout {
        file: container.display(),
        expected: expected.to_owned(),
        found: container.some_names(""),
    }
}

/// A container of no published layout: the part asked for, `ratings.csv`, or the single table.
fn read_only_table(
    mut container: Container,
    part: Option<String>,
    options: &ReadOptions,
) -> Result<Dataset, DataError> {
    let is_table = |name: &&String| {
        let plain = name.strip_suffix(".gz").unwrap_or(name).to_ascii_lowercase();
        [".csv", ".tsv", ".parquet"].iter().any(|extension| plain.ends_with(extension))
    };
    let tables: Vec<_> = container.names().iter().filter(is_table).cloned().collect();
    let name = match (part.or_else(|| container.find("ratings.csv")), &tables[..]) {
        (Some(name), _) => name,
        (None, [table]) => table.clone(),
        _ => {
            let files: Vec<_> = RATING_FILES.iter().map(|&(file, _)| file).collect();
            let expected = format!("{} or one CSV, TSV or Parquet file", files.join(", "));
            return Err(unknown(&container, &expected));
        }
    };
    let label = container.label(&name);
    let stem = container.name();
    let dataset = read_stream(container.open(&name, options)?, &label, options)?;
    Ok(Dataset { name: stem, ..dataset })
}

/// The scale that a layout's publisher documents.
pub(super) fn scale_rule(layout: Layout) -> ScaleRule {
    match layout {
        Layout::Ml100k => ScaleRule::Fixed(RatingScale::FIVE_STARS),
        Layout::MlLatest => ScaleRule::Fixed(RatingScale::HALF_STARS),
        // 1M has whole stars and 10M half ones, in the same layout.
        Layout::Ml1m => ScaleRule::Stars,
        _ => ScaleRule::Find,
    }
}

/// Reads what is known of the items, also of those that nobody rated.
fn read_items(
    container: &mut Container,
    layout: Layout,
    options: &ReadOptions,
    collector: &mut Collector<'_>,
) -> Result<(), DataError> {
    let wanted = match layout {
        Layout::Ml100k => "u.item",
        Layout::Ml1m => "movies.dat",
        Layout::MlLatest => "movies.csv",
        Layout::Lastfm2k => "artists.dat",
        Layout::Csv | Layout::Parquet => return Ok(()),
    };
    let Some(text) = read_text(container, wanted, options)? else { return Ok(()) };
    let label = container.label(wanted);
    let genres = match layout {
        Layout::Ml100k => read_text(container, "u.genre", options)?,
        _ => None,
    };
    let found = match layout {
        Layout::Ml100k => items::ml_100k(&text, genres.as_deref()),
        Layout::Ml1m => items::ml_1m(&text),
        Layout::MlLatest => items::ml_latest(&text, &label)?,
        _ => items::lastfm(&text),
    };
    for (line, item) in found {
        let added = item.and_then(|(id, info)| {
            collect::check_id(&id, "an item id")?;
            let items = &mut collector.table.items;
            let index = items
                .intern(&id)
                .map_err(|error| RowFault::new("ids to spare", error.to_string()))?;
            collector.catalogue.set(index, info);
            Ok(())
        });
        if let Err(fault) = added {
            collector.bad_row(fault.at(&label, line))?;
        }
    }
    Ok(())
}

fn read_text(
    container: &mut Container,
    wanted: &str,
    options: &ReadOptions,
) -> Result<Option<String>, DataError> {
    let Some(name) = container.find(wanted) else { return Ok(None) };
    let label = container.label(&name);
    let bytes = unpack::read_all(container.open(&name, options)?, &label)?;
    Ok(Some(items::decode(&bytes)))
}
