//! The published layouts: which file holds what.

use super::collect::Collector;
use super::columns;
use super::container::Container;
use super::first_rows::first_row;
use super::found::{Found, delimiter};
use super::{items, parts, read_items_file, read_ratings, sniff, unpack};
use crate::dataset::{Dataset, Layout};
use crate::error::DataError;
use crate::options::ReadOptions;

/// What tells the layouts apart: the file that holds the ratings.
const RATING_FILES: [(&str, Layout); 4] = [
    ("ratings.csv", Layout::MlLatest),
    ("ratings.dat", Layout::Ml1m),
    ("u.data", Layout::Ml100k),
    ("user_artists.dat", Layout::Lastfm2k),
];

/// The series of files that hold Netflix's ratings, with `#` for a number.
const NETFLIX_FILES: [&str; 2] = ["combined_data_#.txt", "mv_#.txt"];

/// The files of ratings of a folder or archive, and their layout, if it is a published one.
struct Plan {
    layout: Option<Found>,
    files: Vec<String>,
}

pub(super) fn read_container(
    mut container: Container,
    options: &ReadOptions,
) -> Result<Dataset, DataError> {
    let Plan { layout, files } = plan(&mut container, options)?;
    let mut collector = Collector::new(&container.display(), options);
    let mut read_as = None;
    for name in &files {
        collector.begin(&container.label(name));
        let layout = read_ratings(container.open(name, options)?, layout, options, &mut collector);
        match layout {
            Ok(layout) => read_as = read_as.or(Some(layout)),
            // Programs that write in parts leave some of them empty.
            Err(DataError::Empty { .. }) if files.len() > 1 => {}
            Err(error) => return Err(error),
        }
    }
    let layout = layout.map(|found| found.layout).or(read_as).unwrap_or(Layout::Csv);
    read_items(&mut container, layout, options, &mut collector)?;
    if let [_, .., _] = &files[..] {
        collector.begin(&container.display());
    }
    read_items_file(options, &mut collector)?;
    collector.finish(&container.name(), layout)
}

fn plan(container: &mut Container, options: &ReadOptions) -> Result<Plan, DataError> {
    let part = part_name(container, options)?;
    let found = match options.layout {
        None => detect(container, options)?,
        Some(Layout::Csv | Layout::JsonLines | Layout::Parquet) => None,
        Some(layout) => {
            let files = usual_files(container, layout);
            Some(Plan { layout: Some(Found::chosen(layout)), files })
        }
    };
    match (found, part) {
        (Some(plan), Some(part)) => Ok(Plan { files: vec![part], ..plan }),
        (Some(Plan { layout: Some(found), files }), None) if files.is_empty() => {
            let expected = format!("{} for {}", rating_file(found.layout), found.layout);
            Err(unknown(container, &expected))
        }
        (Some(plan), None) => Ok(plan),
        (None, part) => {
            let layout = options.layout.map(Found::chosen);
            Ok(Plan { layout, files: table_files(container, part)? })
        }
    }
}

/// The published layout of a folder or archive and its files of ratings; `None` for any other.
fn detect(container: &mut Container, options: &ReadOptions) -> Result<Option<Plan>, DataError> {
    for (file, layout) in RATING_FILES {
        let Some(name) = container.find(file) else { continue };
        let label = container.label(&name);
        let (_, start) = sniff::peek(container.open(&name, options)?, &label, options)?;
        if let Some(found) = layout_of(&name, &start).filter(|found| found.layout == layout) {
            return Ok(Some(Plan { layout: Some(found), files: vec![name] }));
        }
    }
    let files = usual_files(container, Layout::Netflix);
    let netflix = Some(Found::by_name(Layout::Netflix));
    Ok((!files.is_empty()).then_some(Plan { layout: netflix, files }))
}

