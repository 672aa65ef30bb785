//! Item files of the published layouts: titles, years, genres.

mod table;

use super::collect::{self, Collector};
use super::fields::RowReader;
use crate::error::{DataError, RowFault};
use crate::options::{Delimiter, Encoding, ReadOptions};
use encoding_rs::{UTF_8, WINDOWS_1252};
use likemind::{ItemIdx, ItemInfo};

/// An item's id and what is known of it, or what its row lacks; with the line.
type ItemRow = (u64, Result<(String, ItemInfo), RowFault>);

/// MovieLens 100K's genres in the order of the flags, for archives without `u.genre`.
const ML_100K_GENRES: [&str; 19] = [
    "unknown",
    "Action",
    "Adventure",
    "Animation",
    "Children's",
    "Comedy",
    "Crime",
    "Documentary",
    "Drama",
    "Fantasy",
    "Film-Noir",
    "Horror",
    "Musical",
    "Mystery",
    "Romance",
    "Sci-Fi",
    "Thriller",
    "War",
    "Western",
];

/// Text of a file in the encoding given; else in UTF-8, or in Latin-1 (its superset windows-1252) if it is
/// not that; without a byte order mark, which tells UTF-16 as well.
pub(super) fn decode(bytes: &[u8], encoding: Option<Encoding>) -> String {
    let guessed = match std::str::from_utf8(bytes) {
        Ok(_) => UTF_8,
        Err(_) => WINDOWS_1252,
    };
    let encoding = encoding.map_or(guessed, |Encoding(encoding)| encoding);
    encoding.decode(bytes).0.into_owned()
}

/// Takes in what is known of items, also of those that nobody rated. `label` names the file.
pub(super) fn collect(
    rows: Vec<ItemRow>,
    label: &str,
    collector: &mut Collector<'_>,
) -> Result<(), DataError> {
    for (line, item) in rows {
        let added = item.and_then(|(id, info)| {
            collect::check_id::<ItemIdx>(&id, "an item id")?;
            info.check().map_err(|error| RowFault::too_long(&error))?;
            let index = collector
                .table
                .add_item(&id)
                .map_err(|error| RowFault::new("ids to spare", error.to_string()))?;
            collector.catalogue.set(index, info);
            Ok(())
        });
        if let Err(fault) = added {
            collector.bad_row(fault.at(label, line))?;
        }
    }
    Ok(())
}

/// A file of items' titles for any data: one of the published layouts by its name, or a table with a
/// column of ids and one of titles.
pub(super) fn of_file(
    bytes: &[u8],
    name: &str,
    options: &ReadOptions,
) -> Result<Vec<ItemRow>, DataError> {
    let text = decode(bytes, options.encoding);
    match name.strip_suffix(".gz").unwrap_or(name) {
        "u.item" => Ok(ml_100k(&text, None)),
        "movies.dat" => Ok(ml_1m(&text)),
        "artists.dat" => Ok(lastfm(&text)),
        "movie_titles.csv" | "movie_titles.txt" if !text.trim_start().starts_with("movie") => {
            Ok(netflix(&text))
        }
        _ => table::read(&text, name, options),
    }
}

/// The lines that are not blank, from 1, without their ends.
fn lines(text: &str) -> impl Iterator<Item = (u64, &str)> {
    (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty())
}

fn wrong_count(expected: &str, found: usize) -> RowFault {
    RowFault::new(expected, format!("{found} fields"))
}

/// `u.item`: id, title, three fields, and a flag a genre, between `|`.
pub(super) fn ml_100k(text: &str, genre_file: Option<&str>) -> Vec<ItemRow> {
    let named: Vec<String> = match genre_file {
        Some(file) => {
            lines(file).filter_map(|(_, line)| line.split('|').next().map(str::to_owned)).collect()
        }
        None => ML_100K_GENRES.map(str::to_owned).to_vec(),
    };
    let row = |line: &str| {
        let fields: Vec<&str> = line.split('|').collect();
        if fields.len() != 5 + named.len() {
            return Err(wrong_count("id|title|date|date|address and a flag a genre", fields.len()));
        }
        let flagged = fields[5..].iter().zip(&named).filter(|&(&flag, _)| flag == "1");
        let genres = flagged.map(|(_, name)| name.clone()).filter(|name| name != "unknown");
        Ok((fields[0].to_owned(), info(fields[1], genres.collect())))
    };
    lines(text).map(|(number, line)| (number, row(line))).collect()
}

/// `movies.dat`: id, title, genres, between `::`.
pub(super) fn ml_1m(text: &str) -> Vec<ItemRow> {
    let row = |line| match split_three(line) {
        Some((id, title, genres)) => Ok((id.to_owned(), info(title, genre_list(genres)))),
        None => Err(RowFault::new("id::title::genres", format!("{line:?}"))),
    };
    lines(text).map(|(number, line)| (number, row(line))).collect()
}

