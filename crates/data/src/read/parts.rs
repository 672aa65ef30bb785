//! Which files of a folder or archive hold a table in parts.

/// What tables are called, besides `.gz` behind it.
const TABLES: [&str; 7] = [".csv", ".tsv", ".parquet", ".jsonl", ".ndjson", ".json", ".inter"];
/// What else they may be called, where nothing has one of those names: a text beside a table is hardly
/// a table.
const OTHERS: [&str; 2] = [".txt", ".dat"];

/// The files that are one table, in the order of their numbers: a single table, or several whose names
/// differ in numbers alone. `None` if there is no table, or there are different ones.
pub(super) fn of_table(names: &[String]) -> Option<Vec<String>> {
    let own = || names.iter().filter(|name| !is_hidden(name));
    let tables: Vec<&String> = own().filter(|name| is_table(name, &TABLES)).collect();
    match tables.is_empty() {
        true => series(own().filter(|name| is_table(name, &OTHERS)).collect()),
        false => series(tables),
    }
}

/// The files whose names, without folders, are those of a series, such as `combined_data_1.txt` of
/// `combined_data_#.txt`, in the order of their numbers.
pub(super) fn of_series(names: &[String], shape: &str) -> Vec<String> {
    let mut files: Vec<String> =
        names.iter().filter(|name| shape_of(base(name)) == shape).cloned().collect();
    sort_by_number(&mut files);
    files
}

fn series(tables: Vec<&String>) -> Option<Vec<String>> {
    let shape = shape_of(tables.first()?);
    if tables.iter().any(|name| shape_of(name) != shape) {
        return None;
    }
    let mut files: Vec<String> = tables.into_iter().cloned().collect();
    sort_by_number(&mut files);
    Some(files)
}

/// Of names that differ in numbers alone, a longer one has a larger number.
fn sort_by_number(files: &mut [String]) {
    files.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
}

fn base(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// Whether a file, or the folder that it is in, is one that systems leave behind.
fn is_hidden(name: &str) -> bool {
    name.split(['/', '\\']).any(|part| part.starts_with(['.', '_']))
}

/// Whether a name has one of these endings, or is that of a part without any, such as `part-00000`.
fn is_table(name: &str, endings: &[&str]) -> bool {
    let plain = base(name).to_ascii_lowercase();
    let plain = plain.strip_suffix(".gz").unwrap_or(&plain);
    endings.iter().any(|ending| plain.ends_with(ending))
        || (plain.starts_with("part-") && !plain.contains('.'))
}

/// A name with `#` for every number.
fn shape_of(name: &str) -> String {
    let mut shape = String::with_capacity(name.len());
    for character in name.chars() {
        match character.is_ascii_digit() {
            true if shape.ends_with('#') => {}
            true => shape.push('#'),
            false => shape.push(character),
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(names: &[&str]) -> Option<Vec<String>> {
        of_table(&names.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn parts_of_one_table_are_found_in_order() {
        for (names, files) in [
            (&["_SUCCESS", "part-00001", "part-00000"][..], &["part-00000", "part-00001"][..]),
            (&["r10.csv", "r9.csv", "notes.txt"], &["r9.csv", "r10.csv"]),
            (
                &[".part-0-a1.csv.crc", "part-0-a1.csv", "part-1-a1.csv"],
                &["part-0-a1.csv", "part-1-a1.csv"],
            ),
            (&["day=1/a.parquet", "day=2/a.parquet"], &["day=1/a.parquet", "day=2/a.parquet"]),
            (&["readme.txt", "one.tsv.gz"], &["one.tsv.gz"]),
            (&["a1.txt", "a2.txt"], &["a1.txt", "a2.txt"]),
        ] {
            assert_eq!(table(names).unwrap(), files, "{names:?}");
        }
    }

    #[test]
    fn different_tables_are_no_parts() {
        assert_eq!(table(&["ratings1.csv", "items1.csv"]), None);
        assert_eq!(table(&["readme.md"]), None);
        assert_eq!(table(&["__MACOSX/a.csv"]), None);
    }

    #[test]
    fn a_series_is_told_by_its_names() {
        let names = ["x/mv_0000010.txt", "x/mv_0000009.txt", "x/titles.txt"].map(str::to_owned);
        assert_eq!(of_series(&names, "mv_#.txt"), ["x/mv_0000009.txt", "x/mv_0000010.txt"]);
    }
}
