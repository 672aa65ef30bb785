//! The people: names, tastes, what they watch and how they rate.

use super::films::Film;
use super::tastes::{TASTES, Taste};
use likemind::RatingScale;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// First names; the first two have told tastes.
const NAMES: [&str; 96] = [
    "Ada",
    "Bruno",
    "Aiko",
    "Alejandra",
    "Amara",
    "Amir",
    "Ana",
    "Anders",
    "Anouk",
    "Arjun",
    "Astrid",
    "Ayodele",
    "Beatriz",
    "Björn",
    "Camille",
    "Carlos",
    "Chidi",
    "Chloé",
    "Daniel",
    "Deepa",
    "Diego",
    "Dmitri",
    "Elena",
    "Elif",
    "Emeka",
    "Emma",
    "Esther",
    "Fatima",
    "Felix",
    "Femi",
    "Freya",
    "Gabriel",
    "Giulia",
    "Grace",
    "Hana",
    "Hassan",
    "Hugo",
    "Ibrahim",
    "Ines",
    "Ingrid",
    "Isabel",
    "Ivan",
    "Jana",
    "Jasper",
    "João",
    "Jonas",
    "Josephine",
    "Kaito",
    "Karim",
    "Kavya",
    "Kofi",
    "Lars",
    "Layla",
    "Leila",
    "Lena",
    "Liam",
    "Lucía",
    "Magnus",
    "Mai",
    "Malik",
    "Maren",
    "Mateo",
    "Mei",
    "Milan",
    "Mina",
    "Nadia",
    "Naveen",
    "Niamh",
    "Nikolai",
    "Noor",
    "Olga",
    "Omar",
    "Oscar",
    "Paloma",
    "Pavel",
    "Priya",
    "Quentin",
    "Rafael",
    "Rania",
    "Rosa",
    "Ruben",
    "Sakura",
    "Samuel",
    "Sanna",
    "Sofia",
    "Soren",
    "Tariq",
    "Thandi",
    "Theo",
    "Tomás",
    "Uma",
    "Viktor",
    "Wanjiru",
    "Yara",
    "Yusuf",
    "Zofia",
];

/// `count` different names: a name that comes again gets an initial.
pub(super) fn names(count: usize) -> Vec<String> {
    let name = |index: usize| match index / NAMES.len() {
        0 => NAMES[index].to_owned(),
        round => {
            let initial = char::from(b'A' + (round % 26) as u8);
            format!("{} {initial}.", NAMES[index % NAMES.len()])
        }
    };
    (0..count).map(name).collect()
}

/// One person: a leading taste and a second one, the series and directors they are fond or tired
/// of, a mood, how wide their ratings spread, and how many films they have seen.
pub(super) struct Person {
    pub(super) leading: &'static Taste,
    second: &'static Taste,
    fondness: BTreeMap<String, f64>,
    mood: f64,
    spread: f64,
    films_seen: usize,
}

/// How many films the people of told tastes have seen: enough to know them by, with much that they
/// would love still unseen.
const TOLD_FILMS: usize = 60;

impl Person {
    /// The person at `index`; the first two have the first two tastes and no second one.
    pub(super) fn new(index: usize, films: &[Film], random: &mut ChaCha8Rng) -> Self {
        let any = |random: &mut ChaCha8Rng| &TASTES[random.random_range(0..TASTES.len())];
        let (leading, second) = match index {
            0 | 1 => (&TASTES[index], &TASTES[index]),
            _ => (any(random), any(random)),
        };
        let mood = 0.3 * bell(random);
        let spread = 0.8 + 0.4 * random.random::<f64>();
        let films_seen = match index {
            0 | 1 => TOLD_FILMS,
            _ => random.random_range(30..=90) + random.random_range(0..=60),
        };
        let mut fondness = BTreeMap::new();
        for film in films.iter().filter(|film| !film.kin.is_empty()) {
            fondness.entry(film.kin.clone()).or_insert_with(|| 0.4 * bell(random));
        }
        Self { leading, second, fondness, mood, spread, films_seen }
    }

    fn appeal(&self, film: &Film) -> f64 {
        let year = film.info.year.unwrap_or_default();
        let of = |taste: &Taste| taste.appeal(&film.info.genres, year);
        let fondness = self.fondness.get(&film.kin).copied().unwrap_or_default();
        0.75 * of(self.leading) + 0.25 * of(self.second) + fondness
    }

    /// The films this person has seen, as places in `films`: 30 to 150, more of what is famous and
    /// of what appeals.
    pub(super) fn watched(&self, films: &[Film], random: &mut ChaCha8Rng) -> Vec<usize> {
        let pull = |film: &Film| {
            let draw = (1.2 + self.appeal(film)).max(0.1);
            film.fame * (draw * draw) * (draw * draw)
        };
        let mut pulls: Vec<f64> = films.iter().map(pull).collect();
        let mut seen = Vec::with_capacity(self.films_seen);
        for _ in 0..self.films_seen {
            let mut point = random.random::<f64>() * pulls.iter().sum::<f64>();
            let hit = |pull: &f64| {
                point -= pull;
                point < 0.0 && *pull > 0.0
            };
            // Rounding can leave a point past the end, which is the last film's.
            let past_the_end = || pulls.iter().rposition(|pull| *pull > 0.0);
            if let Some(film) = pulls.iter().position(hit).or_else(past_the_end) {
                pulls[film] = 0.0;
                seen.push(film);
            }
        }
        seen
    }

    /// What this person gives to a film.
    pub(super) fn rating(&self, film: &Film, random: &mut ChaCha8Rng) -> f64 {
        let quality = 0.25 * (film.acclaim - 7.0);
        let opinion = 1.1 * self.appeal(film) + quality + 0.4 * bell(random);
        let rating = 2.9 + self.mood + self.spread * opinion;
        let scale = RatingScale::HALF_STARS;
        scale.clip((rating * 2.0).round() / 2.0)
    }
}

/// A draw near the standard normal distribution by sums alone, which are the same on any machine.
fn bell(random: &mut ChaCha8Rng) -> f64 {
    let sum: f64 = (0..12).map(|_| random.random::<f64>()).sum();
    sum - 6.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_different() {
        let names = names(600);
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), 600);
        assert_eq!((names[0].as_str(), names[96].as_str()), ("Ada", "Ada B."));
    }
}