/// `movie_titles.csv` of the Netflix Prize: id, year or `NULL`, title, which may hold commas.
pub(super) fn netflix(text: &str) -> Vec<ItemRow> {
    let row = |line: &str| {
        let mut fields = line.splitn(3, ',');
        match (fields.next(), fields.next(), fields.next()) {
            (Some(id), Some(year), Some(title)) => {
                let title = Some(title.trim().to_owned()).filter(|title| !title.is_empty());
                let info = ItemInfo { title, year: year.parse().ok(), ..ItemInfo::default() };
                Ok((id.to_owned(), info))
            }
            _ => Err(RowFault::new("id,year,title", format!("{line:?}"))),
        }
    };
    lines(text).map(|(number, line)| (number, row(line))).collect()
}

/// First and last field at their `::`, so that a title may hold one.
fn split_three(line: &str) -> Option<(&str, &str, &str)> {
    let (id, rest) = line.split_once("::")?;
    let (title, genres) = rest.rsplit_once("::")?;
    Some((id, title, genres))
}

/// `movies.csv`: movieId, title, genres, with a header, quoted. `file` is for errors.
pub(super) fn ml_latest(text: &str, file: &str) -> Result<Vec<ItemRow>, DataError> {
    let mut reader = RowReader::new(text.as_bytes(), Delimiter::Byte(b','));
    let mut rows = Vec::new();
    reader.next_row(file)?;
    while let Some(line) = reader.next_row(file)? {
        let row = match reader.len() {
            3 => {
                let [id, title, genres] =
                    [0, 1, 2].map(|place| String::from_utf8_lossy(reader.field(place)));
                Ok((id.into_owned(), info(&title, genre_list(&genres))))
            }
            other => Err(wrong_count("movieId,title,genres", other)),
        };
        rows.push((line, row));
    }
    Ok(rows)
}

/// `artists.dat`: id, name, two addresses, between tabs, with a header.
pub(super) fn lastfm(text: &str) -> Vec<ItemRow> {
    lines(text)
        .skip(1)
        .map(|(number, line)| {
            let mut fields = line.split('\t');
            match (fields.next(), fields.next()) {
                (Some(id), Some(name)) => {
                    let title = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
                    (number, Ok((id.to_owned(), ItemInfo { title, ..ItemInfo::default() })))
                }
                _ => (number, Err(RowFault::new("id, name and addresses", format!("{line:?}")))),
            }
        })
        .collect()
}

fn genre_list(text: &str) -> Vec<String> {
    let genres = text.split('|').map(str::trim);
    genres
        .filter(|genre| !genre.is_empty() && *genre != "(no genres listed)")
        .map(str::to_owned)
        .collect()
}

fn info(title: &str, genres: Vec<String>) -> ItemInfo {
    let (title, year) = split_year(title.trim());
    ItemInfo { title: Some(title.to_owned()).filter(|title| !title.is_empty()), year, genres }
}

/// `Heat (1995)` as `Heat` and 1995.
fn split_year(title: &str) -> (&str, Option<i32>) {
    let split = || {
        let (name, rest) = title.strip_suffix(')')?.rsplit_once('(')?;
        let is_year = rest.len() == 4 && rest.bytes().all(|byte| byte.is_ascii_digit());
        let year = if is_year { rest.parse().ok()? } else { return None };
        Some((name.trim_end(), Some(year)))
    };
    split().unwrap_or((title, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_split_from_titles() {
        assert_eq!(split_year("Heat (1995)"), ("Heat", Some(1995)));
        assert_eq!(split_year("City, The (Cité, La) (1995)"), ("City, The (Cité, La)", Some(1995)));
        assert_eq!(split_year("Babylon 5"), ("Babylon 5", None));
        for title in ["Terrace (II)", "X (-199)", "War and Peace (1965-1967)"] {
            assert_eq!(split_year(title), (title, None));
        }
    }

    #[test]
    fn latin_1_and_utf_8_are_told_apart() {
        assert_eq!(decode(b"Mis\xe9rables", None), "Misérables");
        assert_eq!(decode("\u{feff}Misérables".as_bytes(), None), "Misérables");
        assert_eq!(decode(b"\xff\xfeM\0\xe9\0", None), "Mé");
        assert_eq!(decode(b"\xcc\xe8\xf0", "windows-1251".parse().ok()), "Мир");
    }

    #[test]
    fn quoted_titles_and_missing_genres_are_read() {
        let text = "movieId,title,genres\r\n11,\"American President, The (1995)\",Comedy|Drama\r\n12,X,(no genres listed)\r\n13,Y\r\n";
        let rows = ml_latest(text, "movies.csv").unwrap();
        let (id, president) = rows[0].1.as_ref().unwrap();
        assert_eq!(
            (id.as_str(), president.title.as_deref()),
            ("11", Some("American President, The"))
        );
        assert_eq!((president.year, president.genres.len()), (Some(1995), 2));
        assert!(rows[1].1.as_ref().unwrap().1.genres.is_empty());
        assert_eq!((rows[2].0, rows[2].1.is_err()), (4, true));
    }

    #[test]
    fn titles_may_hold_the_delimiter() {
        let rows = ml_1m("7::Alien::Resurrection (1997)::Sci-Fi");
        let (id, info) = rows[0].1.as_ref().unwrap();
        assert_eq!((id.as_str(), info.title.as_deref()), ("7", Some("Alien::Resurrection")));
    }
}
