//! A small sample data set of real films and invented people.

mod films;
mod people;
mod tastes;

use crate::dataset::{Dataset, Layout, ScaleOrigin, SkippedRows};
use films::Film;
use likemind::{Catalogue, RatingScale, RatingTable};
use people::Person;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Number of people.
const PEOPLE: usize = 600;

/// Returns a sample data set of some 480 well-known films, and ratings by 600 invented people whose
/// tastes depend on genre and era. The ratings are invented, and say nothing about the films.
///
/// Two people have known tastes: `Ada` loves science fiction and animation and dislikes horror, and
/// `Bruno` loves crime films and film noir. The same seed gives the same ratings on any machine.
pub fn sample(seed: u64) -> Dataset {
    let films = films::all();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut ratings = RatingTable::new();
    for (index, name) in people::names(PEOPLE).iter().enumerate() {
        let person = Person::new(index, &films, &mut random);
        add_ratings(&mut ratings, name, &person, &films, &mut random);
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
        outliers: None,
        without_rating: 0,
        skipped: SkippedRows::default(),
    }
}

fn add_ratings(
    ratings: &mut RatingTable,
    name: &str,
    person: &Person,
    films: &[Film],
    random: &mut ChaCha8Rng,
) {
    let mut timestamp: i64 = 1_600_000_000 + random.random_range(0..100_000_000);
    for film in person.watched(films, random) {
        timestamp += random.random_range(60..500_000);
        let rating = person.rating(&films[film], random);
        let added = ratings.push(name, &films[film].id, rating, Some(timestamp));
        debug_assert!(added.is_ok(), "names and slugs are valid ids");
    }
}

fn catalogue(films: &[Film], ratings: &mut RatingTable) -> Catalogue {
    let mut catalogue = Catalogue::new();
    for film in films {
        if let Ok(item) = ratings.add_item(&film.id) {
            catalogue.set(item, film.info.clone());
        }
    }
    catalogue
}

#[cfg(test)]
mod tests {
    use super::*;
    use likemind::{
        AllPairs, DenseIdx, ItemIdx, Model, ModelOptions, NeighbourModel, PredictionOptions,
        Profile, RatingMatrix, Side, TopN, Unobserved,
    };
    use tastes::{TASTES, Taste};

    /// Returns the share of a person's top ten recommendations that have one of the genres.
    fn genre_share(person: &str, genres: &[&str]) -> f64 {
        let data = sample(0);
        let matrix = RatingMatrix::from_table(&data.ratings, data.scale).unwrap();
        let parameters = ModelOptions::new(Side::Users).check().unwrap();
        let model = NeighbourModel::fit(matrix, parameters, PredictionOptions::default()).unwrap();
        let user = data.ratings.users().get(person).unwrap();
        let profile = Profile::from_user(model.matrix(), user);
        let ranked = model.session(&profile).unwrap().rank(TopN::new(10));
        let has = |item| {
            let info = data.catalogue.get(item);
            genres.iter().any(|genre| info.genres.iter().any(|own| own == genre))
        };
        ranked.iter().filter(|ranked| has(ranked.item)).count() as f64 / 10.0
    }

    #[test]
    fn recommendations_follow_tastes() {
        assert!(genre_share("Ada", &["Sci-Fi", "Animation"]) >= 0.7);
        assert!(genre_share("Ada", &["Horror"]) <= 0.2);
        assert!(genre_share("Bruno", &["Crime", "Film-Noir"]) >= 0.7);
    }

    /// Computes the Pearson correlation over the co-rated items, by its definition. `None` for
    /// fewer than five, or if the ratings of either person are all equal.
    fn pearson(a: &Profile, b: &Profile) -> Option<f64> {
        let shared = |&(item, x): &(ItemIdx, f64)| Some((x, b.rating(item)?));
        let pairs: Vec<(f64, f64)> = a.ratings().iter().filter_map(shared).collect();
        let n = pairs.len() as f64;
        let mean_x = pairs.iter().map(|pair| pair.0).sum::<f64>() / n;
        let mean_y = pairs.iter().map(|pair| pair.1).sum::<f64>() / n;
        let sum = |term: &dyn Fn(f64, f64) -> f64| -> f64 {
            pairs.iter().map(|&(x, y)| term(x - mean_x, y - mean_y)).sum()
        };
        let (xy, xx, yy) = (sum(&|x, y| x * y), sum(&|x, _| x * x), sum(&|_, y| y * y));
        (pairs.len() >= 5 && xx > 0.0 && yy > 0.0).then(|| xy / (xx * yy).sqrt())
    }

