//! The films of the sample.

use likemind::ItemInfo;

/// One film per line: title, year, genres, fame (1 to 9), acclaim (1 to 9), and the series or
/// director that the film has in common with others in the list, if any.
const FILMS: &str = include_str!("films.csv");

/// A film of the sample.
pub(super) struct Film {
    /// The id: title and year in lower case, with hyphens.
    pub(super) id: String,
    pub(super) info: ItemInfo,
    /// How well known the film is, from 1 to 9.
    pub(super) fame: f64,
    /// How well liked the film is, from 1 to 9.
    pub(super) acclaim: f64,
    /// The series or director shared with other films; empty if there is none.
    pub(super) group: String,
}

/// Returns all films, ordered by year.
pub(super) fn all() -> Vec<Film> {
    let mut reader = csv::Reader::from_reader(FILMS.as_bytes());
    // A test checks that every line of the embedded file is read.
    reader.records().filter_map(|record| film(&record.ok()?)).collect()
}

fn film(record: &csv::StringRecord) -> Option<Film> {
    let title = record.get(0)?.to_owned();
    let year: i32 = record.get(1)?.parse().ok()?;
    let genres = record.get(2)?.split('|').map(str::to_owned).collect();
    Some(Film {
        id: slug(&title, year),
        info: ItemInfo { title: Some(title), year: Some(year), genres },
        fame: record.get(3)?.parse().ok()?,
        acclaim: record.get(4)?.parse().ok()?,
        group: record.get(5)?.to_owned(),
    })
}

fn slug(title: &str, year: i32) -> String {
    let words = title.split(|c: char| !c.is_alphanumeric() && c != '\'');
    let words = words.map(|word| word.replace('\'', "").to_lowercase());
    let mut slug: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    slug.push(year.to_string());
    slug.join("-")
}

#[cfg(test)]
mod tests {
    use super::super::tastes::GENRES;
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_line_is_a_film() {
        let films = all();
        assert_eq!(films.len(), FILMS.lines().count() - 1);
        assert_eq!(films.iter().map(|film| &film.id).collect::<HashSet<_>>().len(), films.len());
        for film in &films {
            let year = film.info.year.unwrap();
            assert!((1900..=2025).contains(&year), "{}", film.id);
            assert!(!film.info.genres.is_empty(), "{}", film.id);
            assert!(film.info.genres.iter().all(|g| GENRES.contains(&g.as_str())), "{}", film.id);
            assert!((1.0..=9.0).contains(&film.fame) && (1.0..=9.0).contains(&film.acclaim));
        }
    }

    #[test]
    fn groups_have_several_films() {
        let films = all();
        for film in films.iter().filter(|film| !film.group.is_empty()) {
            let group = films.iter().filter(|other| other.group == film.group);
            assert!(group.count() > 1, "{} is the only film of its group", film.id);
        }
    }

    #[test]
    fn slugs_are_readable() {
        assert_eq!(slug("It's a Wonderful Life", 1946), "its-a-wonderful-life-1946");
        assert_eq!(slug("Amélie", 2001), "amélie-2001");
    }
}
