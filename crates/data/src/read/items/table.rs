//! Reads the titles of items from any table.

use super::{ItemRow, genre_list, split_year};
use crate::error::{DataError, RowFault};
use crate::options::ReadOptions;
use crate::read::columns::{self, ItemColumns};
use crate::read::fields::RowReader;
use crate::read::first_rows::{DELIMITERS, first_row};
use crate::read::preamble::Preamble;
use crate::read::text_format::Header;
use likemind::ItemInfo;

/// Reads a text with one item per row. `file` is for errors.
pub(super) fn read(
    text: &str,
    file: &str,
    options: &ReadOptions,
) -> Result<Vec<ItemRow>, DataError> {
    let preamble = Preamble::read(text.as_bytes());
    let body = &text.as_bytes()[preamble.bytes..];
    let no_columns =
        |expected: String, names: &[String]| DataError::no_such_column(file, expected, names);
    // The delimiter may differ from that of the ratings.
    let mut first_error = None;
    for delimiter in preamble.delimiter.into_iter().chain(DELIMITERS) {
        let names = first_row(body, delimiter, file)?;
        if names.len() < 2 {
            continue;
        }
        let (header, columns) = match columns::item_columns(&names, options) {
            Ok(found) => found,
            Err(expected) => {
                first_error.get_or_insert_with(|| no_columns(expected, &names));
                continue;
            }
        };
        let mut rows = RowReader::new(text.as_bytes(), delimiter);
        rows.skip_lines(preamble.lines, file)?;
        if header == Header::Present {
            rows.next_row(file)?;
        }
        return items(rows, names.len(), columns, file);
    }
    let one_column = || no_columns("of ids and one of titles".to_owned(), &[]);
    Err(first_error.unwrap_or_else(one_column))
}

fn items(
    mut rows: RowReader<&[u8]>,
    count: usize,
    columns: ItemColumns,
    file: &str,
) -> Result<Vec<ItemRow>, DataError> {
    let mut items = Vec::new();
    while let Some(line) = rows.next_row(file)? {
        let item = match rows.len() == count {
            true => Ok(item(&rows.texts(), columns)),
            false => Err(RowFault::new(format!("{count} fields"), rows.len().to_string())),
        };
        items.push((line, item));
    }
    Ok(items)
}

fn item(fields: &[String], columns: ItemColumns) -> (String, ItemInfo) {
    let title = &fields[columns.title];
    // A year in parentheses is that of the film, unless there is a column of years.
    let (title, year) = match columns.year {
        Some(index) => (title.as_str(), fields[index].parse().ok()),
        None => split_year(title),
    };
    let genres = columns.genres.map_or_else(Vec::new, |index| genres(&fields[index]));
    let title = Some(title.to_owned()).filter(|title| !title.is_empty());
    (fields[columns.item].clone(), ItemInfo { title, year, genres })
}

/// Splits genres at `|`, or else at commas and semicolons.
fn genres(text: &str) -> Vec<String> {
    if text.contains('|') {
        return genre_list(text);
    }
    genre_list(&text.replace([',', ';'], "|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> (String, ItemInfo) {
        read(text, "t", &ReadOptions::default()).unwrap().remove(0).1.unwrap()
    }

    #[test]
    fn reads_tables_with_usual_columns() {
        let info = |title: &str, year, genres: &[&str]| ItemInfo {
            title: Some(title.to_owned()),
            year,
            genres: genres.iter().map(ToString::to_string).collect(),
        };
        for (text, id, expected) in [
            ("item,title\n7,Heat (1995)\n", "7", info("Heat", Some(1995), &[])),
            ("7\tHeat, again\n8\tX\n", "7", info("Heat, again", None, &[])),
            ("7|Heat|1995|Crime\n", "7", info("Heat", Some(1995), &["Crime"])),
            (
                "ISBN;Book-Title;Book-Author;Year-Of-Publication\n1;A (2);B;1990\n",
                "1",
                info("A (2)", Some(1990), &[]),
            ),
            ("id,artist,title\n5,Abba,Waterloo\n", "5", info("Waterloo", None, &[])),
            ("product,name\nkettle,Kettle\n", "kettle", info("Kettle", None, &[])),
            ("id,name,genre\n3,Abba,\"pop, disco\"\n", "3", info("Abba", None, &["pop", "disco"])),
            (
                "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n1\tToy\t1995\tComedy\n",
                "1",
                info("Toy", Some(1995), &["Comedy"]),
            ),
        ] {
            assert_eq!(first(text), (id.to_owned(), expected), "{text}");
        }
    }

    #[test]
    fn rejects_a_table_without_titles() {
        let error = read("item,colour\n1,red\n", "t", &ReadOptions::default()).unwrap_err();
        assert!(error.to_string().contains("called title"), "{error}");
    }
}
