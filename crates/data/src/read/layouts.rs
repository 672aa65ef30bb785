//! Recognises the published layouts and finds their files.

use super::collect::Collector;
use super::columns;
use super::container::Container;
use super::first_rows::first_row;
use super::layout_match::{LayoutMatch, delimiter};
use super::{items, parts, read_items_file, read_ratings, sniff, unpack};
use crate::dataset::{Dataset, Layout};
use crate::error::DataError;
use crate::options::ReadOptions;

/// The names of the rating files, by which layouts are recognised.
const RATING_FILES: [(&str, Layout); 4] = [
    ("ratings.csv", Layout::MlLatest),
    ("ratings.dat", Layout::Ml1m),
    ("u.data", Layout::Ml100k),
    ("user_artists.dat", Layout::Lastfm2k),
];

/// The names of the series of rating files of the Netflix Prize, with `#` for a number.
const NETFLIX_FILES: [&str; 2] = ["combined_data_#.txt", "mv_#.txt"];

/// The rating files of a folder or archive, and their layout if it is known.
struct ReadPlan {
    layout: Option<LayoutMatch>,
    files: Vec<String>,
}

pub(super) fn read_container(
    mut container: Container,
    options: &ReadOptions,
) -> Result<Dataset, DataError> {
    let ReadPlan { layout, files } = plan(&mut container, options)?;
    let mut collector = Collector::new(&container.display(), options);
    let mut read_as = None;
    for name in &files {
        collector.start_file(&container.label(name));
        let layout = read_ratings(container.open(name, options)?, layout, options, &mut collector);
        match layout {
            Ok(layout) => read_as = read_as.or(Some(layout)),
            // Some programs write part files that are empty.
            Err(DataError::Empty { .. }) if files.len() > 1 => {}
            Err(error) => return Err(error),
        }
    }
    let layout = layout.map(|found| found.layout).or(read_as).unwrap_or(Layout::Csv);
    read_items(&mut container, layout, options, &mut collector)?;
    if let [_, .., _] = &files[..] {
        collector.start_file(&container.display());
    }
    read_items_file(options, &mut collector)?;
    collector.finish(&container.name(), layout)
}

fn plan(container: &mut Container, options: &ReadOptions) -> Result<ReadPlan, DataError> {
    let part = part_name(container, options)?;
    let found = match options.layout {
        None => detect(container, options)?,
        Some(Layout::Csv | Layout::JsonLines | Layout::Parquet) => None,
        Some(layout) => {
            let files = usual_files(container, layout);
            Some(ReadPlan { layout: Some(LayoutMatch::from_option(layout)), files })
        }
    };
    match (found, part) {
        (Some(plan), Some(part)) => Ok(ReadPlan { files: vec![part], ..plan }),
        (Some(ReadPlan { layout: Some(found), files }), None) if files.is_empty() => {
            let expected = format!("{} for {}", rating_file(found.layout), found.layout);
            Err(unknown(container, &expected))
        }
        (Some(plan), None) => Ok(plan),
        (None, part) => {
            let layout = options.layout.map(LayoutMatch::from_option);
            Ok(ReadPlan { layout, files: table_files(container, part)? })
        }
    }
}

/// Detects the published layout of a folder or archive; `None` if it has none.
fn detect(container: &mut Container, options: &ReadOptions) -> Result<Option<ReadPlan>, DataError> {
    for (file, layout) in RATING_FILES {
        let Some(name) = container.find(file) else { continue };
        let label = container.label(&name);
        let (_, start) = sniff::peek(container.open(&name, options)?, &label, options)?;
        if let Some(found) = layout_of(&name, &start).filter(|found| found.layout == layout) {
            return Ok(Some(ReadPlan { layout: Some(found), files: vec![name] }));
        }
    }
    let files = usual_files(container, Layout::Netflix);
    let netflix = Some(LayoutMatch::from_file_name(Layout::Netflix));
    Ok((!files.is_empty()).then_some(ReadPlan { layout: netflix, files }))
}

/// Finds the rating files of a published layout.
fn usual_files(container: &Container, layout: Layout) -> Vec<String> {
    match layout {
        Layout::Netflix => NETFLIX_FILES
            .iter()
            .map(|pattern| parts::find_series(container.names(), pattern))
            .find(|files| !files.is_empty())
            .unwrap_or_default(),
        _ => container.find(rating_file(layout)).into_iter().collect(),
    }
}

/// Returns the published layout of a rating file, or `None`. Checks the first row as well as the
/// name, because many other files are called `ratings.csv`, too.
pub(super) fn layout_of(name: &str, start: &[u8]) -> Option<LayoutMatch> {
    let base = name.rsplit(['/', '\\']).next()?;
    let base = base.strip_suffix(".gz").unwrap_or(base);
    let &(_, layout) = RATING_FILES.iter().find(|(file, _)| *file == base)?;
    let first = first_row(start, delimiter(layout)?, "").ok()?;
    let is_match = match layout {
        Layout::MlLatest => first == ["userId", "movieId", "rating", "timestamp"],
        Layout::Lastfm2k => first == ["userID", "artistID", "weight"],
        _ => first.len() == 4 && columns::reads_as_rating(&first).is_some(),
    };
    is_match.then(|| LayoutMatch::from_file_name(layout))
}

fn rating_file(layout: Layout) -> &'static str {
    match layout {
        Layout::Netflix => "combined_data_1.txt or mv_0000001.txt",
        _ => RATING_FILES.iter().find(|&&(_, known)| known == layout).map_or("", |&(file, _)| file),
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

/// Finds the rating files of a container without a published layout: the requested part,
/// `ratings.csv`, or the only table, which may be split into part files.
fn table_files(container: &Container, part: Option<String>) -> Result<Vec<String>, DataError> {
    if let Some(name) = part.or_else(|| container.find("ratings.csv")) {
        return Ok(vec![name]);
    }
    parts::find_table(container.names()).ok_or_else(|| {
        let files: Vec<_> = RATING_FILES.iter().map(|&(file, _)| file).collect();
        let expected = format!(
            "{}, or one table in CSV, TSV, JSON Lines or Parquet, also in parts whose names differ \
             only in numbers (--part names the file of ratings)",
            files.join(", ")
        );
        unknown(container, &expected)
    })
}

/// Reads the item file of the layout, including items without ratings.
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
    let bytes = unpack::read_all(container.open(name, options)?, &label, unpack::MAX_LIST_BYTES)?;
    Ok(items::decode(&bytes, options.encoding))
}
