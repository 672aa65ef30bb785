//! The people of the sample: their names, tastes, films and ratings.

use super::films::Film;
use super::tastes::{TASTES, Taste};
use likemind::RatingScale;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// First names; the tastes of the first two people are fixed.
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

/// Returns `count` different names; a repeated first name gets an initial.
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

/// A person: a primary and a secondary taste, liking for each series and director, a mood, the
/// spread of the ratings, and the number of films seen.
pub(super) struct Person {
    pub(super) primary: &'static Taste,
    secondary: &'static Taste,
    fondness: BTreeMap<String, f64>,
    mood: f64,
    spread: f64,
    films_seen: usize,
}

/// Number of films seen by the people with fixed tastes: enough to show the taste, while many films
/// that they would love are still unseen.
const FIXED_TASTE_FILMS: usize = 60;

impl Person {
    /// Creates the person at `index`. The first two have only the first and the second taste,
    /// respectively; the tastes of all others are random.
    pub(super) fn new(index: usize, films: &[Film], random: &mut ChaCha8Rng) -> Self {
        let any = |random: &mut ChaCha8Rng| &TASTES[random.random_range(0..TASTES.len())];
        let (primary, secondary) = match index {
            0 | 1 => (&TASTES[index], &TASTES[index]),
            _ => (any(random), any(random)),
        };
        let mood = 0.3 * approx_normal(random);
        let spread = 0.8 + 0.4 * random.random::<f64>();
        let films_seen = match index {
            0 | 1 => FIXED_TASTE_FILMS,
            _ => random.random_range(30..=90) + random.random_range(0..=60),
        };
        let mut fondness = BTreeMap::new();
        for film in films.iter().filter(|film| !film.group.is_empty()) {
            fondness.entry(film.group.clone()).or_insert_with(|| 0.4 * approx_normal(random));
        }
        Self { primary, secondary, fondness, mood, spread, films_seen }
    }

    fn appeal(&self, film: &Film) -> f64 {
        let year = film.info.year.unwrap_or_default();
        let appeal = |taste: &Taste| taste.appeal(&film.info.genres, year);
        let fondness = self.fondness.get(&film.group).copied().unwrap_or_default();
        0.75 * appeal(self.primary) + 0.25 * appeal(self.secondary) + fondness
    }

    /// Draws the films that this person has seen, as indices into `films`: 30 to 150, preferring
    /// famous and appealing ones.
    pub(super) fn watched(&self, films: &[Film], random: &mut ChaCha8Rng) -> Vec<usize> {
        let weight = |film: &Film| {
            let draw = (1.2 + self.appeal(film)).max(0.1);
            film.fame * (draw * draw) * (draw * draw)
        };
        let mut weights: Vec<f64> = films.iter().map(weight).collect();
        let mut seen = Vec::with_capacity(self.films_seen);
        for _ in 0..self.films_seen {
            let mut point = random.random::<f64>() * weights.iter().sum::<f64>();
            let hit = |weight: &f64| {
                point -= weight;
                point < 0.0 && *weight > 0.0
            };
            // Due to rounding, the point can be past the end; it then selects the last film.
            let past_the_end = || weights.iter().rposition(|weight| *weight > 0.0);
            if let Some(film) = weights.iter().position(hit).or_else(past_the_end) {
                weights[film] = 0.0;
                seen.push(film);
            }
        }
        seen
    }

    /// Draws the rating of a film.
    pub(super) fn rating(&self, film: &Film, random: &mut ChaCha8Rng) -> f64 {
        let quality = 0.25 * (film.acclaim - 7.0);
        let opinion = 1.1 * self.appeal(film) + quality + 0.4 * approx_normal(random);
        let rating = 2.9 + self.mood + self.spread * opinion;
        let scale = RatingScale::HALF_STARS;
        scale.clip((rating * 2.0).round() / 2.0)
    }
}

/// Draws from an approximate standard normal distribution. It uses only sums, which give the same
/// bits on any machine.
fn approx_normal(random: &mut ChaCha8Rng) -> f64 {
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
