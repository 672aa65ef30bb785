//! The published layouts: which file holds what.

use super::collect::{Collector, ScaleRule};
use super::container::Container;
use super::rows::{self, Fields, TextFormat, Times};
use super::{items, read_stream, sniff, unpack};
use crate::dataset::{Dataset, Layout};
use crate::error::{DataError, RowFault};
use crate::options::{Delimiter, ReadOptions};
use likemind::{Ids, ItemIdx, RatingScale};
use std::io::BufReader;

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
    let found = find_layout(&container, options);
    let part = part_name(&container, options)?;
    let (layout, name) = match (found, part) {
        (Some((layout, _)), Some(part)) => (layout, part),
        (Some(found), None) => found,
        (None, part) => return read_only_table(container, part, options),
    };
    let label = container.label(&name);
    let mut collector = Collector::new(&label, options).with_rule(scale_rule(layout));
    let reader = container.open(&name, options)?;
    let (reader, start) = sniff::peek(reader, &label)?;
    let format = match layout {
        Layout::MlLatest | Layout::Lastfm2k => sniff::text(&start, &label, options)?,
        _ => text_format(layout),
    };
    rows::read(BufReader::with_capacity(1 << 20, reader), &format, &mut collector)?;
    read_items(&mut container, layout, options, &mut collector)?;
    collector.finish(&container.name(), layout)
}

fn find_layout(container: &Container, options: &ReadOptions) -> Option<(Layout, String)> {
    RATING_FILES.iter().find_map(|&(file, layout)| {
        let wanted = options.layout.is_none_or(|asked| asked == layout);
        if wanted { container.find(file).map(|name| (layout, name)) } else { None }
    })
}

fn part_name(container: &Container, options: &ReadOptions) -> Result<Option<String>, DataError> {
    let Some(part) = &options.part else { return Ok(None) };
    match container.find(part) {
        Some(name) => Ok(Some(name)),
        None => Err(DataError::NoSuchPart {
            file: container.display(),
            part: part.clone(),
            found: container.some_names(),
        }),
    }
}

/// A container of no published layout that holds the part asked for, or a single table.
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
    let name = match (part, &tables[..]) {
        (Some(part), _) => part,
        (None, [table]) => table.clone(),
        _ => {
            let (file, found) = (container.display(), container.some_names());
            return Err(DataError::UnknownLayout { file, found });
        }
    };
    let label = container.label(&name);
    let stem = container.name();
    let reader = container.open(&name, options)?;
    let dataset = read_stream(reader, None, &label, options)?;
    Ok(Dataset { name: stem, ..dataset })
}

fn scale_rule(layout: Layout) -> ScaleRule {
    match layout {
        Layout::Ml100k => ScaleRule::Fixed(RatingScale::FIVE_STARS),
        Layout::MlLatest => ScaleRule::Fixed(RatingScale::HALF_STARS),
        // 1M has whole stars and 10M half ones, in the same layout.
        Layout::Ml1m => ScaleRule::Stars,
        _ => ScaleRule::Find,
    }
}

/// The row format of the layouts without a header.
fn text_format(layout: Layout) -> TextFormat {
    let ml1m = layout == Layout::Ml1m;
    TextFormat {
        delimiter: if ml1m { Delimiter::DoubleColon } else { Delimiter::Byte(b'\t') },
        header: rows::Header::Absent,
        fields: Fields { count: 4, user: 0, item: 1, rating: 2, timestamp: Some(3) },
        times: if ml1m { Times::ZeroIsUnknown } else { Times::AsWritten },
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
    let genres = match layout {
        Layout::Ml100k => read_text(container, "u.genre", options)?,
        _ => None,
    };
    let found = match layout {
        Layout::Ml100k => items::ml_100k(&text, genres.as_deref()),
        Layout::Ml1m => items::ml_1m(&text),
        Layout::MlLatest => items::ml_latest(&text),
        _ => items::lastfm(&text),
    };
    let label = container.label(wanted);
    for (line, item) in found {
        let added = item.and_then(|(id, info)| {
            let index = intern(&mut collector.table.items, &id)?;
            collector.catalogue.set(index, info);
            Ok(())
        });
        if let Err(fault) = added {
            collector.bad_row(fault.at(&label, line))?;
        }
    }
    Ok(())
}

fn intern(items: &mut Ids<ItemIdx>, id: &str) -> Result<ItemIdx, RowFault> {
    items.intern(id).map_err(|error| RowFault::new("an item id", error.to_string()))
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
