//! Reads the text of the Netflix Prize: a line `movie:`, followed by lines `user,rating,date`.

use super::collect::{Collector, Row};
use super::fields::RowReader;
use super::rows::{id, quoted, rating};
use super::times;
use crate::error::{DataError, RowFault};
use crate::options::Delimiter;
use std::io::BufRead;

/// Whether the first line starts the ratings of a film.
pub(super) fn is_block(start: &[u8]) -> bool {
    let line = start.split(|&byte| byte == b'\n').next().unwrap_or_default();
    film(line.trim_ascii()).is_some()
}

/// Returns the id of the film in a line such as `123:`.
fn film(line: &[u8]) -> Option<&[u8]> {
    let id = line.strip_suffix(b":")?;
    (!id.is_empty() && id.iter().all(u8::is_ascii_digit)).then_some(id)
}

/// Reads the ratings of all films into the collector.
pub(super) fn read(reader: impl BufRead, collector: &mut Collector<'_>) -> Result<(), DataError> {
    let file = collector.file().to_owned();
    let mut rows = RowReader::new(reader, Delimiter::Byte(b','));
    let mut item = String::new();
    loop {
        let Some(next) = collector.skip_if_bad(rows.next_row(&file))? else { continue };
        let Some(line) = next else { break };
        if let Some(film) = film(rows.field(0)).filter(|_| rows.len() == 1) {
            item = String::from_utf8_lossy(film).into_owned();
            continue;
        }
        let row = parse(&rows, &item, collector);
        collector.push(line, row)?;
    }
    Ok(())
}

fn parse<'r>(
    row: &'r RowReader<impl BufRead>,
    item: &'r str,
    collector: &Collector<'_>,
) -> Result<Row<'r>, RowFault> {
    if row.len() != 3 {
        let expected = "user,rating,date or a film's id and a colon";
        return Err(RowFault::new(expected, format!("{} fields", row.len())));
    }
    let date = std::str::from_utf8(row.field(2)).ok().and_then(times::parse);
    let Some(date) = date else {
        return Err(RowFault::new("a date such as 2005-09-06", quoted(row.field(2))));
    };
    Ok(Row {
        user: id(row.field(0), "a user id")?,
        item,
        rating: rating(row.field(1), collector.missing())?,
        timestamp: Some(date),
    })
}