/// The files of ratings that a published layout has.
fn usual_files(container: &Container, layout: Layout) -> Vec<String> {
    match layout {
        Layout::Netflix => NETFLIX_FILES
            .iter()
            .map(|shape| parts::of_series(container.names(), shape))
            .find(|files| !files.is_empty())
            .unwrap_or_default(),
        _ => container.find(rating_file(layout)).into_iter().collect(),
    }
}

/// The published layout of a file of ratings, from its name and its first row; `None` for any other:
/// other people's files are called `ratings.csv` too.
pub(super) fn layout_of(name: &str, start: &[u8]) -> Option<Found> {
    let base = name.rsplit(['/', '\\']).next()?;
    let base = base.strip_suffix(".gz").unwrap_or(base);
    let &(_, layout) = RATING_FILES.iter().find(|(file, _)| *file == base)?;
    let first = first_row(start, delimiter(layout)?, "").ok()?;
    let fits = match layout {
        Layout::MlLatest => first == ["userId", "movieId", "rating", "timestamp"],
        Layout::Lastfm2k => first == ["userID", "artistID", "weight"],
        _ => first.len() == 4 && columns::reads_as_rating(&first).is_some(),
    };
    fits.then(|| Found::by_name(layout))
}

fn rating_file(layout: Layout) -> &'static str {
    match layout {
        Layout::Netflix => "combined_data_1.txt or mv_0000001.txt",
        _ => RATING_FILES.iter().find(|&&(_, of)| of == layout).map_or("", |&(file, _)| file),
    }
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

/// The ratings of a container of no published layout: the part asked for, `ratings.csv`, or the table,
/// which may be in parts.
fn table_files(container: &Container, part: Option<String>) -> Result<Vec<String>, DataError> {
    if let Some(name) = part.or_else(|| container.find("ratings.csv")) {
        return Ok(vec![name]);
    }
    parts::of_table(container.names()).ok_or_else(|| {
        let files: Vec<_> = RATING_FILES.iter().map(|&(file, _)| file).collect();
        let expected = format!(
            "{}, or one table in CSV, TSV, JSON Lines or Parquet, also in parts whose names differ \
             in numbers alone (--part names the file of ratings)",
            files.join(", ")
        );
        unknown(container, &expected)
    })
}

/// Reads what is known of the items, also of those that nobody rated.
fn read_items(
    container: &mut Container,
    layout: Layout,
    options: &ReadOptions,
    collector: &mut Collector<'_>,
) -> Result<(), DataError> {
    let usual: &[&str] = match layout {
        Layout::Ml100k => &["u.item"],
        Layout::Ml1m => &["movies.dat"],
        Layout::MlLatest => &["movies.csv"],
        Layout::Lastfm2k => &["artists.dat"],
        Layout::Netflix => &["movie_titles.csv", "movie_titles.txt"],
        Layout::Csv | Layout::JsonLines | Layout::Parquet => &[],
    };
    let Some(name) = usual.iter().find_map(|wanted| container.find(wanted)) else { return Ok(()) };
    let label = container.label(&name);
    let text = read_text(container, &name, options)?;
    let genres = match (layout, container.find("u.genre")) {
        (Layout::Ml100k, Some(name)) => Some(read_text(container, &name, options)?),
        _ => None,
    };
    let rows = match layout {
        Layout::Ml100k => items::ml_100k(&text, genres.as_deref()),
        Layout::Ml1m => items::ml_1m(&text),
        Layout::MlLatest => items::ml_latest(&text, &label)?,
        Layout::Netflix => items::netflix(&text),
        _ => items::lastfm(&text),
    };
    items::collect(rows, &label, collector)
}

fn read_text(
    container: &mut Container,
    name: &str,
    options: &ReadOptions,
) -> Result<String, DataError> {
    let label = container.label(name);
    let bytes = unpack::read_all(container.open(name, options)?, &label, unpack::LARGEST_LIST)?;
    Ok(items::decode(&bytes, options.encoding))
}
