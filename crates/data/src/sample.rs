//! A small made-up data set: real films, invented people.

mod films;
mod people;
mod tastes;

use crate::dataset::{Dataset, Layout, ScaleOrigin, SkippedRows};
use films::Film;
use likemind::{Catalogue, RatingScale, RatingTable};
use people::Person;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How many people there are.
const PEOPLE: usize = 600;

/// A data set to try things with: some 480 films that people know, and ratings of 600 invented
/// people whose tastes go by genre and era. The ratings are made up, and say nothing about the films.
///
/// Two people have tastes that are told: `Ada` loves science fiction and animation and cannot
/// stand horror, `Bruno` loves crime films and film noir. The same seed makes the same ratings on
/// any machine.
pub fn sample(seed: u64) -> Dataset {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let films = films::all();
    let mut ratings = RatingTable::new();
    for (index, name) in people::names(PEOPLE).into_iter().enumerate() {
        let person = Person::new(index, &mut random);
        let mut timestamp: i64 = 1_600_000_000 + random.random_range(0..100_000_000);
        for film in person.watched(&films, &mut random) {
            timestamp += random.random_range(60..500_000);
            let rating = person.rating(&films[film], &mut random);
            let added = ratings.push(&name, &films[film].id, rating, Some(timestamp));
            debug_assert!(added.is_ok(), "names and slugs are usable ids");
        }
    }
    let catalogue = catalogue(&films, &mut ratings);
    Dataset {
        name: "sample".to_owned(),
        layout: Layout::Csv,
        ratings,
        catalogue,
        scale: RatingScale::HALF_STARS,
        scale_origin: ScaleOrigin::Given,
        duplicates: 0,
        skipped: SkippedRows::default(),
    }
}

fn catalogue(films: &[Film], ratings: &mut RatingTable) -> Catalogue {
    let mut catalogue = Catalogue::new();
    for film in films {
        if let Ok(item) = ratings.items.intern(&film.id) {
            catalogue.set(item, film.info.clone());
        }
    }
    catalogue
}

#[cfg(test)]
mod tests {
    use super::*;
    use likemind::{
        AllPairs, DenseIdx, ModelOptions, NeighbourhoodRanker, Profile, Ranker, RatingMatrix, Side,
        Unobserved,
    };

    /// The share of the ten best recommendations that have one of these genres.
    fn share_of(person: &str, genres: &[&str]) -> f64 {
        let data = sample(0);
        let matrix = RatingMatrix::from_table(&data.ratings, data.scale).unwrap();
        let parameters = ModelOptions::new(Side::Users).check().unwrap();
        let index = AllPairs::new(&matrix, parameters).run(&Unobserved).unwrap();
        let user = data.ratings.users.get(person).unwrap();
        let profile = Profile::of_user(&matrix, user);
        let ranked = NeighbourhoodRanker::new(&matrix, &index).rank(&profile, 10, &|_| true);
        let has = |item| {
            let info = data.catalogue.get(item);
            genres.iter().any(|genre| info.genres.iter().any(|own| own == genre))
        };
        for r in &ranked { eprintln!("{person} {:?} {:.2} {}", data.catalogue.get(r.item), r.score, r.terms.len()); }
        ranked.iter().filter(|ranked| has(ranked.item)).count() as f64 / 10.0
    }

    #[test]
    fn recommendations_follow_tastes() {
        assert!(share_of("Ada", &["Sci-Fi", "Animation"]) >= 0.7);
        assert!(share_of("Ada", &["Horror"]) <= 0.2);
        assert!(share_of("Bruno", &["Crime", "Film-Noir"]) >= 0.7);
    }

    #[test]
    fn the_data_set_is_sound() {
        let data = sample(0);
        assert_eq!(data.ratings.users.len(), PEOPLE);
        assert!(data.ratings.items.len() > 300);
        assert!(data.ratings.iter().all(|rating| data.scale.contains(rating.rating)));
        let mut counts = vec![0; PEOPLE];
        data.ratings.iter().for_each(|rating| counts[rating.user.at()] += 1);
        assert!(counts.iter().all(|count| (30..=150).contains(count)));
        assert_eq!(data.ratings.clone().deduplicate(), 0);
    }

    #[test]
    fn the_seed_decides() {
        assert_eq!(sample(4).ratings, sample(4).ratings);
        assert_ne!(sample(4).ratings, sample(5).ratings);
    }
}
