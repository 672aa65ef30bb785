//! Finds the files of a folder or archive that form a table, which may be split into parts.

/// The extensions of tables, which may be followed by `.gz`.
const EXTENSIONS: [&str; 7] = [".csv", ".tsv", ".parquet", ".jsonl", ".ndjson", ".json", ".inter"];
/// The extensions of tables if there is no file with one of [`EXTENSIONS`]: next to a table, a text
/// is usually not a table.
const FALLBACK_EXTENSIONS: [&str; 2] = [".txt", ".dat"];

/// Returns the files that form the only table, in numeric order: a single file, or several whose
/// names differ only in numbers. `None` if there is no table or more than one.
pub(super) fn find_table(names: &[String]) -> Option<Vec<String>> {
    let visible = || names.iter().filter(|name| !is_hidden(name));
    let tables: Vec<&String> = visible().filter(|name| is_table(name, &EXTENSIONS)).collect();
    match tables.is_empty() {
        true => series(visible().filter(|name| is_table(name, &FALLBACK_EXTENSIONS)).collect()),
        false => series(tables),
    }
}

/// Returns the files whose names, without folders, match a pattern with `#` for a number, in
/// numeric order. For example, `combined_data_1.txt` matches `combined_data_#.txt`.
pub(super) fn find_series(names: &[String], pattern: &str) -> Vec<String> {
    let mut files: Vec<String> =
        names.iter().filter(|name| pattern_of(base(name)) == pattern).cloned().collect();
    sort_by_number(&mut files);
    files
}

fn series(tables: Vec<&String>) -> Option<Vec<String>> {
    let pattern = pattern_of(tables.first()?);
    if tables.iter().any(|name| pattern_of(name) != pattern) {
        return None;
    }
    let mut files: Vec<String> = tables.into_iter().cloned().collect();
    sort_by_number(&mut files);
    Some(files)
}

/// Sorts names that differ only in numbers. A longer name has a larger number.
fn sort_by_number(files: &mut [String]) {
    files.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
}

fn base(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// Whether the name of a file, or of a folder that contains it, marks it as hidden or as metadata.
fn is_hidden(name: &str) -> bool {
    name.split(['/', '\\']).any(|part| part.starts_with(['.', '_']))
}

/// Whether a name has one of the extensions, or is that of a part file without one, such as
/// `part-00000`.
fn is_table(name: &str, extensions: &[&str]) -> bool {
    let name = base(name).to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    extensions.iter().any(|extension| name.ends_with(extension))
        || (name.starts_with("part-") && !name.contains('.'))
}

/// Returns a name with every number replaced by `#`.
fn pattern_of(name: &str) -> String {
    let mut pattern = String::with_capacity(name.len());
    for character in name.chars() {
        match character.is_ascii_digit() {
            true if pattern.ends_with('#') => {}
            true => pattern.push('#'),
            false => pattern.push(character),
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(names: &[&str]) -> Option<Vec<String>> {
        find_table(&names.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn finds_the_parts_of_a_table_in_order() {
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
    fn rejects_different_tables() {
        assert_eq!(table(&["ratings1.csv", "items1.csv"]), None);
        assert_eq!(table(&["readme.md"]), None);
        assert_eq!(table(&["__MACOSX/a.csv"]), None);
    }

    #[test]
    fn finds_a_series_by_its_names() {
        let names = ["x/mv_0000010.txt", "x/mv_0000009.txt", "x/titles.txt"].map(str::to_owned);
        assert_eq!(find_series(&names, "mv_#.txt"), ["x/mv_0000009.txt", "x/mv_0000010.txt"]);
    }
}
