//! Exporting recommendations as a table.

use crate::answers::{Recommendations, Recommended};
use crate::live::Names;
use likemind_data::{Column, DataError, TableFormat, Values, write_batches};
use std::path::Path;

/// A recommendation to a person, with its rank.
type Row<'a> = (&'a str, i64, Recommended<'a>);

/// Writes lists of recommendations to a file, with the columns `user`, `rank` (from 1), `item`,
/// `title`, `year`, `prediction`, `low`, `high` (of the interval), `below_mean`, `score` and
/// `source`; see [`Recommended`]. `lists` are pairs of a person's id and recommendations, in
/// batches. Returns the number of rows.
///
/// # Errors
/// The first error of `lists`, and [`DataError`] if the file cannot be written; see
/// [`write_batches`].
pub fn export_recommendations<'a, E: From<DataError>>(
    lists: impl Iterator<Item = Result<Vec<(&'a str, Recommendations)>, E>>,
    names: &'a Names,
    file: &Path,
    format: TableFormat,
) -> Result<usize, E> {
    let mut count = 0;
    let batches = lists.map(|lists| {
        let rows: Vec<Row<'a>> = lists?.into_iter().flat_map(|one| rows(one, names)).collect();
        count += rows.len();
        Ok::<_, E>(columns(&rows))
    });
    write_batches(file, format, &columns(&[]), batches)?;
    Ok(count)
}

fn rows<'a>(
    (user, list): (&'a str, Recommendations),
    names: &'a Names,
) -> impl Iterator<Item = Row<'a>> {
    (1..).zip(list.named(names)).map(move |(rank, recommended)| (user, rank, recommended))
}

fn columns<'a>(rows: &[Row<'a>]) -> Vec<Column<'a>> {
    let all = || rows.iter().map(|(.., recommended)| recommended);
    let bound = |at: usize| all().map(|one| one.interval.map(|interval| interval[at])).collect();
    let titles = all().map(|one| one.info.title.as_deref().unwrap_or_default());
    let years = all().map(|one| one.info.year.map(i64::from));
    let values = [
        ("user", Values::Text(rows.iter().map(|&(user, ..)| user).collect())),
        ("rank", Values::Integers(rows.iter().map(|&(_, rank, _)| rank).collect())),
        ("item", Values::Text(all().map(|one| one.id).collect())),
        ("title", Values::Text(titles.collect())),
        ("year", Values::OptionalIntegers(years.collect())),
        ("prediction", Values::OptionalReals(all().map(|one| one.prediction).collect())),
        ("low", Values::OptionalReals(bound(0))),
        ("high", Values::OptionalReals(bound(1))),
        ("below_mean", Values::OptionalFlags(all().map(|one| one.below_mean).collect())),
        ("score", Values::Reals(all().map(|one| one.score).collect())),
        ("source", Values::Text(all().map(|one| one.source.name()).collect())),
    ];
    values.into_iter().map(|(name, values)| Column { name, values }).collect()
}
