//! The films.

use likemind::ItemInfo;

/// A film a line: title, year, genres, how well known (1 to 9), how well liked (1 to 9), and the
/// series or director that the film is known by, where other films here share it.
const FILMS: &str = include_str!("films.csv");

/// A film of the sample.
pub(super) struct Film {
    /// Its id: title and year in lower case, with hyphens.
    pub(super) id: String,
    pub(super) info: ItemInfo,
    /// How well known, 1 to 9.
    pub(super) fame: f64,
    /// How well liked, 1 to 9.
    pub(super) acclaim: f64,
    /// The series or director shared with other films; empty where there is none.
    pub(super) kin: String,
}

/// All films, by year.
pub(super) fn all() -> Vec<Film> {
    let mut reader = csv::Reader::from_reader(FILMS.as_bytes());
    // The embedded file is read by a test, line for line.
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
        kin: record.get(5)?.to_owned(),
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
    fn kin_are_several() {
        let films = all();
        for film in films.iter().filter(|film| !film.kin.is_empty()) {
            let kin = films.iter().filter(|other| other.kin == film.kin);
            assert!(kin.count() > 1, "{} stands alone", film.id);
        }
    }

    #[test]
    fn slugs_are_readable() {
        assert_eq!(slug("It's a Wonderful Life", 1946), "its-a-wonderful-life-1946");
        assert_eq!(slug("Amélie", 2001), "amélie-2001");
    }
}
