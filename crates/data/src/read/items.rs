//! Reads the item files of the published layouts: titles, years and genres.

mod table;

use super::collect::{self, Collector};
use super::fields::RowReader;
use crate::error::{DataError, RowFault};
use crate::options::{Delimiter, Encoding, ReadOptions};
use encoding_rs::{UTF_8, WINDOWS_1252};
use likemind::{ItemIdx, ItemInfo};

/// A line number, and the id and description of an item, or the fault of the row.
type ItemRow = (u64, Result<(String, ItemInfo), RowFault>);

/// The genres of MovieLens 100K in the order of the flags, for archives without `u.genre`.
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

/// Decodes a text in the given encoding. By default it is UTF-8 if valid, and otherwise Latin-1
/// (its superset windows-1252). A byte order mark overrides the encoding and is removed.
pub(super) fn decode(bytes: &[u8], encoding: Option<Encoding>) -> String {
    let guessed = match std::str::from_utf8(bytes) {
        Ok(_) => UTF_8,
        Err(_) => WINDOWS_1252,
    };
    let encoding = encoding.map_or(guessed, |Encoding(encoding)| encoding);
    encoding.decode(bytes).0.into_owned()
}

/// Adds items to the collector, including items without ratings. `label` is the name of the file.
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
                .map_err(|error| RowFault::new("a free index", error.to_string()))?;
            collector.catalogue.set(index, info);
            Ok(())
        });
        if let Err(fault) = added {
            collector.bad_row(fault.at(label, line))?;
        }
    }
    Ok(())
}

/// Reads an item file: of a published layout, recognised by its name, or else a table with a column
/// of ids and one of titles.
pub(super) fn read_file(
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

/// Returns the lines that are not blank, numbered from 1, without line ends.
fn lines(text: &str) -> impl Iterator<Item = (u64, &str)> {
    (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty())
}

fn wrong_count(expected: &str, found: usize) -> RowFault {
    RowFault::new(expected, format!("{found} fields"))
}

/// Reads `u.item`: id, title, three more fields, and one flag per genre, separated by `|`.
pub(super) fn ml_100k(text: &str, genre_file: Option<&str>) -> Vec<ItemRow> {
    let genre_names: Vec<String> = match genre_file {
        Some(file) => {
            lines(file).filter_map(|(_, line)| line.split('|').next().map(str::to_owned)).collect()
        }
        None => ML_100K_GENRES.map(str::to_owned).to_vec(),
    };
    let row = |line: &str| {
        let fields: Vec<&str> = line.split('|').collect();
        if fields.len() != 5 + genre_names.len() {
            return Err(wrong_count(
                "id|title|date|date|address and a flag per genre",
                fields.len(),
            ));
        }
        let flagged = fields[5..].iter().zip(&genre_names).filter(|&(&flag, _)| flag == "1");
        let genres = flagged.map(|(_, name)| name.clone()).filter(|name| name != "unknown");
        Ok((fields[0].to_owned(), info(fields[1], genres.collect())))
    };
    lines(text).map(|(number, line)| (number, row(line))).collect()
}

/// Reads `movies.dat`: id, title and genres, separated by `::`.
pub(super) fn ml_1m(text: &str) -> Vec<ItemRow> {
    let row = |line| match split_three(line) {
        Some((id, title, genres)) => Ok((id.to_owned(), info(title, genre_list(genres)))),
        None => Err(RowFault::new("id::title::genres", format!("{line:?}"))),
    };
    lines(text).map(|(number, line)| (number, row(line))).collect()
}

/// Reads `movie_titles.csv` of the Netflix Prize: id, year or `NULL`, and title, which may contain
/// commas.
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

/// Splits a line at the first and the last `::`, so that a title may contain one.
fn split_three(line: &str) -> Option<(&str, &str, &str)> {
    let (id, rest) = line.split_once("::")?;
    let (title, genres) = rest.rsplit_once("::")?;
    Some((id, title, genres))
}

/// Reads `movies.csv`: movieId, title and genres, with a header and quotes. `file` is for errors.
pub(super) fn ml_latest(text: &str, file: &str) -> Result<Vec<ItemRow>, DataError> {
    let mut reader = RowReader::new(text.as_bytes(), Delimiter::Byte(b','));
    let mut rows = Vec::new();
    reader.next_row(file)?;
    while let Some(line) = reader.next_row(file)? {
        let row = match reader.len() {
            3 => {
                let [id, title, genres] =
                    [0, 1, 2].map(|index| String::from_utf8_lossy(reader.field(index)));
                Ok((id.into_owned(), info(&title, genre_list(&genres))))
            }
            other => Err(wrong_count("movieId,title,genres", other)),
        };
        rows.push((line, row));
    }
    Ok(rows)
}

/// Reads `artists.dat`: id, name and two addresses, separated by tabs, with a header.
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

/// Splits a title such as `Heat (1995)` into `Heat` and 1995.
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
    fn splits_years_from_titles() {
        assert_eq!(split_year("Heat (1995)"), ("Heat", Some(1995)));
        assert_eq!(split_year("City, The (Cité, La) (1995)"), ("City, The (Cité, La)", Some(1995)));
        assert_eq!(split_year("Babylon 5"), ("Babylon 5", None));
        for title in ["Terrace (II)", "X (-199)", "War and Peace (1965-1967)"] {
            assert_eq!(split_year(title), (title, None));
        }
    }

    #[test]
    fn distinguishes_latin_1_from_utf_8() {
        assert_eq!(decode(b"Mis\xe9rables", None), "Misérables");
        assert_eq!(decode("\u{feff}Misérables".as_bytes(), None), "Misérables");
        assert_eq!(decode(b"\xff\xfeM\0\xe9\0", None), "Mé");
        assert_eq!(decode(b"\xcc\xe8\xf0", "windows-1251".parse().ok()), "Мир");
    }

    #[test]
    fn reads_quoted_titles_and_missing_genres() {
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
    fn titles_may_contain_the_delimiter() {
        let rows = ml_1m("7::Alien::Resurrection (1997)::Sci-Fi");
        let (id, info) = rows[0].1.as_ref().unwrap();
        assert_eq!((id.as_str(), info.title.as_deref()), ("7", Some("Alien::Resurrection")));
    }
}