    /// Returns the ratings of all people, with their primary tastes.
    fn all_people(seed: u64) -> Vec<(&'static Taste, Profile)> {
        let films = films::all();
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let profile = |index| {
            let person = Person::new(index, &films, &mut random);
            let mut ratings = RatingTable::new();
            for film in &films {
                ratings.add_item(&film.id).unwrap();
            }
            add_ratings(&mut ratings, "anyone", &person, &films, &mut random);
            let rated = ratings.iter().map(|rating| (rating.item, rating.rating));
            (person.primary, Profile::from_ratings(rated, &RatingScale::HALF_STARS).unwrap())
        };
        (0..PEOPLE).map(profile).collect()
    }

    fn mean_pearson(people: &[(&Taste, Profile)], one: &Taste, other: &Taste) -> f64 {
        let of = |taste: &Taste| -> Vec<&Profile> {
            people.iter().filter(|person| person.0 == taste).map(|person| &person.1).collect()
        };
        let (ours, theirs) = (of(one), of(other));
        let pairs = ours.iter().flat_map(|a| theirs.iter().map(move |b| (*a, *b)));
        let known: Vec<f64> =
            pairs.filter(|(a, b)| a != b).filter_map(|(a, b)| pearson(a, b)).collect();
        known.iter().sum::<f64>() / known.len() as f64
    }

    #[test]
    fn people_of_the_same_taste_correlate_more_than_opposites() {
        let people = all_people(0);
        let (horror, musical, family, action) = (&TASTES[2], &TASTES[3], &TASTES[4], &TASTES[6]);
        for (one, opposite) in [(horror, family), (musical, action)] {
            let between = mean_pearson(&people, one, opposite);
            for taste in [one, opposite] {
                let within = mean_pearson(&people, taste, taste);
                assert!(
                    within > between + 0.2,
                    "{:?}: {within} within, {between} between",
                    taste.loves
                );
            }
        }
    }

    #[test]
    fn films_of_a_series_are_neighbours() {
        let data = sample(0);
        let matrix = RatingMatrix::from_table(&data.ratings, data.scale).unwrap();
        let parameters = ModelOptions::new(Side::Items).check().unwrap();
        let index = AllPairs::new(&matrix, parameters).run(&Unobserved).unwrap();
        let item = |id: &str| data.ratings.items().get(id).unwrap();
        for (one, other) in [
            ("star-wars-a-new-hope-1977", "star-wars-return-of-the-jedi-1983"),
            ("the-godfather-1972", "the-godfather-part-ii-1974"),
            ("toy-story-1995", "toy-story-2-1999"),
        ] {
            let nearest = index.list(item(one)).iter().take(10);
            let other = item(other).into();
            assert!(nearest.clone().any(|neighbour| neighbour.index == other), "{one}");
        }
    }

    #[test]
    fn data_set_is_plausible_and_without_duplicates() {
        let data = sample(0);
        assert_eq!(data.ratings.users().len(), PEOPLE);
        assert!(data.ratings.items().len() > 300);
        assert!(data.ratings.iter().all(|rating| data.scale.contains(rating.rating)));
        let mut counts = vec![0; PEOPLE];
        data.ratings.iter().for_each(|rating| counts[rating.user.at()] += 1);
        assert!(counts.iter().all(|count| (30..=150).contains(count)));
        assert_eq!(data.ratings.clone().deduplicate(), 0);
    }

    #[test]
    fn equal_seeds_give_equal_ratings() {
        assert_eq!(sample(4).ratings, sample(4).ratings);
        assert_ne!(sample(4).ratings, sample(5).ratings);
    }
}
